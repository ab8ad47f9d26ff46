"""The plan of an erasure: what would be removed from each place; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.desk import run as desk
from lealtad.lake.entries import WHOLE
from lealtad.privacy.erasing.models import list_models
from lealtad.privacy.erasing.places import list_cleaned_files
from lealtad.privacy.search.search import search_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from lealtad.lake import Lake
    from lealtad.privacy.search.needles import Needles


@dataclass(frozen=True)
class Plan:
    """What an erasure would change.

    Attributes
    ----------
    rows
        By table of the lake, rows of the customers, all versions.
    files
        Files below the run directory that name the customers.
    desk
        By table of the desk's database, rows of the customers.
    models
        Registered models, which stay.
    """

    rows: dict[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    desk: dict[str, int] = field(default_factory=dict)
    models: list[dict[str, str]] = field(default_factory=list)


def make_plan(out: Path, lake: Lake, ids: Collection[str], needles: Needles, tracking_uri: str) -> Plan:
    """List every place that an erasure would change; nothing is changed.

    Parameters
    ----------
    out
        The run directory.
    ids
        All ids of the customers, including merged ones.
    needles
        The ids and personal data to search files for.
    tracking_uri
        Address of the MLflow store.

    Returns
    -------
    Rows by table of the lake and of the desk, files, and the registered models, which stay.
    """
    files = [
        path.relative_to(out).as_posix()
        for path in list_cleaned_files(out)
        if any(True for _ in search_file(path, out, needles))
    ]
    counts = desk.count_rows(out, ids) if desk.has_desk(out) else {}
    return Plan(
        count_rows(lake, ids),
        tuple(needles.blank(name, "…") for name in files),
        {name: number for name, number in counts.items() if number},
        list_models(tracking_uri),
    )


def count_rows(lake: Lake, ids: Collection[str]) -> dict[str, int]:
    """Return how many rows each table of a lake holds of some customers, all versions."""
    of_customers = pl.col("customer_id").is_in(sorted(ids))
    buckets = lake.bucket_of(pl.Series(sorted(ids), dtype=pl.String)).unique().sort().to_list()
    counts: dict[str, int] = {}
    for name, entry in lake.manifest.tables.items():
        if WHOLE not in entry.parts:
            rows = sum(lake.history(name, b, columns=["customer_id"], where=of_customers).height for b in buckets)
            counts |= {name: rows} if rows else {}
    return counts
