"""The rows of a lake that features are made of, bucket by bucket, and the features that they allow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.examples.features.building import find_available, find_stream
from lealtad.examples.features.streams.stream import WORD_AXES
from lealtad.examples.features.words.axes import WordAxes
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from lealtad.examples.features.company import CompanyProfile
    from lealtad.examples.features.feature import Feature
    from lealtad.lake import Lake

_ALWAYS_READ = ("customers",)


def find_available_in(lake: Lake, catalog: Sequence[Feature], company: CompanyProfile) -> list[Feature]:
    """Return the features of the catalog for which the lake has tables and columns, in the catalog's order.

    A feature is available if the lake has every table of its stream, and the first of them the columns in
    `Feature.needs`. Features of words need axes, of the lake or of the company.
    """
    columns = {table.name: lake.columns(table.name) for table in TABLES if lake.has(table.name)}
    return find_available(columns, catalog, company)


def read_bucket(lake: Lake, bucket: int, catalog: Sequence[Feature]) -> dict[str, pl.DataFrame]:
    """Read the tables of one bucket that the features are made of: every version of every row."""
    streams = {feature.source: find_stream(feature) for feature in catalog}.values()
    read = {name for stream in streams for name in (*stream.tables, *stream.beside)}
    tables = {}
    for table in TABLES:
        if not lake.has(table.name):
            continue
        # of the others only who is known since when: a customer has a row from their first fact on
        whole = table.name in read or table.name in _ALWAYS_READ
        clocks = ["known_at", "superseded_at", *([table.event_time] if table.event_time else [])]
        columns = None if whole else ["customer_id", *clocks, *table.key]
        tables[table.name] = lake.history(table.name, bucket, columns=columns)
    return {**tables, "identities": lake.identity_history}


def add_words(lake: Lake, company: CompanyProfile) -> CompanyProfile:
    """Return the company with the axes of words that the lake keeps, unless it has its own."""
    if company.words is not None or not lake.has(WORD_AXES):
        return company
    return replace(company, words=WordAxes.of_table(lake.read(WORD_AXES)))
