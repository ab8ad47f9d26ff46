"""Findings about ids: one under which many people buy, one person under several, keys that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import Finding, Share
from lealtad.sources.contract import table_named
from lealtad.sources.contract.written_ids import rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import Evidence

_ENOUGH_ROWS, _ENOUGH_CUSTOMERS, _THIRD, _MOST, _SHOWN = 30, 10, 1 / 3, 0.5, 3
_MADE_KEY = r"^[0-9a-f]{32}$"
_WAYS = ("whole number", "lower case", "salesforce")


def id_findings(evidence: Evidence) -> Iterator[Finding]:
    """Tell which ids are probably not one customer each, or not one row each."""
    for table, _, rows in evidence.facts:
        yield from _of_many(table.name, rows)
    yield from _same_but_for_case(evidence)
    yield from _written_otherwise(evidence)
    yield from _made_keys(evidence)
    yield from _made_up_dates(evidence)


def _of_many(table: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """Tell an id that has a third of all rows of a table."""
    if rows.height < _ENOUGH_ROWS:
        return
    counts = rows["customer_id"].value_counts(sort=True)
    if counts.height < _ENOUGH_CUSTOMERS:
        return
    customer, count = counts.row(0)
    if count >= _THIRD * rows.height:
        values = {"customer": customer, "n": count, "rows": rows.height, "part": Share(count / rows.height)}
        yield Finding("one_id_for_many", table, "customer_id", values)


def _same_but_for_case(evidence: Evidence) -> Iterator[Finding]:
    if "customers" not in evidence.tables:
        return
    ids = evidence.tables["customers"]["customer_id"].unique()
    more = ids.len() - ids.str.to_lowercase().str.replace_all(r"\s+", "").n_unique()
    if more:
        yield Finding("ids_differ_in_case", "customers", "customer_id", {"n": more, "rows": ids.len()})


def _written_otherwise(evidence: Evidence) -> Iterator[Finding]:
    """Tell strangers who are customers in another way of writing their id."""
    if "customers" not in evidence.tables:
        return
    known = evidence.tables["customers"].select(id=pl.col("customer_id").unique())
    widths = known["id"].str.len_chars().unique()
    ways = (*_WAYS, f"{widths[0]} digits") if widths.len() == 1 else _WAYS
    strangers = evidence.rejected.filter(pl.col("rules").str.contains("customer_is_known"))
    for (table,), rows in strangers.group_by("table", maintain_order=True):
        ids = rows.select(id=pl.col("row").str.json_path_match("$.customer_id")).drop_nulls().unique()
        if ids.is_empty():
            continue
        for way in ways:
            both = [one.select(rewritten(pl.col("id"), way)).to_series() for one in (ids, known)]
            share = float(both[0].is_in(both[1].implode()).mean() or 0.0)  # type: ignore[arg-type]
            if share >= _MOST:
                values = {"way": way, "n": ids.height, "part": Share(share)}
                yield Finding("ids_written_otherwise", str(table), "customer_id", values)
                break


def _made_keys(evidence: Evidence) -> Iterator[Finding]:
    for name, again in evidence.repeated.items():
        rows, key = evidence.tables.get(name), table_named(name).key[0]
        if (
            again
            and rows is not None
            and rows.height
            and rows[key].head(_ENOUGH_ROWS).str.contains(_MADE_KEY).all()
        ):
            values = {"n": again, "rows": evidence.rows_in[name], "part": Share(again / evidence.rows_in[name])}
            yield Finding("made_key_repeats", name, key, values)


def _made_up_dates(evidence: Evidence) -> Iterator[Finding]:
    """Tell identities that are all known from one moment on, before any fact: a date that was made up."""
    aliases = evidence.tables.get("identities")
    if aliases is None or aliases.height < _SHOWN or aliases["valid_from"].n_unique() > 1:
        return
    first = [rows[at].min() for _, at, rows in evidence.facts]
    begins = min((one for one in first if one is not None), default=None)
    if begins is not None and aliases["valid_from"][0] <= begins:
        yield Finding(
            "identities_made_up", "identities", "valid_from", {"at": aliases["valid_from"][0], "n": aliases.height}
        )
