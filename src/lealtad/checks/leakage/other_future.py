"""A company with another future: everything known before a moment is unchanged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.history.identities import NO_IDENTITIES
from lealtad.lake.future import COMES_TRUE, is_known_before
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake.future import Tables

_CONTRACT = {table.name: table for table in STORED}
_CLOCKS = ("known_at", "superseded_at", "recorded_at", "valid_from", "source_zone", "customer_id")
_AMOUNTS = ("amount", "margin", "discount", "items", "value", "amount_monthly", "cost")
_SOON = timedelta(hours=1)
_MERGES = 20  # pairs of strangers who turn out to be one person


def change_future(tables: Tables, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Return the tables as if everything from `as_of` on had been different.

    What is known before `as_of` is untouched. Later rows exchange their values, and get amounts of another size
    and event times in the weeks before `as_of`. Facts are invented that become known at it or hours later. So are
    corrections of every third known fact, answers to open surveys, new attributes, and merges of strangers.

    Parameters
    ----------
    tables
        As for `remove_future`; the `customers` are those who may be merged.

    Returns
    -------
    The same tables, `superseded_at` added where it was absent, and `identities`.
    """
    changed = {
        name: _change_rows(name, rows, as_of) if name in _CONTRACT else rows
        for name, rows in tables.items()
        if name != "identities"
    }
    return {**changed, "identities": _merge_later(tables, as_of)}


def _change_rows(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    if "superseded_at" not in rows.columns:
        rows = rows.with_columns(superseded_at=pl.lit(None, INSTANT))
    past, later = rows.filter(is_known_before(rows, as_of)), rows.filter(~is_known_before(rows, as_of))
    every_third = pl.int_range(pl.len()) % 3 == 0
    in_force = pl.col("superseded_at").is_null() | (pl.col("superseded_at") >= as_of)
    corrected = past.filter(every_third & in_force)
    remaining = past.filter(~(every_third & in_force))
    ended = corrected if name == "customers" else corrected.with_columns(superseded_at=_at(as_of + _SOON))
    parts = [
        _answer_later(name, pl.concat([remaining, ended]), as_of),
        _set_known_from(_exchange_values(name, corrected), as_of + _SOON),
        _move_before(name, _exchange_values(name, later), as_of),
        _invent(name, past, as_of),
    ]
    return pl.concat(parts)


def _exchange_values(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Swap the values of whole rows, so that rows stay valid; amounts change too."""
    fixed = {*_CONTRACT[name].key, *_CLOCKS, _CONTRACT[name].event_time, COMES_TRUE.get(name, ("",))[0]}
    exchanged = [column for column in rows.columns if column not in fixed]
    amounts = [column for column in _AMOUNTS if column in exchanged]
    return rows.with_columns(pl.col(exchanged).reverse()).with_columns(pl.col(amounts) * 7 + 1009)


def _move_before(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Move the event times of later rows to the four weeks before `as_of`, but not when they became known."""
    clock = _CONTRACT[name].event_time
    if clock is None:
        return rows
    days = pl.duration(days=pl.int_range(pl.len()) % 27 + 1)
    return rows.with_columns((_at(as_of) - days).alias(clock))


def _invent(name: str, past: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return copies of past facts as new facts that become known at `as_of` or hours later."""
    table = _CONTRACT[name]
    if table.event_time is None:
        return past.head(0)
    id_column = next(column for column in table.key if column != "customer_id")
    new_id = pl.concat_str(pl.col(id_column), pl.lit("~invented"))
    hours = pl.duration(hours=pl.int_range(pl.len()) % 5)
    return _set_known_from(past.with_columns(new_id), as_of).with_columns(pl.col("known_at") + hours)


def _set_known_from(rows: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    clocks = [name for name in ("known_at", "recorded_at", "valid_from") if name in rows.columns]
    return rows.with_columns(
        *(_at(moment).alias(name) for name in clocks), pl.lit(None, INSTANT).alias("superseded_at")
    )


def _answer_later(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Answer what is open at `as_of` after it, replacing the actual later answers."""
    clock, filled = COMES_TRUE.get(name, ("", ()))
    if clock not in rows.columns:
        return rows
    open_still = (pl.col(clock) >= as_of).fill_null(value=True)
    answers = {"score": pl.col("scale_min")} if "scale_min" in rows.columns else {}
    words = {column: answers.get(column, pl.lit("otherwise")) for column in filled if column in rows.columns}
    return rows.with_columns(
        pl.when(open_still).then(value).otherwise(pl.col(column)).alias(column)
        for column, value in (words | {clock: _at(as_of + _SOON)}).items()
    )


def _merge_later(tables: Tables, as_of: datetime) -> pl.DataFrame:
    """Return the merges known before `as_of`, and new ones after it between customers who had none."""
    merges = tables.get("identities", NO_IDENTITIES)
    past = merges.filter(is_known_before(merges, as_of))
    taken = pl.concat([past["alias"], past["customer_id"]])
    strangers = tables["customers"]["customer_id"].unique().sort()
    strangers = strangers.filter(~strangers.is_in(taken.implode())).head(2 * _MERGES)
    half = len(strangers) // 2
    new = pl.DataFrame({"alias": strangers[:half], "customer_id": strangers[half : 2 * half]})
    clocks = [name for name in merges.columns if merges.schema[name] == INSTANT]
    return pl.concat([past, new.with_columns(_at(as_of + _SOON).alias(name) for name in clocks)], how="diagonal")


def _at(moment: datetime) -> pl.Expr:
    return pl.lit(moment, INSTANT)
