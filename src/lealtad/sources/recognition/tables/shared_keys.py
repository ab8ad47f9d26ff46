"""The key of the customers, whatever it is called: unique in one table, and repeated in others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import SourceTable

CUSTOMER = "customer id"
_UNIQUE, _MANY, _ENOUGH, _FEWEST = 0.98, 0.9, 0.5, 5
_OTHER_KEYS = frozenset(
    {"order", "ticket", "survey", "subscription", "touchpoint", "event", "campaign", "items", "owner", "line"}
)


def mark_shared_key(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Mark the column that is the key of one table, and occurs often in others, as the id of the customers.

    Nothing is marked if a header names the customer, or a table has e-mail addresses or phones.
    """
    if len(tables) < 2 or any(_names_customer(table) for table in tables):  # noqa: PLR2004 - a key is shared by two
        return list(tables)
    keys = {name for table in tables for name in _index_names(table)}
    ranked = sorted(((weight, name) for name in keys if (weight := _count_references(name, tables))), reverse=True)
    if not ranked:
        return list(tables)
    name = ranked[0][1]
    return [
        replace(table, contents=tuple(_mark_column(content, name) for content in table.contents))
        for table in tables
    ]


def _index_names(table: SourceTable) -> dict[str, ColumnContent]:
    return {
        " ".join(split_words(content.name)): content
        for content in table.contents
        if not content.dates and not content.empty
    }


def _names_customer(table: SourceTable) -> bool:
    return any({"customer"} & content.ideas or (content.personal and table.match) for content in table.contents)


def _count_references(name: str, tables: Sequence[SourceTable]) -> int:
    """Return the number of other tables that repeat a key; 0 if it is the key of none, or of several."""
    holders = [(table, content) for table in tables if (content := _index_names(table).get(name))]
    homes = [pair for pair in holders if pair[1].share_distinct >= _UNIQUE and pair[1].share_missing == 0]
    ideas = read_ideas(name)
    if len(homes) != 1 or "id" not in ideas or ideas & _OTHER_KEYS:
        return 0
    home, key = homes[0]
    if key.distinct < _FEWEST:
        return 0
    key_values = read_ids(home, key.name)
    others = [
        table
        for table, content in holders
        if table is not home
        and content.share_distinct < _MANY
        and measure_share(read_ids(table, content.name), key_values) >= _ENOUGH
    ]
    return len(others)


def _mark_column(content: ColumnContent, name: str) -> ColumnContent:
    return replace(content, known_as=CUSTOMER) if " ".join(split_words(content.name)) == name else content


def mark_home_keys(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Mark the columns of unknown tables that have the name and the ids of customers in a list of them."""
    homes = [table for table in tables if table.match and table.match.shape.name == "customers"]
    keys = [
        (home.content(header), home)
        for home in homes
        if home.match
        for header in [home.match.columns["customer_id"]]
    ]
    return [table if table.match or table.question else _mark_home_key(table, keys) for table in tables]


def _mark_home_key(table: SourceTable, keys: Sequence[tuple[ColumnContent, SourceTable]]) -> SourceTable:
    for content in table.contents:
        for key, home in keys:
            alike = content.name == key.name and not content.known_as
            if alike and measure_share(read_ids(table, content.name), read_ids(home, key.name)) >= _ENOUGH:
                marked = tuple(
                    replace(one, known_as=CUSTOMER) if one is content else one for one in table.contents
                )
                return replace(table, contents=marked)
    return table
