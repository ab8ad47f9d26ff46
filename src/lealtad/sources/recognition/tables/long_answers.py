"""Answers to several questions in one column, beside the question of each row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.survey_questions import detect_scale, find_header_metric
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

_QUESTION, _ANSWER = (get_words("long_answers", kind) for kind in ("question", "answer"))


def ask_about_long_answers(contents: Sequence[ColumnContent], rows: pl.DataFrame) -> str:
    """Ask for one section per question where rows are answers to several; empty for other tables.

    Examples
    --------
    >>> rows = pl.DataFrame({"Pregunta": ["¿Nos recomendaría? (0-10)", "Comentario"], "Respuesta": ["9", "bien"]})
    >>> contents = [describe_content(column) for column in rows.iter_columns()]
    >>> ask_about_long_answers(contents, rows).partition(":")[0]
    'its rows are answers to several questions ("Pregunta")'
    """
    question = next((one for one in contents if one.words & _QUESTION and len(one.values) > 1), None)
    answer = next(
        (one for one in contents if one.words & _ANSWER and "id" not in one.ideas and one is not question), None
    )
    if question is None or answer is None or answer.dates:
        return ""
    asked = [
        described
        for value in question.values
        if (described := _describe_question(rows, question.name, answer.name, value)) is not None
    ]
    sections = [_write_section(question.name, answer.name, content, metric) for content, metric in asked]
    if not sections:
        return ""
    return (
        f'its rows are answers to several questions ("{question.name}"): each needs a section of its own, '
        f"with its metric and scale. Write one [[sources.surveys]] for each: {'; '.join(sections)}"
    )


def _describe_question(
    rows: pl.DataFrame, question: str, answer: str, value: str
) -> tuple[ColumnContent, str] | None:
    """Return the answers to one question under its wording, with its metric; None if it names no metric."""
    answers = rows.filter(pl.col(question).cast(pl.String, strict=False).str.strip_chars() == value)[answer]
    content = describe_content(answers.alias(value))
    metric = find_header_metric(content)
    return (content, metric) if metric else None


def _write_section(question: str, answer: str, content: ColumnContent, metric: str) -> str:
    scale = detect_scale(metric, content)
    ends = f"constants.scale_min = {scale.least:g}, constants.scale_max = {scale.most:g}"
    return (
        f"only.{_quote_text(question)} = {_quote_text(content.name)}, columns.score = {_quote_text(answer)}, "
        f'constants.metric = "{metric}", {"its scale" if scale.ask else ends}'
    )


def _quote_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
