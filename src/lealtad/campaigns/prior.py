"""What is believed of a contact before any campaign was measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

from lealtad.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Beta:
    """A Beta distribution of γ, the chance that a contact saves a customer who would leave.

    Examples
    --------
    >>> Beta(6, 14).mean
    0.3
    """

    alpha: float = 6.0
    beta: float = 14.0

    def __post_init__(self) -> None:
        """Refuse what is no distribution.

        Raises
        ------
        SettingsError
            If alpha or beta is not positive.
        """
        if min(self.alpha, self.beta) <= 0:
            raise SettingsError(
                place="prior of an action",
                expected="alpha > 0 and beta > 0",
                found=f"alpha = {self.alpha}, beta = {self.beta}",
                mend="alpha 6 and beta 14 say: about 30 %, between 13 and 51 %.",
            )

    @property
    def mean(self) -> float:
        """The mean of γ."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def spread(self) -> float:
        """The standard deviation of γ."""
        total = self.alpha + self.beta
        return float((self.alpha * self.beta / (total**2 * (total + 1))) ** 0.5)

    @property
    def log_odds(self) -> float:
        """The change of the log odds of leaving that stands for γ where leaving is rare: `log(1 − γ)`."""
        return log(1 - self.mean)


@dataclass(frozen=True)
class Prior:
    """The prior of each action; actions that are not named share one.

    Examples
    --------
    >>> prior = Prior({"call": Beta(2, 8)})
    >>> prior.of("call").mean, prior.of("letter").mean
    (0.2, 0.3)
    """

    by_action: Mapping[str, Beta] = field(default_factory=dict)
    otherwise: Beta = Beta()

    def of(self, action: str) -> Beta:
        """Return the prior of an action."""
        return self.by_action.get(action, self.otherwise)
