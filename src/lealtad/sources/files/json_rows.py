"""Rows of JSON as frames of text; a new key becomes a column from its row on."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.files.unreadable import check_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROWS = 200_000
_MOST_NESTED = 1_000  # columns; with more, nested values are no longer expanded


def frame_rows(rows: Iterable[dict[str, str | None]]) -> Iterator[pl.DataFrame]:
    """Yield rows as frames of text, in batches and in order."""
    keys: dict[str, None] = {}
    remaining = iter(rows)
    while block := list(islice(remaining, _ROWS)):
        for row in block:
            if not row.keys() <= keys.keys():
                keys.update((name, None) for name in row if len(keys) < _MOST_NESTED or not _is_nested(name))
        names = check_names(list(keys))
        columns = [[row.get(key) for row in block] for key in keys]
        yield pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String), orient="col")


def _is_nested(name: str) -> bool:
    return "." in name or "[" in name
