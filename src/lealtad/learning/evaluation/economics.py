"""Economics of contacting a customer: value, costs and expected profit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Economics:
    """The money of a retention campaign, in one currency.

    Attributes
    ----------
    value
        V, the value at stake with a customer who would churn.
    offer_cost
        d, the cost of the offer for each customer who takes it: those who are saved, and those who would have
        stayed.
    contact_cost
        f, the cost of one contact.
    alpha, beta
        The Beta distribution of γ, the chance that a contact saves a customer who would churn.

    Examples
    --------
    >>> Economics(alpha=6, beta=14).mean_saved
    0.3
    >>> round(Economics().break_even, 4)
    0.1642
    """

    value: float = 200.0
    offer_cost: float = 10.0
    contact_cost: float = 1.0
    alpha: float = 6.0
    beta: float = 14.0

    def __post_init__(self) -> None:
        """Refuse impossible amounts.

        Raises
        ------
        SettingsError
            If the value does not exceed the offer, a cost is negative, or alpha or beta is not positive.
        """
        costs = (self.offer_cost, self.contact_cost)
        if not (self.value > self.offer_cost and min(costs) >= 0 and min(self.alpha, self.beta) > 0):
            raise SettingsError(
                place="economics",
                expected="value > offer_cost ≥ 0, contact_cost ≥ 0, alpha > 0, beta > 0",
                found=str(self),
                fix="State amounts of one currency per customer.",
            )

    @property
    def mean_saved(self) -> float:
        """The mean of γ."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def break_even(self) -> float:
        """The probability of leaving from which contacting pays: `(d + f) / (γ·(V − d) + d)`."""
        d, f = self.offer_cost, self.contact_cost
        return (d + f) / (self.mean_saved * (self.value - d) + d)

    def profit(self, leaves: ArrayLike, value: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the profit of contacting: `p·γ·(V − d) − (1 − p)·d − f`.

        Parameters
        ----------
        leaves
            p, the probability of leaving; 1 or 0 where it is known.
        value
            V of each customer; None takes `self.value` for all.

        Examples
        --------
        >>> Economics().profit([1.0, 0.0]).round(6).tolist()
        [56.0, -11.0]
        """
        p = np.asarray(leaves, dtype=np.float64)
        worth = np.asarray(self.value if value is None else value, dtype=np.float64)
        return np.asarray(compute_expected_profit(p, self.mean_saved, worth, self.offer_cost, self.contact_cost))


def compute_expected_profit(leaves: Any, saved: Any, value: Any, offer_cost: Any, contact_cost: Any) -> Any:
    """Return `p·γ·(V − d) − (1 − p)·d − f`, of numbers, arrays or Polars expressions alike.

    Parameters
    ----------
    leaves, saved, value, offer_cost, contact_cost
        p, γ, V, d and f; see `Economics`.

    Examples
    --------
    >>> compute_expected_profit(1.0, 0.3, 200.0, 10.0, 1.0)
    56.0
    """
    return leaves * saved * (value - offer_cost) - (1 - leaves) * offer_cost - contact_cost
