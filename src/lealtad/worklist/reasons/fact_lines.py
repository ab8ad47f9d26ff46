"""Facts in words: kind, time, and the company's own names."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language

STATES = "since"  # the clock of streams of states, not of events
_MICROSECONDS = 1_000_000


def name_fact(row: Mapping[str, Any], clock: str, language: Language) -> str:
    """Describe a fact other than a ticket in words; empty if there are no words for it."""
    words = read_fact_words(language.code)
    if row.get("order_id"):
        return f"{words['kind']['order']} {language.money(row['amount'])}"
    if row.get("survey_id"):
        return _name_answer(row, language)
    if row.get("touchpoint"):
        outcome = words["contact_outcome"].get(str(row.get("outcome")), row.get("outcome"))
        return name_touchpoint(str(row["touchpoint"]), language) + (f", {outcome}" if outcome else "")
    if row.get("term_end") and clock == STATES:
        return words["kind"]["term_end"]
    return words["contract_event"].get(str(row["event"]), str(row["event"])) if row.get("event") else ""


def _name_answer(row: Mapping[str, Any], language: Language) -> str:
    words = read_fact_words(language.code)["kind"]
    what = words.get(str(row.get("metric")), str(row.get("metric")))
    if row.get("score") is None or not row.get("scale_max"):
        return what
    score, most = (language.number(row[name]) for name in ("score", "scale_max"))
    return f"{what} {words['out_of'].format(score=score, most=most)}"


def name_touchpoint(code: str, language: Language) -> str:
    """Return the company's name of a touchpoint; without one, its code as words."""
    return language.name("touchpoints", code) or code.replace("_", " ")


def find_moment(row: Mapping[str, Any], clock: str) -> datetime | None:
    """Return when a fact happened; for a contract's term, when it ends."""
    if clock != STATES:
        moment: datetime | None = row[clock]
        return moment
    return _read_instant(row.get("term_end")) or read_opened(row)


def read_opened(row: Mapping[str, Any]) -> datetime | None:
    """Return when the case behind a state was opened; None if there is none."""
    return _read_instant(row.get("opened_at"))


def _read_instant(stored: datetime | int | None) -> datetime | None:
    """Return an instant; facts of the lake hold datetimes, derived ones microseconds."""
    if stored is None or isinstance(stored, datetime):
        return stored
    return datetime.fromtimestamp(stored / _MICROSECONDS, UTC)


@cache
def read_fact_words(language: str) -> dict[str, dict[str, str]]:
    """Return by kind and code the words of a language."""
    path = files("lealtad.worklist.reasons") / "fact_words.toml"
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: {code: words[language] for code, words in codes.items()} for kind, codes in kinds.items()}
