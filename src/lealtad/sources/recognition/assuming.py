"""What a section needs and nothing in the table says: assumed where it is harmless, and said to be assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.naming import ideas_of
from lealtad.sources.recognition.unfolding import with_an_id
from lealtad.sources.recognition.values import mapped, understood

if TYPE_CHECKING:
    from lealtad.sources.recognition.contents import Content
    from lealtad.sources.recognition.proposal import Found, Proposal

_FIVE, _SEVEN, _TEN = 5, 7, 10
_SCALES = {"nps": (0, _TEN), "csat": (1, _FIVE), "ces": (1, _SEVEN)}
_SOME_TOLD = 0.3  # of the kinds of interaction must say their stage, or all are taken for service


def assumed(section: Proposal, found: Found) -> Proposal:
    """Complete a section with what its table needs."""
    complete = {"touchpoints": _touchpoints, "surveys": _surveys}.get(section.table)
    return complete(section, found) if complete else section


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


def _surveys(section: Proposal, found: Found) -> Proposal:
    section = _identified(section, found, "survey_id", ("customer_id", "sent_at", "answered_at"))
    columns, notes = dict(section.columns), list(section.notes)
    constants: dict[str, str | int] = {}
    score = found.content(columns["score"])
    if "metric" not in columns:
        constants["metric"] = _metric(found, score)
    if "kind" not in columns:
        constants["kind"] = "transactional" if {"ticket_id", "touchpoint_id"} & set(columns) else "relational"
    if "metric" in constants:
        least, most = _scale(str(constants["metric"]), score)
        constants |= {
            name: value for name, value in (("scale_min", least), ("scale_max", most)) if name not in columns
        }
    elif not {"scale_min", "scale_max"} <= set(columns):
        notes.append(
            "Missing: scale_min and scale_max; each metric has its own scale, so they cannot be constants."
        )
    if constants.get("metric") == "ces" and "higher_is_easier" not in columns:
        notes.append(
            "Missing: higher_is_easier; without it CES cannot be told. Where a high answer means easy, write "
            "constants.higher_is_easier = true, else false."
        )
    if "sent_at" not in columns and "answered_at" in columns:
        columns["sent_at"] = columns["answered_at"]
        notes.append("It says when answers came, not when they were asked for: the response rate cannot be told.")
    elif "answered_at" not in columns and "sent_at" in columns:
        columns["answered_at"] = columns["sent_at"]
        notes.append("It says one time per answer: it is taken for both the invitation and the answer.")
    return replace(section, columns=columns, constants=constants, notes=tuple(notes))


def _identified(section: Proposal, found: Found, name: str, known_by: tuple[str, ...]) -> Proposal:
    if name in section.columns or found.place.dialect != "duckdb":
        return section
    parts = list(dict.fromkeys(section.columns[column] for column in known_by if column in section.columns))
    note = f"It has no {name}: the query makes one of {', '.join(parts)}; of two rows alike in these one is kept."
    rows = f"({section.query})" if section.query else found.place.rows
    return replace(section, query=with_an_id(rows, name, parts), notes=(*section.notes, note))


def _metric(found: Found, score: Content) -> str:
    named = ideas_of(score.name) | ideas_of(found.place.name)
    told = [metric for metric in ("nps", "ces", "csat") if metric in named]
    if told:
        return told[0]
    most = score.most or 0
    return "nps" if most > _SEVEN else "csat" if most <= _FIVE else "ces"


def _scale(metric: str, score: Content) -> tuple[int, int]:
    """Return the usual scale of a metric, or a wider one where the answers are off it."""
    least, most = _SCALES[metric]
    if score.most is not None and score.most > most:
        most = next((end for end in (_SEVEN, _TEN, 100) if score.most <= end), int(score.most))
    if score.least is not None and score.least < least:
        least = 0
    return least, most
