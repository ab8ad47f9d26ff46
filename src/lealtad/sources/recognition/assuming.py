"""What a section needs and nothing in the table says: assumed where it is harmless, and said to be assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.event_streams import with_initiators
from lealtad.sources.recognition.survey_sections import survey_sections
from lealtad.sources.recognition.unfolding import with_an_id
from lealtad.sources.recognition.values import mapped, understood

if TYPE_CHECKING:
    from lealtad.sources.recognition.proposal import Found, Proposal

_SOME_TOLD = 0.3  # of the kinds of interaction must say their stage, or all are taken for service


def assumed(section: Proposal, found: Found) -> list[Proposal]:
    """Complete a section with what its table needs: one, or of a form with several questions one for each."""
    if section.table == "surveys":
        known_by = ("customer_id", "sent_at", "answered_at")
        return survey_sections(_identified(section, found, "survey_id", known_by), found)
    return [with_initiators(_touchpoints(section, found), found) if section.table == "touchpoints" else section]


def _touchpoints(section: Proposal, found: Found) -> Proposal:
    if "touchpoint" not in section.columns:
        # nothing says what kind of contact it was: the channel is the nearest there is
        section = replace(section, columns={**section.columns, "touchpoint": section.columns["channel"]})
    section = _identified(section, found, "touchpoint_id", ("customer_id", "occurred_at", "touchpoint", "channel"))
    constants: dict[str, str | int] = {}
    if "channel" not in section.columns:
        constants["channel"] = "unknown"
    if "initiated_by" not in section.columns:
        constants["initiated_by"] = "customer"
    if "stage" not in section.columns:
        theirs = section.columns["touchpoint"]
        values = found.content(theirs).values
        if understood("touchpoints", "stage", values) >= _SOME_TOLD:
            stage = mapped("touchpoints", "stage", values)
            section = replace(
                section,
                columns={**section.columns, "stage": theirs},
                values={**section.values, "stage": stage},
            )
        else:
            constants["stage"] = "service"
    return replace(section, constants=constants)


def _identified(section: Proposal, found: Found, name: str, known_by: tuple[str, ...]) -> Proposal:
    if name in section.columns or found.place.dialect != "duckdb":
        return section
    parts = list(dict.fromkeys(section.columns[column] for column in known_by if column in section.columns))
    note = f"It has no {name}: the query makes one of {', '.join(parts)}; of two rows alike in these one is kept."
    rows = f"({section.query})" if section.query else found.place.rows
    return replace(section, query=with_an_id(rows, name, parts), notes=(*section.notes, note))
