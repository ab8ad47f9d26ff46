"""The prior of the effect of contacts, before any campaign was measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

from lealtad.company.playbook.belief import Belief

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHARED = 0.6  # share of the variance of log(1 − γ) that actions have in common
PARTS = (0.1, 0.3, 1.0)  # possible shares of an action's specific variance; the data decide between them


@dataclass(frozen=True)
class Prior:
    """The prior of each action; actions without one share a default.

    Examples
    --------
    >>> prior = Prior({"call": Belief(mean=0.2)})
    >>> prior.get_belief("call").mean, prior.get_belief("letter").mean
    (0.2, 0.15)
    """

    by_action: Mapping[str, Belief] = field(default_factory=dict)
    otherwise: Belief = field(default_factory=Belief)

    def get_belief(self, action: str) -> Belief:
        """Return the prior of an action."""
        return self.by_action.get(action, self.otherwise)

    def level(self, actions: Sequence[str]) -> tuple[float, float]:
        """Return mean and spread of the part of `log(1 − γ)` that these actions share."""
        beliefs = [self.get_belief(action) for action in actions] or [self.otherwise]
        shared = sqrt(_SHARED) * min(belief.spread for belief in beliefs)
        return sum(belief.log_ratio for belief in beliefs) / len(beliefs), shared

    def own_spread(self, action: str, actions: Sequence[str]) -> float:
        """Return the spread of the part that is specific to an action."""
        return sqrt(max(self.get_belief(action).spread ** 2 - self.level(actions)[1] ** 2, 0.0))

    def variance(self, action: str, actions: Sequence[str]) -> float:
        """Return the prior variance of `log(1 − γ)` of one of the actions."""
        parts = sum(part**2 for part in PARTS) / len(PARTS)
        return self.level(actions)[1] ** 2 + parts * self.own_spread(action, actions) ** 2
