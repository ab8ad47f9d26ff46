"""A verdict: whether a model can be trained on the data, the numbers behind it, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.checks.sufficiency.finding import DataFinding


@dataclass(frozen=True)
class Requirement:
    """One number that a verdict is based on.

    Attributes
    ----------
    name
        Its code in `verdict_sentences.MEASURES`.
    value
        What the data have: days, customers, answers, or a share.
    needed
        The minimum that suffices; None if any value does.
    """

    name: str
    value: float
    needed: float | None = None

    @property
    def short(self) -> float:
        """The missing amount."""
        return max((self.needed or 0) - self.value, 0)


@dataclass(frozen=True)
class DataVerdict:
    """Whether an outcome can be predicted.

    Attributes
    ----------
    goal
        "churn" or "promoter".
    measures
        The numbers behind the verdict.
    lacks
        What is missing, most important first; empty if the data suffice.
    """

    goal: str
    measures: tuple[Requirement, ...]
    lacks: tuple[DataFinding, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing is missing."""
        return not self.lacks
