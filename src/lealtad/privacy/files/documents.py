"""Removing a customer from JSON; sealed files are sealed again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lealtad.base.seal import open_seal, seal

if TYPE_CHECKING:
    from typing import Any

    from lealtad.privacy.search.needles import Needles

_GONE = object()


def clean_json(data: bytes, needles: Needles) -> tuple[bytes, int]:
    """Return JSON, or JSON lines, without elements that name a customer, and the number of removed elements.

    An object that names a customer is removed from its list; a key or a text that is an id is removed from its
    object.

    Examples
    --------
    >>> from lealtad.privacy.search import Needles
    >>> document = b'{"n": 2, "rows": [{"customer_id": "C0000491"}, {"customer_id": "C0000537"}]}'
    >>> clean_json(document, Needles.from_ids(["C0000491"]))
    (b'{"n": 2, "rows": [{"customer_id": "C0000537"}]}', 1)
    """
    text = data.decode(errors="surrogateescape")
    try:
        return _clean_whole(text, needles)
    except ValueError:
        return _clean_lines(text, needles)


def _clean_whole(text: str, needles: Needles) -> tuple[bytes, int]:
    sealed = '"sha256"' in text
    values = open_seal(text, required=False) if sealed else json.loads(text)
    count = [0]
    clean = _strip(values, "", needles, count)
    clean = {} if clean is _GONE else clean
    if sealed:
        return seal(clean).encode(), count[0]
    indent = 1 if "\n" in text.strip() else None
    return json.dumps(clean, ensure_ascii=False, indent=indent).encode(), count[0]


def _clean_lines(text: str, needles: Needles) -> tuple[bytes, int]:
    lines = text.splitlines(keepends=True)
    others = [line for line in lines if not _names(line, needles)]
    return "".join(others).encode(errors="surrogateescape"), len(lines) - len(others)


def _names(line: str, needles: Needles) -> bool:
    try:
        return _strip(json.loads(line), "", needles, count := [0]) is _GONE or bool(count[0])
    except ValueError:
        return needles.contains(line)


def _strip(value: Any, key: str, needles: Needles, count: list[int]) -> Any:
    """Return a value without parts that name a customer; `_GONE` if it is such a text."""
    if isinstance(value, list):
        return _strip_list(value, key, needles, count)
    if isinstance(value, dict):
        return _strip_object(value, needles, count)
    if isinstance(value, str) and needles.contains(value, key):
        count[0] += 1
        return _GONE
    return value


def _strip_list(values: list[Any], key: str, needles: Needles, count: list[int]) -> list[Any]:
    others = []
    for value in values:
        if isinstance(value, dict) and any(
            isinstance(text, str) and needles.contains(text, name) for name, text in value.items()
        ):
            count[0] += 1
            continue
        clean = _strip(value, key, needles, count)
        if clean is not _GONE:
            others.append(clean)
    return others


def _strip_object(values: dict[str, Any], needles: Needles, count: list[int]) -> dict[str, Any]:
    others = {}
    for name, value in values.items():
        if needles.contains(name, "customer_id"):
            count[0] += 1
            continue
        clean = _strip(value, name, needles, count)
        if clean is not _GONE:
            others[name] = clean
    return others
