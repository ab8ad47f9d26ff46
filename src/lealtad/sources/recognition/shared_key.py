"""The key of the customers, whatever it is called: unique in one table, and there many times in others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.naming import ideas_of, parts_of
from lealtad.sources.recognition.overlaps import ids_of, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.contents import Content
    from lealtad.sources.recognition.proposal import Found

CUSTOMER = "customer id"
_UNIQUE, _MANY, _ENOUGH, _FEWEST = 0.98, 0.9, 0.5, 5
_OTHER_KEYS = frozenset(
    {"order", "ticket", "survey", "subscription", "touchpoint", "event", "campaign", "items", "owner", "line"}
)


def with_shared_key(tables: Sequence[Found]) -> list[Found]:
    """Mark the column that is the key of one table and stands many times in others as the customers' id.

    Nothing is marked where a table says by a name that it knows whose its rows are.
    """
    if len(tables) < 2 or any(_says_customer(one) for one in tables):  # noqa: PLR2004 - a key is shared by two
        return list(tables)
    keys = {name for one in tables for name in _names(one)}
    told = sorted(((weight, name) for name in keys if (weight := _weight(name, tables))), reverse=True)
    if not told:
        return list(tables)
    name = told[0][1]
    return [replace(one, contents=tuple(_marked(content, name) for content in one.contents)) for one in tables]


def _names(one: Found) -> dict[str, Content]:
    return {
        " ".join(parts_of(content.name)): content
        for content in one.contents
        if not content.dates and not content.empty
    }


def _says_customer(one: Found) -> bool:
    return any(
        {"customer"} & ideas_of(content.name) or (content.personal and one.match) for content in one.contents
    )


def _weight(name: str, tables: Sequence[Found]) -> int:
    """Return in how many other tables a key stands many times; 0 if it is the key of none, or of several."""
    holders = [(one, content) for one in tables if (content := _names(one).get(name))]
    homes = [pair for pair in holders if pair[1].share_distinct >= _UNIQUE and pair[1].share_missing == 0]
    ideas = ideas_of(name)
    if len(homes) != 1 or "id" not in ideas or ideas & _OTHER_KEYS:
        return 0
    home, key = homes[0]
    if key.distinct < _FEWEST:
        return 0
    known = ids_of(home, key.name)
    others = [
        one
        for one, content in holders
        if one is not home
        and content.share_distinct < _MANY
        and share(ids_of(one, content.name), known) >= _ENOUGH
    ]
    return len(others)


def _marked(content: Content, name: str) -> Content:
    return replace(content, known_as=CUSTOMER) if " ".join(parts_of(content.name)) == name else content
