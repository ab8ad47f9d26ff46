"""Findings about customers: customers without facts, and tables without known customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence


def find_people_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find customers without facts, and facts without customers."""
    if evidence.part < 1:
        yield DataFinding("sampled", "", "", {"part": Percentage(evidence.part)})
    if "customers" not in evidence.tables:
        return
    customers = evidence.tables["customers"]
    ids = customers.select("customer_id").unique()
    mentioned = pl.concat(
        [ids.clear(), *(rows.select("customer_id").unique() for _, _, rows in evidence.facts)]
    ).unique()
    alone = ids.join(mentioned, on="customer_id", how="anti").height
    if alone:
        values = {"n": alone, "rows": ids.height, "part": Percentage(alone / ids.height)}
        yield DataFinding("without_facts", "customers", "customer_id", values)
    yield from _find_unmatched(evidence)
    attributes = [name for name in customers.columns if name.startswith("attr_")]
    dated = "valid_from" in customers.columns and customers["valid_from"].null_count() < customers.height
    if attributes and not dated:
        yield DataFinding("attributes_always_known", "customers", "valid_from", {"n": len(attributes)})


def _find_unmatched(evidence: DataEvidence) -> Iterator[DataFinding]:
    strangers = evidence.rejected.filter(pl.col("rules").str.contains("customer_is_known"))
    for name, rows in evidence.rows_in.items():
        if rows and strangers.filter(pl.col("table") == name).height == rows:
            yield DataFinding("no_customer_matches", name, "customer_id")
