"""Frames as Markdown tables."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def format_table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    r"""Return a Markdown table; a bar in a cell is escaped.

    Examples
    --------
    >>> print(format_table(["a", "n"], [["x|y", 3]]))
    | a | n |
    |---|---|
    | x\|y | 3 |
    """
    lines = [heads, ["---"] * len(heads), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join("|---" * len(line) + "|" if line[0] == "---" else f"| {' | '.join(line)} |" for line in cells)


def format_number(row: dict[str, Any], name: str, digits: int = 3) -> str:
    """Format a measure with its interval, if the row has one; a dash if it is not defined.

    Examples
    --------
    >>> format_number({"auc": 0.8, "auc_low": 0.75, "auc_high": 0.85}, "auc")
    '0.800 (0.750–0.850)'
    """
    value, low, high = row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high")
    if value is None or not math.isfinite(value):
        return "–"
    if low is None or high is None or not math.isfinite(low):
        return f"{value:.{digits}f}"
    return f"{value:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def write_number_signs(card: str, language: str) -> str:
    """Format decimals and thousands in a language, except in code.

    Examples
    --------
    >>> write_number_signs("1,234 rows, 0.5; `v1.2`", "es")
    '1.234 rows, 0,5; `v1.2`'
    """
    if language != "es":
        return card
    swapped = str.maketrans(".,", ",.")
    parts = card.split("`")
    return "`".join(
        part if place % 2 else re.sub(r"(?<=\d)[.,](?=\d)", lambda sign: sign[0].translate(swapped), part)
        for place, part in enumerate(parts)
    )
