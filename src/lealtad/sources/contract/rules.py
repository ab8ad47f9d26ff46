"""Rules on single rows: a name, a sentence for people, and an expression that is true for valid rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.conversion import NO_TIME_BEFORE, OPEN_ENDED_FROM, describe_kind, is_readable
from lealtad.sources.contract.scales import fits_nps, is_scale, is_whole_for_nps
from lealtad.sources.contract.tables import SOURCE_TEXT, Kind
from lealtad.sources.contract.written_ids import is_shortened
from lealtad.sources.limits import USUAL

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.sources.contract.reading import Reading
    from lealtad.sources.contract.tables import Column, Table
    from lealtad.sources.limits import Limits


_EXACT_TEXT = "text: a number of 16 digits or more, kept as a float, has lost its last ones"


@dataclass(frozen=True)
class Rule:
    """One rule: `holds` is true for rows that keep it (null counts as broken)."""

    name: str
    sentence: str
    holds: pl.Expr


def require_readable(column: Column, dtype: pl.DataType, reading: Reading) -> Rule:
    """Rule: a value is readable as its column's kind; applied to the original rows."""
    expected = (
        _EXACT_TEXT if column.kind is Kind.TEXT and dtype.is_float() else describe_kind(column.kind, reading)
    )
    return Rule(
        f"{column.name}_is_readable",
        f"{column.name} must be {expected}",
        is_readable(column, dtype, reading),
    )


WHOLE = Rule(
    "row_is_whole",
    "the row must have one cell for each column of the header, and no damaged one",
    pl.col(SOURCE_TEXT).is_null(),
)


def list_rules(
    table: Table, present: set[str], loaded_at: datetime | None = None, limits: Limits = USUAL
) -> list[Rule]:
    """Return the rules on single rows for the existing columns, to be applied to converted rows.

    Parameters
    ----------
    loaded_at
        Time of the load (UTC); later times are not facts. None skips this check.
    limits
        Maximum lengths of ids and texts.
    """
    columns = [column for column in table.columns if column.name in present]
    texts = [column.name for column in columns if column.kind is Kind.TEXT]
    texts += sorted(name for name in present if name.startswith("attr_"))
    clocks = [column for column in columns if column.kind is Kind.INSTANT and not column.may_be_planned]
    return [
        *(_require_value(column) for column in columns if column.required),
        *(_require_whole_id(column) for column in columns if _is_id(column.name)),
        *(_require_short(name, limits) for name in texts),
        *(_require_one_of(column, table) for column in columns if column.one_of),
        *(
            _require_at_least(column, column.at_least, present)
            for column in columns
            if column.at_least is not None
        ),
        *(_PLAUSIBLE[column.kind](column) for column in columns if column.kind in _PLAUSIBLE),
        *(_require_by_load(column, loaded_at) for column in clocks if loaded_at is not None),
        *(rule for rule in _ORDERS_IN_TIME if {rule.before, rule.after} <= present),
        *(rule for needed, rule in _OF_SURVEYS if needed <= present),
        *([_NOT_ITS_OWN_ALIAS] if {"alias", "customer_id"} <= present else []),
    ]


def _require_value(column: Column) -> Rule:
    return Rule(f"{column.name}_is_given", f"{column.name} must not be empty", pl.col(column.name).is_not_null())


def _require_whole_id(column: Column) -> Rule:
    return Rule(
        f"{column.name}_is_not_shortened",
        f"{column.name} must not be in scientific notation such as 3.60E+11: a spreadsheet shortened it, and its "
        "last digits are gone; export it again as text",
        ~is_shortened(pl.col(column.name)),
    )


def _is_id(name: str) -> bool:
    return name.endswith("_id") or name == "alias"


def _require_short(name: str, limits: Limits) -> Rule:
    key = "id_bytes" if _is_id(name) else "text_bytes"
    most = getattr(limits, key)
    # an attribute may be a number
    return Rule(
        f"{name}_is_not_too_long",
        f"{name} must have at most {most:,} bytes in UTF-8 (limits.{key})",
        pl.col(name).map_batches(partial(_is_short, most=most), return_dtype=pl.Boolean, is_elementwise=True),
    )


def _is_short(values: pl.Series, most: int) -> pl.Series:
    if values.dtype != pl.String:
        return pl.repeat(value=True, n=len(values), dtype=pl.Boolean, eager=True)
    return (values.str.len_bytes() <= most).fill_null(value=True)


