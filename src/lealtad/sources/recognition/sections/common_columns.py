"""How tables of facts join where no table lists the customers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.sections.customer_columns import (
    DESCRIBE,
    find_customer_column,
    may_be_phone,
    reads_source_columns,
)
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids, rewrite_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_FEWEST, _SHARED = 3, 0.3


def join_by_common_column(pairs: Sequence[tuple[Proposal, SourceTable]]) -> list[tuple[Proposal, SourceTable]]:
    """Where no table has the customers: see that the facts of several tables are about the same people."""
    facts = [
        (section, table)
        for section, table in pairs
        if section.table not in DESCRIBE and reads_source_columns(section, table)
    ]
    ids = [read_ids(table, find_customer_column(section, table) or "") for section, table in facts]
    if len(facts) < 2 or all(_share_customers(ids[0], other) for other in ids[1:]):  # noqa: PLR2004 - two tables can differ
        return list(pairs)
    for way, is_one in (("lower case", lambda content: content.mail), ("phone", may_be_phone)):
        columns = [
            next((content.name for content in table.contents if is_one(content)), None) for _, table in facts
        ]
        values = [
            rewrite_series(read_ids(table, name), way)
            for (_, table), name in zip(facts, columns, strict=True)
            if name is not None
        ]
        if len(values) == len(facts) and all(_share_customers(values[0], other) for other in values[1:]):
            chosen = {id(section): str(name) for (section, _), name in zip(facts, columns, strict=True)}
            return [
                (
                    _map_common_column(section, chosen[id(section)], way) if id(section) in chosen else section,
                    table,
                )
                for section, table in pairs
            ]
    note = (
        "None of its customers occurs in the other tables: how do they join? Add a table of customers that has "
        "both ids."
    )
    return [
        (section.add_notes(note) if (section, table) in facts[1:] else section, table) for section, table in pairs
    ]


def _map_common_column(section: Proposal, header: str, way: str) -> Proposal:
    if section.columns.get("customer_id") == header:
        return replace(section, ids={**section.ids, "customer_id": way})
    note = f'Its customers are identified by "{header}", which the other tables have too.'
    return replace(
        section,
        columns={**section.columns, "customer_id": header},
        ids={**section.ids, "customer_id": way},
        left_out={name: why for name, why in section.left_out.items() if name != header},
        notes=(*section.notes, note),
    )


def _share_customers(one: pl.Series, other: pl.Series) -> bool:
    least = min(one.len(), other.len())
    return least < _FEWEST or max(measure_share(one, other), measure_share(other, one)) >= _SHARED
