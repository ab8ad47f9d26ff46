"""The report of a leak check beside a lake: whether it still speaks of the features as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake

REPORT = "leakcheck.json"


def read_current_report(out: Path, lake: Lake) -> dict[str, Any] | None:
    """Return the leak check in a run's directory; None if there is none, or it speaks of other features.

    It speaks of the features as they are if both were made of the same tables, by the same catalog.
    """
    path = out / REPORT
    if not path.is_file():
        return None
    try:
        report: dict[str, Any] = json.loads(path.read_text())
    except ValueError:
        return None
    made_of = report.get("made_of") or {"catalog": ""}
    return report if made_of.items() <= lake.notes("features").items() else None
