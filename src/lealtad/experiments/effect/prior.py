"""What is believed of a contact before any campaign was measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

from lealtad.company.playbook.belief import Belief

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHARED = 0.6  # of the variance of log(1 − γ): how much one action shows about another
PARTS = (0.1, 0.3, 1.0)  # how much of what an action may have of its own it has: which of them, the data say


@dataclass(frozen=True)
class Prior:
    """The prior of each action; actions without one share a default.

    Examples
    --------
    >>> prior = Prior({"call": Belief(mean=0.2)})
    >>> prior.of("call").mean, prior.of("letter").mean
    (0.2, 0.15)
    """

    by_action: Mapping[str, Belief] = field(default_factory=dict)
    otherwise: Belief = field(default_factory=Belief)

    def of(self, action: str) -> Belief:
        """Return the prior of an action."""
        return self.by_action.get(action, self.otherwise)

    def level(self, actions: Sequence[str]) -> tuple[float, float]:
        """Return mean and spread of the part of `log(1 − γ)` that these actions share."""
        beliefs = [self.of(action) for action in actions] or [self.otherwise]
        shared = sqrt(_SHARED) * min(belief.spread for belief in beliefs)
        return sum(belief.log_ratio for belief in beliefs) / len(beliefs), shared

    def own_spread(self, action: str, actions: Sequence[str]) -> float:
        """Return the spread of what an action has beside that part."""
        return sqrt(max(self.of(action).spread ** 2 - self.level(actions)[1] ** 2, 0.0))

    def variance(self, action: str, actions: Sequence[str]) -> float:
        """Return the variance of `log(1 − γ)` of one of the actions before campaigns say anything."""
        parts = sum(part**2 for part in PARTS) / len(PARTS)
        return self.level(actions)[1] ** 2 + parts * self.own_spread(action, actions) ** 2
