"""The metric and the scale of a survey question, read from its header and its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.sources.contract.survey_metrics import SURVEY_METRICS
from lealtad.sources.recognition.columns.answer_labels import read_labels
from lealtad.sources.recognition.columns.vocabulary import remove_accents

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent

_METRICS = tuple((metric.name, re.compile(metric.header)) for metric in SURVEY_METRICS)
_NO_SCORE = re.compile(
    r"\b(?:group|grupo|category|categoria|segment|type|tipo|class|comment|comentario|why|motivo|por que|reason|id|"
    r"date|fecha)\b"
)
# a question that asks for a rating, of whatever
_RATES = re.compile(
    r"\b(?:would|do) you rate\b|\brate (?:your|the|our|us|this|how)\b|"
    r"\b(?:valora(?:s|ria|rias|r)?|valore|califi(?:ca|que|car|caria|carias)|puntu(?:a|e|ar|aria)|evalu(?:a|e|ar|aria))\b"
)
_QUESTION = re.compile(r"[?¿]|^(?:q|p|question|pregunta)(?:\d+\b| )")
_ENDS = re.compile(r"\b([01])\s*(?:-|–|a|to|al|ate|/|y|and|hasta)\s*(5|7|10|100)\b")
_OUT_OF = re.compile(r"(?:\bsobre|\bout of|/)\s*(5|7|10|100)\b")
_NO_ANSWER_BELOW = -1
_FIVE, _SEVEN, _TEN, _HUNDRED = 5, 7, 10, 100
_TOO_FEW_STEPS = 3
_MOST_STEPS = 11


@dataclass(frozen=True)
class AnswerScale:
    """The lowest and highest answer of a scale; or in `ask` why neither header nor answers show them."""

    least: float = 0
    most: float = 0
    ask: str = ""


def find_metric(text: str) -> str | None:
    """Return the metric that a text is about: nps, csat or ces; None for none of them, or several.

    Examples
    --------
    >>> [find_metric(text) for text in ("¿Recomendaría la tienda?", "How easy was it?", "Satisfacción", "Score")]
    ['nps', 'ces', 'csat', None]
    >>> [find_metric(text) for text in ("How would you rate your visit?", "Rate plan")]
    ['csat', None]
    """
    plain = _simplify(text)
    metrics = [metric for metric, words in _METRICS if words.search(plain)]
    if not metrics and _RATES.search(plain):
        return "csat"
    return metrics[0] if len(metrics) == 1 else None


def may_be_score(content: ColumnContent) -> bool:
    """Whether the values of a column can be answers to one question: numbers up to 100, or labels."""
    if content.empty or content.is_choice or (content.dates and content.numbers is None) or content.personal:
        return False
    if content.values and read_labels(content.values):
        return True
    if content.numbers is None or content.least is None or content.most is None:
        return False
    return content.least >= -_HUNDRED and content.most <= _HUNDRED and content.distinct <= _HUNDRED + 1


def find_header_metric(content: ColumnContent) -> str | None:
    """Return the metric that the header of a column of answers names; None if it names none."""
    if _NO_SCORE.search(_simplify(content.wording)) or not may_be_score(content):
        return None
    return find_metric(content.wording)


def may_be_question(content: ColumnContent) -> bool:
    """Whether a column may be a further question of a form: its header asks, and its answers have few steps."""
    plain = _simplify(content.wording)
    steps = 1 < content.distinct <= _MOST_STEPS and not content.flag and not _has_fractions(content)
    return steps and bool(_QUESTION.search(plain)) and not _NO_SCORE.search(plain) and may_be_score(content)


def detect_scale(metric: str, content: ColumnContent) -> AnswerScale:  # noqa: PLR0911 - one clue after the other
    """Detect the scale of a question from its header and its answers.

    Parameters
    ----------
    metric
        The metric of the question: nps, csat or ces.

    Returns
    -------
    A scale; or a question if neither shows it, as for an NPS that nobody answered above 5.
    """
    labels = read_labels(content.values) if content.values else None
    plain = _simplify(content.wording)
    ends, out_of = _ENDS.search(plain), _OUT_OF.search(plain)
    least, most = _measure_answer_range(content)
    if _has_fractions(content):
        return AnswerScale(ask=f'"{content.name}" is answered in fractions')
    if ends and (metric != "nps" or ends[2] == "10"):
        return AnswerScale(float(ends[1]), float(ends[2]))
    if ends:
        return AnswerScale(ask=f'"{content.name}" is called an NPS, and is asked from {ends[1]} to {ends[2]}')
    if labels and labels.ends:
        return AnswerScale(*labels.ends)
    if out_of:
        return AnswerScale(0 if least < 1 else 1, float(out_of[1]))
    if metric == "nps":
        if _FIVE < most <= _TEN and least >= 0:
            return AnswerScale(0, _TEN)
        return AnswerScale(ask=f'"{content.name}" is called an NPS, and its answers go from {least:g} to {most:g}')
    return _choose_usual_scale(content, least, most)


def _has_fractions(content: ColumnContent) -> bool:
    """Whether answers are fractions: percentages of a workbook, or means of several answers."""
    return any(re.match(r"^\d+[.,]\d*[1-9]\d*$", value) for value in content.values)


def _choose_usual_scale(content: ColumnContent, least: float, most: float) -> AnswerScale:
    """Choose the smallest usual scale that holds all answers; very few steps may be part of any scale."""
    if least < 0 or most > _HUNDRED or content.distinct <= 1:
        return AnswerScale(ask=f'"{content.name}" is answered from {least:g} to {most:g}')
    code = _find_code_apart(content)
    if code is not None:
        return AnswerScale(
            ask=f'"{content.name}" has answers of one scale, and {code:g}: is that an answer or none'
        )
    if least < 1:
        return AnswerScale(0, next(end for end in (1, _FIVE, _TEN, _HUNDRED) if most <= end))
    if most <= _TOO_FEW_STEPS and content.rows > 2 * _TEN:
        return AnswerScale(ask=f'"{content.name}" is answered from {least:g} to {most:g}')
    top = next(end for end in (_FIVE, _SEVEN, _TEN, _HUNDRED) if most <= end)
    return AnswerScale(0 if top == _HUNDRED else 1, top)


def _find_code_apart(content: ColumnContent) -> float | None:
    """Return the one number that stands apart beyond a full scale, as 9 in 1, 2, 3, 4, 5, 9: often no answer."""
    whole = [match for value in content.values if (match := re.fullmatch(r"(\d{1,3})(?:[.,]0+)?", value))]
    answers = sorted({float(match[1]) for match in whole})
    full = [top for top in (_FIVE, _SEVEN) if {*map(float, range(1, top + 1))} <= set(answers)]
    beyond = [answer for answer in answers if answer > max(full, default=_HUNDRED)]
    return beyond[0] if beyond and beyond[0] > max(full) + 1 and len(beyond) == 1 else None


def _measure_answer_range(content: ColumnContent) -> tuple[float, float]:
    """Return the lowest and highest answer, without labels and numbers that mean none."""
    labels = read_labels(content.values) if content.values else None
    if labels is None:
        return content.least or 0, content.most or 0
    numbers = [
        float(value.replace(",", "."))
        for value in content.values
        if re.match(r"^-?\d+(?:[.,]\d+)?$", value) and value not in labels.scores
    ]
    scores = [score for score in labels.scores.values() if score is not None]
    answers = [answer for answer in (*numbers, *scores) if answer > _NO_ANSWER_BELOW] or [0]
    return min(answers), max(answers)


def _simplify(text: str) -> str:
    return re.sub("_+", " ", remove_accents(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))
