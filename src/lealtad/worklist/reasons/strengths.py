"""Strengths of a customer's bond with the company that a conversation can start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.examples.features.sentences import read_sentences
from lealtad.worklist.reasons.causes import find_cause
from lealtad.worklist.reasons.sentences import write_sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lealtad.worklist.reasons.sentences import ReasonWords

_STRENGTHS = "strengths"
# by feature, the value from which on it is a strength; the first that holds is stated
_LEAST = {"last_nps": 9.0, "pace_of_year": 1.3, "tenure_days": 730.0}
_YEAR = 364  # days as a customer from which on the pace can be compared with that of a year


def find_strength(words: ReasonWords, row: Mapping[str, float], reasons: Collection[str]) -> str | None:
    """Return the feature of a customer's first strength; None if there is none.

    Parameters
    ----------
    row
        The customer's values by column, NaN for null.
    reasons
        The columns that state the reasons, which cannot be strengths at the same time.
    """
    causes = {find_cause(words.known[column].feature.about) for column in reasons if column in words.known}
    return next(
        (
            column
            for column, least in _LEAST.items()
            if column in words.known
            and row[column] >= least
            and (column != "pace_of_year" or row.get("tenure_days", 0.0) >= _YEAR)
            and find_cause(words.known[column].feature.about) not in causes
        ),
        None,
    )


def write_strength(
    words: ReasonWords, column: str, row: Mapping[str, float], details: Mapping[str, str] | None = None
) -> str:
    """Describe a strength stated by a feature."""
    template = read_sentences(words.language.code)[_STRENGTHS][column]
    return write_sentence(words, column, row, details=details, template=template)


def write_event_strength(words: ReasonWords, name: str, day: str) -> str:
    """Describe a strength stated by an event, such as an accepted offer."""
    return read_sentences(words.language.code)[_STRENGTHS][name].format(day=day)
