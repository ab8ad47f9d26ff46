"""The causes into which reasons are grouped, with topics and words from `causes.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def find_cause(topic: str) -> str:
    """Return the cause that a topic of features belongs to; a topic without a cause is its own cause.

    Examples
    --------
    >>> find_cause("first reply"), find_cause("attr_region")
    ('slow_service', 'attr_region')
    """
    return _list_topics().get(topic, topic)


def list_causes() -> tuple[str, ...]:
    """Return every cause, in the order of the file."""
    return tuple(_read_causes())


def find_kind(cause: str) -> str:
    """Return the kind of a cause: a similar cause, or itself. A card shows one cause of each kind.

    Examples
    --------
    >>> find_kind("channels"), find_kind("price")
    ('silence', 'price')
    """
    return str(_read_causes().get(cause, {}).get("like", cause))


@cache
def _read_causes() -> dict[str, dict[str, Any]]:
    path = files("lealtad.worklist.reasons") / "causes.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _list_topics() -> dict[str, str]:
    return {topic: name for name, cause in _read_causes().items() for topic in cause["topics"]}
