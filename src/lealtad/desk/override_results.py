"""Settled overrides: outcomes of customers whom the team skipped, computed by the night."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lealtad.base.private_files import write_private

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

_FILE = "overrides.json"


def write_override_results(folder: Path, results: pl.DataFrame, settled_at: datetime) -> None:
    """Store the results for the page."""
    text = json.dumps({"settled_at": settled_at.isoformat(), "rows": results.to_dicts()})
    beside = folder / f".{_FILE}.new"
    write_private(beside, text)
    beside.replace(folder / _FILE)


def read_override_results() -> tuple[list[dict[str, Any]], datetime | None]:
    """Return the rows by reason, and their date; no rows before the first night with settled overrides."""
    from django.conf import settings

    path = settings.DESK_FOLDER / _FILE
    if not path.is_file():
        return [], None
    stored = json.loads(path.read_text(encoding="utf-8"))
    return stored["rows"], datetime.fromisoformat(stored["settled_at"])
