"""Marks that replace masked parts while the rest of a text is still searched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# a private character on each side: no pattern finds digits, names or addresses in a mark
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\w+){_CLOSE}")
ANY_MARK = f"{_OPEN}\\w+{_CLOSE}"
NAME_MARK = f"{_OPEN}name{_CLOSE}"


def mark(kind: str) -> str:
    """Return the mark of a kind of personal data."""
    return f"{_OPEN}{kind}{_CLOSE}"


def read_marks(text: str, placeholders: Mapping[str, str]) -> str:
    """Replace marks by their placeholders; private-use characters that are not marks are dropped."""
    text = _MARK.sub(lambda match: placeholders.get(match[1], ""), text)
    return text.replace(_OPEN, "").replace(_CLOSE, "")
