"""The distribution of γ, the share of would-be churners whom a contact keeps."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, log

from lealtad.base.errors import SettingsError
from lealtad.base.intervals import Z

LEAST_GAMMA = -1.0  # campaigns cannot measure a contact that more than doubles the risk


@dataclass(frozen=True)
class Belief:
    """A distribution of γ, the share of would-be churners whom a contact keeps; below 0 it drives customers away.

    The logarithm of `1 − γ`, the ratio of churn with and without a contact, is normal.

    Attributes
    ----------
    mean
        The expected γ, below 1.
    spread
        Standard deviation of `log(1 − γ)`.

    Examples
    --------
    >>> [round(end, 2) for end in Belief().interval]
    [-1.0, 0.83]
    """

    mean: float = 0.15
    spread: float = 0.7

    def __post_init__(self) -> None:
        """Refuse impossible parameters.

        Raises
        ------
        SettingsError
            If the mean is not below 1, or the spread is not above 0.
        """
        if not (isfinite(self.mean) and self.mean < 1 and 0 < self.spread < float("inf")):
            raise SettingsError(
                place="prior of an action",
                expected="mean < 1 and spread > 0",
                found=f"mean = {self.mean}, spread = {self.spread}",
                fix="mean = 0.15 and spread = 0.7 say: 15 % on average, anything from harm to 83 %.",
            )

    @property
    def log_ratio(self) -> float:
        """The mean of `log(1 − γ)`.

        Examples
        --------
        >>> round(1 - exp(Belief(0.15, 0.6).log_ratio + 0.6**2 / 2), 12)
        0.15
        """
        return log(1 - self.mean) - self.spread**2 / 2

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of γ, cut at −1."""
        low, high = (1 - exp(self.log_ratio + side * Z * self.spread) for side in (1, -1))
        return max(low, LEAST_GAMMA), high
