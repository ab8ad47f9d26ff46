"""What the simulated company charges, what a contact costs it, and what a contact changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Economy:
    """The prices and effects of a simulated company; they change no draw.

    Attributes
    ----------
    plan_prices
        Monthly prices of the plans basic, family and premium.
    contact_costs
        What a call, an offer and a discount cost per contact.
    effect
        What a contact adds to the log odds of churn.
    effect_of_pain
        What each unit of bad service, at most 2, adds to it.
    effect_of_sleep
        What each 4 weeks of silence of a content customer, at most 2, add to it: a contact wakes such a customer.
    """

    plan_prices: tuple[float, float, float]
    contact_costs: tuple[float, float, float]
    effect: float
    effect_of_pain: float
    effect_of_sleep: float


FIRST = Economy((24.0, 39.0, 59.0), (4.0, 0.5, 8.0), -0.45, -0.3, 0.45)
# docs/simulated.md states the published figures behind each number
PUBLISHED = Economy((57.0, 94.0, 142.0), (6.0, 0.5, 16.0), -0.85, -0.4, 0.45)
