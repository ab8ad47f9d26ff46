"""How a model is searched and fitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lealtad.learning.learners import DEFAULT
from lealtad.learning.search import Budget

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.learning.learners import AnyLearner
    from lealtad.learning.search import TunedSettings


@dataclass(frozen=True)
class FitPlan:
    """The search, or the settings that replace it, and the fits after it.

    Attributes
    ----------
    budget
        How long to search the settings.
    settings
        Settings that replace the search.
    seeds
        Number of fits with different settings and seeds that are averaged into the model.
    seed
        For the search, the fits, the sample and the draws.
    storage
        Where the search is stored so that it can be resumed: an address such as `sqlite:///study.db`, or a journal
        file. None stores nothing.
    most_rows
        Rows of whole customers on which settings, calibration and interval are learned; the model itself learns
        from every row.
    learner
        The kind of model.
    """

    budget: Budget = field(default_factory=Budget)
    settings: TunedSettings | None = None
    seeds: int = 5
    seed: int = 7
    storage: str | Path | None = None
    most_rows: int = 150_000
    learner: AnyLearner = DEFAULT
