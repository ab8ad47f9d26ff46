"""What a section needs and the table does not say: assumed where that is harmless, and marked as assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.contract_values import map_to_contract, measure_coverage
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.events import map_initiators
from lealtad.sources.recognition.sections.queries import query_with_id
from lealtad.sources.recognition.sections.surveys import propose_survey_sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_DIRECTIONS = get_words("events", "directions")
_MESSAGES = frozenset({"message", "messages", "mensaje", "mensajes"})
_BOTH_WAYS = {"customer", "company"}
_SOME_STAGES = 0.3  # the share of kinds whose stage must be known, or all count as service


def complete_section(section: Proposal, table: SourceTable) -> list[Proposal]:
    """Complete a section with what its table needs; a form with several questions becomes one section each."""
    if section.table == "surveys":
        known_by = ("customer_id", "sent_at", "answered_at")
        return propose_survey_sections(_add_row_id(section, table, "survey_id", known_by), table)
    return [
        map_initiators(_complete_touchpoints(section, table), table) if section.table == "touchpoints" else section
    ]


def _complete_touchpoints(section: Proposal, table: SourceTable) -> Proposal:
    constants: dict[str, str | int] = {}
    if "touchpoint" not in section.columns and "channel" in section.columns:
        # no column has the kind of contact: the channel comes nearest
        section = replace(section, columns={**section.columns, "touchpoint": section.columns["channel"]})
    elif "touchpoint" not in section.columns:
        constants["touchpoint"] = "message" if _MESSAGES & set(split_words(table.place.name)) else "call"
    section = _add_row_id(section, table, "touchpoint_id", ("customer_id", "occurred_at", "touchpoint", "channel"))
    if "channel" not in section.columns:
        constants["channel"] = "unknown"
    section = _map_direction(section, table)
    if "initiated_by" not in section.columns:
        constants["initiated_by"] = "customer"
    if "stage" not in section.columns:
        header = section.columns.get("touchpoint", "")
        values = table.content(header).values if header else ()
        if measure_coverage("touchpoints", "stage", values) >= _SOME_STAGES:
            stage = map_to_contract("touchpoints", "stage", values)
            section = replace(
                section,
                columns={**section.columns, "stage": header},
                values={**section.values, "stage": stage},
            )
        else:
            constants["stage"] = "service"
    return replace(section, constants=constants)


def _map_direction(section: Proposal, table: SourceTable) -> Proposal:
    """Map who initiated contacts from a column with directions, whatever it is called.

    Its other values, such as missed calls, are asked if both directions occur.
    """
    if "initiated_by" in section.columns:
        return section
    for content in table.contents:
        values = map_to_contract("touchpoints", "initiated_by", content.values)
        named = {values.get(value, value) for value in content.values if _DIRECTIONS & set(split_words(value))}
        if content.distinct > 1 and (named == _BOTH_WAYS or _are_directions(content.values)):
            return replace(
                section,
                columns={**section.columns, "initiated_by": content.name},
                values={**section.values, "initiated_by": values},
                left_out={name: why for name, why in section.left_out.items() if name != content.name},
            )
    return section


def _are_directions(values: Sequence[str]) -> bool:
    return bool(values) and all(_DIRECTIONS & set(split_words(value)) for value in values)


def _add_row_id(section: Proposal, table: SourceTable, name: str, known_by: tuple[str, ...]) -> Proposal:
    if name in section.columns or table.place.dialect != "duckdb":
        return section
    parts = list(dict.fromkeys(section.columns[column] for column in known_by if column in section.columns))
    note = f"It has no {name}: the query builds one from {', '.join(parts)}; of rows equal in these one is kept."
    rows = f"({section.query})" if section.query else table.place.rows
    return replace(section, query=query_with_id(rows, name, parts), notes=(*section.notes, note))
