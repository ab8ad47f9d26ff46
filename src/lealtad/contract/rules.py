"""The rules a row must keep: a name, a sentence for people, and an expression that is true where it holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.conversion import converted

if TYPE_CHECKING:
    from lealtad.contract.reading import Reading
    from lealtad.contract.tables import Column, Table


@dataclass(frozen=True)
class Rule:
    """One rule: `holds` is true on the rows that keep it (null counts as broken)."""

    name: str
    sentence: str
    holds: pl.Expr


def readable(column: Column, dtype: pl.DataType, reading: Reading) -> Rule:
    """Rule that a given value can be read as what its column holds; judged on the rows as they came."""
    given = pl.col(column.name)
    absent = given.is_null() | (given.str.strip_chars() == "") if dtype == pl.String else given.is_null()
    return Rule(
        f"{column.name}_is_readable",
        f"{column.name} must be {column.kind.sentence}",
        absent | converted(column, dtype, reading).is_not_null(),
    )


def rules_of(table: Table, present: set[str]) -> list[Rule]:
    """Return the rules of one table over the columns that are present, judged on converted rows."""
    columns = [column for column in table.columns if column.name in present]
    return [
        *(_required(column) for column in columns if column.required),
        *(_one_of(column) for column in columns if column.one_of),
        *(_at_least(column, column.at_least) for column in columns if column.at_least is not None),
        *(rule for rule in _ORDERS_IN_TIME if {rule.before, rule.after} <= present),
        *([_SCORE_ON_SCALE] if {"score", "scale_min", "scale_max"} <= present else []),
        *([_SCORE_HAS_A_CLOCK] if {"score", "answered_at"} <= present else []),
        *([_NOT_BEFORE_CREATION] if {"ticket_id", "event", "occurred_at"} <= present else []),
        _unique_key(table, present),
    ]


def known_customer(customer_ids: pl.Series) -> Rule:
    """Rule that the customer of a fact stands in the customers table."""
    return Rule(
        "customer_is_known",
        "customer_id must stand in the customers table",
        pl.col("customer_id").is_in(customer_ids.unique().implode()),
    )


def _required(column: Column) -> Rule:
    return Rule(f"{column.name}_is_given", f"{column.name} must not be empty", pl.col(column.name).is_not_null())


def _one_of(column: Column) -> Rule:
    value = pl.col(column.name)
    return Rule(
        f"{column.name}_is_allowed",
        f"{column.name} must be one of {', '.join(column.one_of)}",
        value.is_null() | value.is_in(column.one_of),
    )


def _at_least(column: Column, least: float) -> Rule:
    value = pl.col(column.name)
    return Rule(
        f"{column.name}_is_at_least_{least:g}",
        f"{column.name} must be at least {least:g}",
        value.is_null() | (value >= least),
    )


def _unique_key(table: Table, present: set[str]) -> Rule:
    """Rule that a key stands once; of rows that share one the first is kept."""
    key = [name for name in table.key if name in present]
    complete = reduce(lambda one, other: one & other, (pl.col(name).is_not_null() for name in key))
    return Rule(
        "key_is_unique",
        f"{' + '.join(key)} must be unique; the first row with it was kept",
        pl.struct(key).is_first_distinct() | ~complete,
    )


@dataclass(frozen=True)
class _InOrder(Rule):
    before: str
    after: str


def _in_order(before: str, after: str) -> _InOrder:
    earlier, later = pl.col(before), pl.col(after)
    return _InOrder(
        f"{after}_not_before_{before}",
        f"{after} must not be before {before}",
        earlier.is_null() | later.is_null() | (later >= earlier),
        before,
        after,
    )


_ORDERS_IN_TIME = (_in_order("sent_at", "answered_at"), _in_order("assigned_at", "contacted_at"))

_SCORE_ON_SCALE = Rule(
    "score_is_on_scale",
    "score must lie between scale_min and scale_max",
    pl.col("score").is_null() | pl.col("score").is_between(pl.col("scale_min"), pl.col("scale_max")),
)

_SCORE_HAS_A_CLOCK = Rule(
    "score_has_answered_at",
    "a score needs answered_at, or nobody can say when it was known",
    pl.col("score").is_null() | pl.col("answered_at").is_not_null(),
)

_CREATED_AT = pl.col("occurred_at").filter(pl.col("event") == "created").min().over("ticket_id")
_NOT_BEFORE_CREATION = Rule(
    "occurred_at_not_before_creation",
    "occurred_at must not be before the ticket was created",
    # a batch may hold only the later part of a ticket: then there is nothing to compare with
    (pl.col("occurred_at") >= _CREATED_AT).fill_null(value=True),
)
