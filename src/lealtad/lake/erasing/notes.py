"""Notes of computed tables, kept valid when their inputs are rewritten without erased customers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.lake.draft import Draft
    from lealtad.lake.store import Lake

_CLOCKED = "features_seen_until"


def carry_notes(draft: Draft, before: Lake) -> None:
    """Mark tables computed from the earlier versions as current: for all remaining customers nothing changed."""
    after = draft.lake
    moved = {
        name: (str(version), str(after.versions[name]))
        for name, version in before.versions.items()
        if after.versions.get(name) not in (version, None)
    }
    for name in before.versions:
        if name in after.versions:
            notes = {key: _carry_note(name, key, text, moved) for key, text in before.notes(name).items()}
            if notes != before.notes(name):
                draft.note(name, notes)


def _carry_note(name: str, key: str, text: str, moved: dict[str, tuple[str, str]]) -> str:
    if key in moved and moved[key][0] == text:
        return moved[key][1]
    if key == _CLOCKED and name in moved and moved[name][0] == text:
        return moved[name][1]
    if " of " not in text:  # scores: "2025-12-15 of customers:1 orders:1"
        return text
    return re.sub(
        r"\b(\w+):(\d+)\b",
        lambda part: f"{part[1]}:{moved[part[1]][1]}" if moved.get(part[1], ("", ""))[0] == part[2] else part[0],
        text,
    )
