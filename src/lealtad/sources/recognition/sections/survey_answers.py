"""The answers of a survey section: labels, percentages, and rows that answer nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.answer_labels import find_turned_ends, read_labels
from lealtad.sources.recognition.columns.survey_questions import AnswerScale, detect_scale
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_STEPS = {
    frozenset({0, 100}): (100, 0),
    frozenset({20, 40, 60, 80, 100}): (20, 1),
    frozenset({0, 25, 50, 75, 100}): (25, 1),
}
# the values of "Status" in Qualtrics that are previews, tests and spam
_NO_ANSWERS = get_words("survey_answers", "no_answers")


def read_answers(
    section: Proposal, table: SourceTable, question: ColumnContent, metric: str
) -> tuple[Proposal, AnswerScale]:
    """Read the answers to a question: labels and percentages become scores of its scale."""
    percent = question.numbers is not None and "%" in question.numbers.currencies
    if percent:
        return _read_percentages(section, question)
    labels = read_labels(question.values) if question.values else None
    if labels and labels.scores:
        values = {value: "" if score is None else f"{score:g}" for value, score in labels.scores.items()}
        section = replace(section, values={**section.values, "score": values})
        if labels.turned:
            section = section.add_notes(
                f'"{question.name}" calls its lowest number the best: its scores are turned.'
            )
        if labels.asked or labels.not_asked:
            section = _exclude_unasked(section, table, question, [*labels.asked], [*labels.not_asked])
    ends = None if metric == "ces" or (labels and labels.scores) else find_turned_ends(question.wording)
    if ends:
        return _turn_numbers(section, question, *ends)
    return section, detect_scale(metric, question)


def _turn_numbers(
    section: Proposal, question: ColumnContent, least: int, most: int
) -> tuple[Proposal, AnswerScale]:
    """Turn the numbers of a scale round whose header calls the lowest the best."""
    values = {str(number): str(least + most - number) for number in range(least, most + 1)}
    if not set(question.values) <= values.keys():
        return section, AnswerScale(ask=f'"{question.name}" calls its lowest number the best')
    note = f'"{question.name}" calls its lowest number the best: its scores are turned.'
    section = replace(section, values={**section.values, "score": values})
    return section.add_notes(note), AnswerScale(least, most)


def _read_percentages(section: Proposal, question: ColumnContent) -> tuple[Proposal, AnswerScale]:
    """Read percentages that are steps of a scale as its scores; ask about others."""
    numbers = {
        value: float(value.replace("%", "").replace(",", ".").strip())
        for value in question.values
        if value[:1].isdigit()
    }
    steps = next(
        ((size, first) for scores, (size, first) in _STEPS.items() if set(numbers.values()) <= scores), None
    )
    if steps is None or len(numbers) < 2:  # noqa: PLR2004 - one answer shows no steps
        return section, AnswerScale(ask=f'"{question.name}" is answered in percent')
    size, first = steps
    start = 0 if size == 20 else first  # noqa: PLR2004 - 20 % is the first of five
    values = {value: f"{number / size + start:g}" for value, number in numbers.items()}
    ends = f"{min(numbers.values()):g}% to {max(numbers.values()):g}%"
    note = f'The steps of "{question.name}", {ends}, are read as scores of a scale.'
    scale = AnswerScale(0, 1) if size == 100 else AnswerScale(1, 5)  # noqa: PLR2004 - none or all
    return replace(
        section, values={**section.values, "score": values}, symbols=(), notes=(*section.notes, note)
    ), scale


def _exclude_unasked(
    section: Proposal, table: SourceTable, question: ColumnContent, asked: list[str], not_asked: list[str]
) -> Proposal:
    """Leave out invitations that were never sent, and the time of an answer where nobody answered."""
    score, rows = quote_name(question.name), f"({section.query})" if section.query else table.place.rows
    time = section.columns.get("answered_at")
    nothing = ", ".join(f"'{value}'" for value in (*asked, *not_asked))
    never = ", ".join(f"'{value}'" for value in not_asked)
    answered = f", case when {score} not in ({nothing}) then {quote_name(time)} end as answered_at" if time else ""
    but = " exclude (answered_at)" if time and "answered_at" in table.headers else ""
    where = f" where {score} is null or {score} not in ({never})" if never else ""
    query = f"select *{but}{answered}\nfrom {rows}{where}"
    columns = {**section.columns, **({"answered_at": "answered_at"} if time else {})}
    note = "Invitations that were never sent are left out; unanswered ones have no time of an answer."
    return replace(section, query=query, columns=columns, notes=(*section.notes, note))


def exclude_previews(section: Proposal, table: SourceTable) -> Proposal:
    """Leave out previews, tests and spam of a form, if a column marks them."""
    status = next(
        (
            content
            for content in table.contents
            if content.name.lower() in {"status", "response type"} and content.values
        ),
        None,
    )
    names = {content.name.lower().replace(" ", "") for content in table.contents}
    if status is None or not {"responseid", "recordeddate"} <= names or not set(status.values) & _NO_ANSWERS:
        return section
    listed = ", ".join(f"'{value}'" for value in status.values if value in _NO_ANSWERS)
    rows = f"({section.query})" if section.query else table.place.rows
    query = f"select * from {rows} where {quote_name(status.name)} not in ({listed})"  # noqa: S608 - names are quoted
    return replace(
        section, query=query, notes=(*section.notes, f'Previews, tests and spam are left out, by "{status.name}".')
    )
