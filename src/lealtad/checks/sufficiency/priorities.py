"""Findings about ticket priorities that the company's settings do not contain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding, Percentage
from lealtad.examples.features.streams.tickets import PRIORITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence

_SHOWN = 6


def find_priority_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find tickets without a target in `[sla]`, and data in which no priority counts as a complaint."""
    events = evidence.tables.get("ticket_events")
    if events is None or "priority" not in events.columns:
        return
    tickets = events.select("ticket_id", "priority").drop_nulls().unique()
    priorities = tickets["priority"].value_counts(sort=True)["priority"].to_list()
    sla, complaints = evidence.settings.sla, evidence.settings.worklist.complaint_priorities
    without = tickets.filter(~pl.col("priority").is_in(list(sla)))
    if sla and not without.is_empty():
        part = Percentage(without.height / tickets.height)
        shown = _join_priorities([priority for priority in priorities if priority not in sla])
        values = {
            "n": without.height,
            "rows": tickets.height,
            "part": part,
            "found": shown,
            "named": ", ".join(sla),
        }
        yield DataFinding("priority_without_sla", "ticket_events", "priority", values)
    # only low and normal: a quiet company, not unknown words
    if complaints and not set(priorities) <= set(PRIORITIES) and set(priorities).isdisjoint(complaints):
        values = {"named": ", ".join(complaints), "found": _join_priorities(priorities)}
        yield DataFinding("no_complaint_priority", "ticket_events", "priority", values)


def _join_priorities(priorities: list[str]) -> str:
    return ", ".join(f"'{priority}'" for priority in priorities[:_SHOWN])