def _require_one_of(column: Column, table: Table) -> Rule:
    value = pl.col(column.name)
    fix = f"; map other words in [sources.{table.name}.values.{column.name}]" if column.words else ""
    return Rule(
        f"{column.name}_is_allowed",
        f"{column.name} must be one of {', '.join(column.one_of)}{fix}",
        value.is_null() | value.is_in(column.one_of),
    )


def _require_at_least(column: Column, least: float, present: set[str]) -> Rule:
    value = pl.col(column.name)
    flag = pl.col(column.signed_by).fill_null(value=False) if column.signed_by in present else pl.lit(value=False)
    return Rule(
        f"{column.name}_is_at_least_{least:g}",
        f"{column.name} must be at least {least:g}" + (f" without {column.signed_by}" if column.signed_by else ""),
        value.is_null() | (value >= least) | flag,
    )


def _require_our_times(column: Column) -> Rule:
    value = pl.col(column.name)
    return Rule(
        f"{column.name}_is_in_our_times",
        f"{column.name} must be between 1900-01-02 and 2100-12-31: 1900-01-01 and 9999-12-31 mean that there is "
        "no date, and such a cell is left empty",
        value.is_null() | value.is_between(NO_TIME_BEFORE, OPEN_ENDED_FROM, closed="left"),
    )


def _require_by_load(column: Column, loaded_at: datetime) -> Rule:
    value = pl.col(column.name)
    return Rule(
        f"{column.name}{AFTER_THE_LOAD}",
        f"{column.name} must not be more than 24 h after the load: only contract events can be planned",
        value.is_null() | (value <= loaded_at + AHEAD),
    )


def _require_not_huge(column: Column) -> Rule:
    value = pl.col(column.name)
    return Rule(
        f"{column.name}_is_not_huge",
        f"{column.name} must be within ± {_MOST:g}",
        value.is_null() | value.is_between(-_MOST, _MOST),
    )


AFTER_THE_LOAD = "_is_not_after_the_load"  # suffix of the rule's name, after the column
AHEAD = timedelta(hours=24)  # tolerance for wrong clocks, and for local times declared as UTC
_MOST = 1e15  # above this, floats are less precise than one unit
_PLAUSIBLE = {
    Kind.INSTANT: _require_our_times,
    Kind.NUMBER: _require_not_huge,
    Kind.COUNT: _require_not_huge,
    Kind.DURATION: _require_not_huge,
}


@dataclass(frozen=True)
class _InOrder(Rule):
    before: str
    after: str


def _require_order(before: str, after: str) -> _InOrder:
    earlier, later = pl.col(before), pl.col(after)
    return _InOrder(
        f"{after}_not_before_{before}",
        f"{after} must not be before {before}",
        earlier.is_null() | later.is_null() | (later >= earlier),
        before,
        after,
    )


_ORDERS_IN_TIME = (_require_order("sent_at", "answered_at"), _require_order("assigned_at", "contacted_at"))

_SCALE = {"scale_min", "scale_max"}
_OF_SURVEYS = (
    (
        _SCALE,
        Rule("scale_max_is_above_scale_min", "scale_max must be above scale_min", is_scale()),
    ),
    (
        {"metric", *_SCALE},
        Rule(
            "scale_max_fits_nps",
            "NPS must be asked on 0-10 or 1-10: declare the scale of the question in scale_min and scale_max, "
            "and a question on another scale as csat",
            fits_nps(),
        ),
    ),
    (
        {"metric", "score"},
        Rule("score_is_whole_for_nps", "score must be a whole number for NPS", is_whole_for_nps()),
    ),
    (
        {"score", *_SCALE},
        Rule(
            "score_is_on_scale",
            "score must be between scale_min and scale_max",
            pl.col("score").is_null() | pl.col("score").is_between(pl.col("scale_min"), pl.col("scale_max")),
        ),
    ),
    (
        {"score", "answered_at"},
        Rule(
            "score_has_answered_at",
            "a score needs answered_at: without it, it is unknown when the score was known",
            pl.col("score").is_null() | pl.col("answered_at").is_not_null(),
        ),
    ),
)

_NOT_ITS_OWN_ALIAS = Rule(
    "alias_is_another_id",
    "alias must be another id than customer_id",
    pl.col("alias").is_null() | pl.col("customer_id").is_null() | (pl.col("alias") != pl.col("customer_id")),
)
