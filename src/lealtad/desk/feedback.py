"""Feedback: the night loads the desk's facts into the lake, exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.desk.facts import DeskFacts, collect_facts
from lealtad.lake import Lake, start_draft
from lealtad.lake.erasing.suppression import read_key
from lealtad.lake.loading import load
from lealtad.sources.source import Source, wrap_frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OVERRIDES = "overrides"
_NOTE = "desk_until"


def take_events(out: Path, say: Callable[[str], None] = lambda _: None) -> DeskFacts:
    """Load what happened at the desk since the last night into the lake of a run directory.

    Contacts and outcomes go through the contract like those of any source. Rows whose keys are already in the lake
    add nothing. Overrides are a separate table, with a note up to when events were taken. The note is written
    last, so that an interrupted night takes the events again.
    """
    root = out / "lake"
    lake = Lake.open(root)
    noted = lake.notes(_OVERRIDES).get(_NOTE)
    facts = collect_facts(datetime.fromisoformat(noted) if noted else None)
    tables = {"interventions": facts.interventions, "touchpoints": facts.touchpoints}
    fresh = {name: _drop_known(lake, name, rows) for name, rows in tables.items()}
    sent = {name: wrap_frame(rows, "desk") for name, rows in fresh.items() if not rows.is_empty()}
    if sent:
        load(
            root,
            Source(sent),
            loaded_at=facts.until,
            reject_limit=1.0,
            rejected_csv=out / "desk" / "rejected.csv",
            key=read_key(out),
        )
    with start_draft(Lake.open(root)) as draft:
        overrides = _drop_known(draft.lake, _OVERRIDES, facts.overrides)
        if sent or not overrides.is_empty():
            draft.append(_OVERRIDES, overrides, notes={_NOTE: facts.until.isoformat()})
    contacts = fresh["interventions"].height
    say(f"{contacts:,} outcomes and {overrides.height:,} overrides of the desk")
    return facts


_KEYS = {
    "interventions": ["customer_id", "campaign_id", "assigned_at", "contacted_at", "outcome"],
    "touchpoints": ["touchpoint_id"],
    _OVERRIDES: ["override_id"],
}


def _drop_known(lake: Lake, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that the lake does not hold yet."""
    if rows.is_empty() or not lake.has(name):
        return rows
    key = [column for column in _KEYS[name] if column in lake.columns(name)]
    if key != _KEYS[name]:
        return rows
    of_customers = pl.col("customer_id").is_in(rows["customer_id"].unique().implode())
    stored = lake.read(name, columns=key, where=of_customers)
    return rows.join(stored, on=key, how="anti", nulls_equal=True, maintain_order="left")
