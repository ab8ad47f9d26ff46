"""One reason behind a verdict: a sentence and its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lealtad.base.sentence import mark_for_translation

__all__ = ["MonitoringReason", "mark_for_translation"]

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal[
    "feed", "level", "slope", "churners", "saves", "labels", "feature", "common level", "scores", "responses"
]


@dataclass(frozen=True)
class MonitoringReason:
    """One reason for a verdict.

    Attributes
    ----------
    kind
        What changed.
    weight
        `retrain`: a reason to train again; `watch`: to review, because training would not fix it.
    sentence
        English, with the names of `values` in braces.
    values
        Shares between 0 and 1, counts, or words.
    """

    kind: Kind
    weight: Literal["retrain", "watch"]
    sentence: str
    values: Mapping[str, float | int | str]
