"""Findings about ids: shared by many people, several per person, and keys that are not unique."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding, Percentage
from lealtad.sources.contract import get_table
from lealtad.sources.contract.written_ids import rewrite_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence

_ENOUGH_ROWS, _ENOUGH_CUSTOMERS, _THIRD, _MOST, _SHOWN = 30, 10, 1 / 3, 0.5, 3
_MADE_KEY = r"^[0-9a-f]{32}$"
_WAYS = ("whole number", "lower case", "salesforce", "spreadsheet text")


def find_id_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find ids that probably do not identify one customer each, or one row each."""
    for table, _, rows in evidence.facts:
        yield from _find_shared_id(table.name, rows)
    yield from _find_case_twins(evidence)
    yield from _find_other_spellings(evidence)
    yield from _find_invented_keys(evidence)
    yield from _find_invented_dates(evidence)


def _find_shared_id(table: str, rows: pl.DataFrame) -> Iterator[DataFinding]:
    """Find an id that has a third of all rows of a table."""
    if rows.height < _ENOUGH_ROWS:
        return
    counts = rows["customer_id"].value_counts(sort=True)
    if counts.height < _ENOUGH_CUSTOMERS:
        return
    customer, count = counts.row(0)
    if count >= _THIRD * rows.height:
        values = {"customer": customer, "n": count, "rows": rows.height, "part": Percentage(count / rows.height)}
        yield DataFinding("one_id_for_many", table, "customer_id", values)


def _find_case_twins(evidence: DataEvidence) -> Iterator[DataFinding]:
    if "customers" not in evidence.tables:
        return
    ids = evidence.tables["customers"]["customer_id"].unique()
    more = ids.len() - ids.str.to_lowercase().str.replace_all(r"\s+", "").n_unique()
    if more:
        yield DataFinding("ids_differ_in_case", "customers", "customer_id", {"n": more, "rows": ids.len()})


def _find_other_spellings(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find unknown ids that are known customers in another spelling."""
    if "customers" not in evidence.tables:
        return
    customers = evidence.tables["customers"].select(id=pl.col("customer_id").unique())
    widths = customers["id"].str.len_chars().unique()
    ways = (*_WAYS, f"{widths[0]} digits") if widths.len() == 1 else _WAYS
    strangers = evidence.rejected.filter(pl.col("rules").str.contains("customer_is_known"))
    for (table,), rows in strangers.group_by("table", maintain_order=True):
        ids = rows.select(id=pl.col("row").str.json_path_match("$.customer_id")).drop_nulls().unique()
        if ids.is_empty():
            continue
        for way in ways:
            both = [frame.select(rewrite_ids(pl.col("id"), way)).to_series() for frame in (ids, customers)]
            share = float(both[0].is_in(both[1].implode()).mean() or 0.0)  # type: ignore[arg-type]
            if share >= _MOST:
                values = {"way": way, "n": ids.height, "part": Percentage(share)}
                yield DataFinding("ids_written_otherwise", str(table), "customer_id", values)
                break


def _find_invented_keys(evidence: DataEvidence) -> Iterator[DataFinding]:
    for name, again in evidence.repeated.items():
        rows, key = evidence.tables.get(name), get_table(name).key[0]
        if (
            again
            and rows is not None
            and rows.height
            and rows[key].head(_ENOUGH_ROWS).str.contains(_MADE_KEY).all()
        ):
            values = {
                "n": again,
                "rows": evidence.rows_in[name],
                "part": Percentage(again / evidence.rows_in[name]),
            }
            yield DataFinding("made_key_repeats", name, key, values)


def _find_invented_dates(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find identities that all share one date before any fact, which is probably invented."""
    aliases = evidence.tables.get("identities")
    if aliases is None or aliases.height < _SHOWN or aliases["valid_from"].n_unique() > 1:
        return
    first = [rows[at].min() for _, at, rows in evidence.facts]
    begins = min((instant for instant in first if instant is not None), default=None)
    if begins is not None and aliases["valid_from"][0] <= begins:
        yield DataFinding(
            "identities_made_up", "identities", "valid_from", {"at": aliases["valid_from"][0], "n": aliases.height}
        )
