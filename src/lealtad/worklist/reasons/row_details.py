"""Details for a sentence from a customer's other features and the calendar."""

from __future__ import annotations

from datetime import timedelta
from math import isnan
from typing import TYPE_CHECKING

from lealtad.examples.features.units import CHANGES
from lealtad.worklist.reasons.amount import Amount, format_time
from lealtad.worklist.reasons.days import format_day, name_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.worklist.reasons.sentences import ReasonWords

_AHEAD = ("term_left_days",)
_YEAR, _WEEK = 364, 7
_MONTHS = {91: 3, 182: 6, 364: 12}
_SPANS = {
    "days": {"en": ("the last {} days", "the {} days before"), "es": ("los últimos {} días", "los {} anteriores")},
    "months": {
        "en": ("the last {} months", "the {} months before"),
        "es": ("los últimos {} meses", "los {} anteriores"),
    },
    "weeks": {
        "en": ("the last {} weeks", "the {} weeks before"),
        "es": ("las últimas {} semanas", "las {} anteriores"),
    },
}
_LEAST_CONTACTS = 4  # within a year; fewer are not a rhythm
_BELOW = 0.75  # ratio to the silence above which a difference is not worth mentioning


def describe_row(words: ReasonWords, column: str, row: Mapping[str, float]) -> dict[str, object]:
    """Return details of a sentence by name: day, typical, rarity, and the customer's own rhythms.

    Unknown or irrelevant details are absent, such as a usual value of 0, or a rhythm that includes the silence.
    """
    worded, language = words.known[column], words.language
    own, typical = row[column], float(words.typical[column])
    details: dict[str, object] = {}
    if worded.feature.unit.name == "days":
        details |= _describe_day(words, own, is_ahead=column in _AHEAD)
    if not isnan(typical) and round(typical, 2) != 0:
        details["typical"] = Amount(typical, worded.feature.unit, language, is_typical=True)
    if words.rarity is not None and "{rarity}" in worded.write_template(language):
        share = words.rarity.compute_share(column, own, -1 if worded.feature.risk == "falls" else 1)
        if share is not None:
            details["rarity"] = language.percent(share)
    return (
        details
        | _describe_span(words, column)
        | _describe_trend(words, column, row)
        | _describe_rhythms(words, row)
    )


def _describe_span(words: ReasonWords, column: str) -> dict[str, object]:
    """Name the window of a column: a week in days, a quarter and more in months, else in weeks."""
    days = words.known[column].variant
    if not isinstance(days, int) or days % _WEEK:
        return {}
    weeks = days // _WEEK
    number, unit = (days, "days") if weeks == 1 else (weeks, "weeks")
    if days in _MONTHS:
        number, unit = _MONTHS[days], "months"
    span, before = (pattern.format(number) for pattern in _SPANS[unit][words.language.code])
    return {"span": span, "span_before": before, "weeks": str(weeks)}


def _describe_trend(words: ReasonWords, column: str, row: Mapping[str, float]) -> dict[str, object]:
    """Describe a fall in contacts by the numbers in the window and before it."""
    trend, now = row[column], row.get(column.replace("own_contact_trend", "own_contacts"), 0.0)
    if not column.startswith("own_contact_trend") or not now or not 0 < trend < 1:
        return {}
    counts = {"now": now, "before": now / trend}
    return {name: Amount(float(round(count)), CHANGES, words.language) for name, count in counts.items()}


def _describe_day(words: ReasonWords, days: float, *, is_ahead: bool) -> dict[str, object]:
    if isnan(days):
        return {}
    if words.as_of is None:
        length = format_time(abs(days), words.language)
        is_past = not is_ahead or days < 0
        patterns = {"en": ("{} ago", "in {}"), "es": ("hace {}", "en {}")}[words.language.code]
        text = patterns[0 if is_past else 1].format(length)
        return {"day": text, "day_noun": text}
    moment = words.as_of + timedelta(days=days if is_ahead else -days)
    return {
        "day": format_day(moment, words.as_of, words.language, words.zone),
        "day_noun": name_day(moment, words.as_of, words.language, words.zone),
    }


def _describe_rhythms(words: ReasonWords, row: Mapping[str, float]) -> dict[str, object]:
    quiet, silence = row.get("days_since_order"), row.get("days_since_own_contact")
    gap = _first_number(row.get(f"usual_gap_{_YEAR}d"), row.get("own_gap"))
    contacts = row.get(f"own_contacts_{_YEAR}d") or 0.0
    details: dict[str, object] = {}
    if quiet is not None and not isnan(quiet):
        details["quiet"] = format_time(quiet, words.language)
        if gap and 1 <= gap < _BELOW * quiet:
            details["rhythm"] = format_time(gap, words.language)
    if silence and not isnan(silence) and contacts >= _LEAST_CONTACTS:
        usual = (_YEAR - silence) / contacts
        if 1 <= usual < _BELOW * silence:
            details["contact_rhythm"] = format_time(usual, words.language)
    return details


def _first_number(*values: float | None) -> float | None:
    return next((value for value in values if value is not None and not isnan(value)), None)
