"""Sections of surveys: one per question of a table, each with its metric and its scale."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.survey_metrics import METRIC_NAMES
from lealtad.sources.recognition.columns.answer_labels import read_labels
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.contract_values import map_to_contract
from lealtad.sources.recognition.columns.survey_questions import (
    find_header_metric,
    find_metric,
    may_be_question,
)
from lealtad.sources.recognition.columns.vocabulary import remove_accents
from lealtad.sources.recognition.sections.survey_answers import exclude_previews, read_answers
from lealtad.sources.recognition.tables.doubtful_tables import describe_choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_NAMELESS = '{:.0%} of its rows name no metric in "{}"; they are left out.'
_EASY = ("easy", "easily", "easier", "facil", "sencill")
_HARD = ("difficult", "hard", "dificil", "complicad")
_EFFORT = ("effort", "esfuerzo", "esforco")
_AT_NUMBER = r"(\d{{1,2}})\s*[-–:=.)]?\s*(?:muy|very|extremely|totalmente|mas|most)?\s*(?:{})"
_NUMBER_AFTER = r"(?:{})\w*\s*[-–:=(]\s*(\d{{1,2}})\b"


def propose_survey_sections(section: Proposal, table: SourceTable) -> list[Proposal]:
    """Complete a section of surveys: one section for each question of its table.

    Metric and scale are read from the header and the answers. If neither shows them, a person is asked; nothing is
    assumed.
    """
    section = _map_times(exclude_previews(section, table))
    if "metric" in section.columns:
        return _complete_by_metric(section, table)
    questions = [content for content in table.contents if find_header_metric(content)]
    chosen = table.content(section.columns["score"])
    if chosen not in questions:
        questions = [chosen, *questions] if not find_header_metric(chosen) and not questions else questions
    metrics = [find_header_metric(content) for content in questions]
    sections = []
    for place, question in enumerate(questions):
        several = metrics.count(metrics[place]) > 1
        columns = {**section.columns, "score": question.name}
        if place:
            columns.pop("comment", None)
        rivals = section.rivals if len(questions) == 1 else {**section.rivals, "score": ()}
        survey = replace(section, columns=columns, rivals=rivals, left_out=_drop_questions(section, questions))
        sections.append(_add_metric(survey, table, question, several=several))
    others = [content for content in table.contents if may_be_question(content) and content not in questions]
    notes = [*map(_ask_about_question, others), *filter(None, [describe_choices(table)])]
    return [sections[0].add_notes(*notes), *sections[1:]]


def _ask_about_question(question: ColumnContent) -> str:
    return (
        f'"{question.name}" seems to be a further question, and its header names no metric. If it is one, write '
        f'another [[sources.surveys]] like this one, with columns.score = "{question.name}" and its own '
        "constants.metric (nps, csat or ces), constants.scale_min and constants.scale_max."
    )


def _drop_questions(section: Proposal, questions: list[ColumnContent]) -> dict[str, str]:
    asked = {question.name for question in questions}
    return {name: why for name, why in section.left_out.items() if name not in asked}


def _add_metric(
    section: Proposal, table: SourceTable, question: ColumnContent, *, several: bool = False
) -> Proposal:
    """Add the metric of a question, and how its answers are read."""
    metric = (
        find_metric(question.wording)
        or _find_answer_metric(question)
        or find_metric(table.place.name.rpartition(".")[0])
    )
    constants: dict[str, str | int] = {}
    if several:
        constants["question"] = question.name
    constants |= _choose_kind(section)
    if metric is None:
        note = (
            f'"{question.name}": which metric is it, nps, csat or ces? Neither its header nor its answers say so. '
            "Set constants.metric, and constants.scale_min and constants.scale_max for its scale."
        )
        return replace(section, constants=constants, notes=(*section.notes, note))
    return _add_scale(replace(section, constants={**constants, "metric": metric}), table, question, metric)


def _add_scale(section: Proposal, table: SourceTable, question: ColumnContent, metric: str) -> Proposal:
    """Add the scale of a question of a known metric, and which way ease goes."""
    section, scale = read_answers(section, table, question, metric)
    constants, notes = dict(section.constants), list(section.notes)
    if scale.ask:
        notes.append(
            f"{scale.ask}: which scale does it have? Set constants.scale_min and constants.scale_max, and another "
            f"constants.metric if it is not {metric}."
        )
    elif "scale_max" not in section.columns:
        constants |= {"scale_min": int(scale.least), "scale_max": int(scale.most)}
    if metric == "ces" and "higher_is_easier" not in section.columns:
        easier = _is_higher_easier(question)
        if easier is None:
            notes.append(
                "Missing: higher_is_easier; without it there is no CES. If a high answer means easy, set "
                "constants.higher_is_easier = true, else false."
            )
        else:
            constants["higher_is_easier"] = easier
    return replace(section, constants=constants, notes=tuple(notes))


def _choose_kind(section: Proposal) -> dict[str, str]:
    """Return the kind of survey if no column states it: an answer about a ticket or a contact is transactional."""
    if "kind" in section.columns:
        return {}
    return {"kind": "transactional" if {"ticket_id", "touchpoint_id"} & set(section.columns) else "relational"}


def _find_answer_metric(question: ColumnContent) -> str | None:
    """Return the metric that the words of the answers name."""
    words = {find_metric(value) for value in question.values} - {None}
    if len(words) == 1:
        return words.pop()
    labels = read_labels(question.values) if question.values else None
    return "csat" if labels and labels.ends == (0.0, 1.0) else None


def _map_times(section: Proposal) -> Proposal:
    columns, notes = dict(section.columns), list(section.notes)
    if "sent_at" not in columns and "answered_at" in columns:
        columns["sent_at"] = columns["answered_at"]
        notes.append("It has the time of the answer, not of the invitation: there is no response rate.")
    elif "answered_at" not in columns and "sent_at" in columns:
        columns["answered_at"] = columns["sent_at"]
        notes.append("It has one time per answer: it is used for both the invitation and the answer.")
    if "sent_at" not in columns:
        notes.append(
            "Missing: sent_at and answered_at; no column says when its answers were given. Nothing is loaded "
            "until you map them, or state constants.sent_at and constants.answered_at"
        )
    return replace(section, columns=columns, notes=tuple(notes))


def _complete_by_metric(section: Proposal, table: SourceTable) -> list[Proposal]:
    """Complete a section whose rows state their metric."""
    named = table.content(section.columns["metric"])
    meanings = {value: value if value in METRIC_NAMES else ours for value, ours in _read_meanings(named).items()}
    constants: Mapping[str, str | int] = _choose_kind(section)
    section = replace(section, constants=constants)
    if {"scale_min", "scale_max"} <= set(section.columns):
        return [section]
    if len(set(meanings.values())) == 1 and (metric := next(iter(meanings.values()))):
        section, scale = read_answers(section, table, table.content(section.columns["score"]), metric)
        if not scale.ask:
            return [
                replace(
                    section, constants={**constants, "scale_min": int(scale.least), "scale_max": int(scale.most)}
                )
            ]
    if table.sample is not None and meanings and set(meanings.values()) <= set(METRIC_NAMES):
        metrics = [metric for metric in dict.fromkeys(meanings.values()) if metric]
        unnamed = [_NAMELESS.format(named.share_missing, named.name)] if named.share_missing else []
        first, *others = (_select_metric(section, table, table.sample, metric, meanings) for metric in metrics)
        return [first.add_notes(*unnamed), *others]
    note = (
        "Missing: scale_min and scale_max; each metric has its own scale, so they cannot be constants. Write one "
        f'[[sources.surveys]] per metric, each with only."{named.name}" = its words, constants.scale_min and '
        "constants.scale_max."
    )
    return [section.add_notes(note)]


def _select_metric(
    section: Proposal, table: SourceTable, rows: pl.DataFrame, metric: str, meanings: Mapping[str, str | None]
) -> Proposal:
    """Return the section of the rows that name a metric, with the scale of their answers."""
    header = section.columns["metric"]
    words = [value for value, ours in meanings.items() if ours == metric]
    answers = rows.filter(pl.col(header).cast(pl.String, strict=False).str.strip_chars().is_in(words))
    only = {**dict(section.keys.get("only", {})), header: words}  # type: ignore[call-overload]  # a table
    of_metric = replace(section, keys={**section.keys, "only": only})
    return _add_scale(of_metric, table, describe_content(answers[section.columns["score"]]), metric)


def _read_meanings(named: ColumnContent) -> dict[str, str | None]:
    meanings = map_to_contract("surveys", "metric", named.values)
    return {value: meanings.get(value, value) for value in named.values}


def _is_higher_easier(question: ColumnContent) -> bool | None:
    """Whether a high answer means easy, as the header or the labels say; None if they do not."""
    text = remove_accents(question.wording.lower())
    labels = [remove_accents(value.lower()) for value in question.values]
    easy, hard = _find_numbers([text, *labels], _EASY), _find_numbers([text, *labels], _HARD)
    if easy and hard and (min(easy) > max(hard) or max(easy) < min(hard)):
        return min(easy) > max(hard)
    if any(word in label for label in labels for word in (*_EASY, *_HARD)) and not easy and not hard:
        return True  # labels in words are read as steps, of which the last is the easiest
    names_ease, names_trouble = any(word in text for word in _EASY), any(word in text for word in _HARD)
    if names_ease or names_trouble:
        return None if names_ease and names_trouble else names_ease
    return False if any(word in text for word in _EFFORT) else None


def _find_numbers(texts: list[str], words: tuple[str, ...]) -> list[int]:
    """Return the numbers beside some words, as in "1 very difficult" or "easy (7)"."""
    one_of = "|".join(words)
    patterns = [_AT_NUMBER.format(one_of), _NUMBER_AFTER.format(one_of)]
    return [int(number) for text in texts for pattern in patterns[:1] for number in re.findall(pattern, text)] or [
        int(number) for text in texts for number in re.findall(patterns[1], text)
    ]
