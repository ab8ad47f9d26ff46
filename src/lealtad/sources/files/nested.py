"""Flattening nested objects to columns with dotted names: `metric_set.solved_at`, `contacts[0].id`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_WORDS = {True: "true", False: "false"}
_DEEPEST = 6


def flatten_object(value_by_name: dict[str, Any]) -> dict[str, str | None]:
    """Return an object as cells of text; a nested object also gives one cell per value.

    Only the first object of a list is expanded. Numbers keep their written digits.

    Examples
    --------
    >>> flatten_object({"id": "7", "via": {"channel": "web", "on": True}})
    {'id': '7', 'via': '{"channel": "web", "on": true}', 'via.channel': 'web', 'via.on': 'true'}
    >>> flatten_object({"contacts": [{"id": "9"}]})["contacts[0].id"]
    '9'
    """
    row: dict[str, str | None] = {}
    for name, value in value_by_name.items():
        row[name] = _to_text(value)
        if isinstance(value, dict | list):
            row.update(_flatten_within(name, value, 1))
    return row


def _flatten_within(name: str, value: Any, depth: int) -> Iterator[tuple[str, str | None]]:
    if depth < _DEEPEST and isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten_within(f"{name}.{key}", inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list) and value and isinstance(value[0], dict):
        yield from _flatten_within(f"{name}[0]", value[0], depth + 1)
    elif depth > 1:
        yield name, _to_text(value)


def _to_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _WORDS[value] if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
