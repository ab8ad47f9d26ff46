"""Orders in the shop, and their returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.draws import draw_flags, draw_moments, draw_occurrences
from lealtad.sources.simulated.state import ACTIVE
from lealtad.sources.simulated.weeks import DAY

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Facts, Floats
    from lealtad.sources.simulated.week_start import WeekStart

_PER_WEEK, _RETURNED, _DISCOUNTED = 0.11, 0.06, 0.2


def draw_orders_week(rng: np.random.Generator, now: WeekStart) -> Facts:
    """Draw the orders of a week; `returned_at` is the time of a full return, else 0."""
    appetite = np.exp(0.5 * now.state.engagement) * (now.state.phase == ACTIVE)
    who = draw_occurrences(rng, _PER_WEEK * now.population.shopping * appetite)
    at = draw_moments(rng, now.as_of, now.population.utc_offset[who])
    amount = np.round(rng.lognormal(3.5, 0.6, who.size), 2)
    share: Floats = np.where(draw_flags(rng, np.full(who.size, _DISCOUNTED)), 0.15, 0.0)
    back = draw_flags(rng, np.full(who.size, _RETURNED))
    days = rng.uniform(3.0, 21.0, who.size)
    return {
        "who": who,
        "at": at,
        "amount": np.round(amount * (1.0 - share), 2),
        "discount": np.round(amount * share, 2),
        "margin": np.round(amount * (rng.uniform(0.25, 0.5, who.size) - share), 2),
        "items": 1 + rng.poisson(0.8, who.size),
        "returned_at": np.where(back, at + (days * DAY).astype(np.int64), 0),
    }


def add_returns(orders: Facts) -> Facts:
    """Add the returns below the orders, as rows of their own with negative amounts."""
    back = orders["returned_at"] > 0
    count = orders["who"].size
    returns = {name: column[back] for name, column in orders.items()}
    minus = {
        name: -returns[name].astype(np.float64) if name in {"amount", "margin"} else returns[name]
        for name in returns
    }
    minus["at"] = returns["returned_at"]
    minus["discount"] = np.zeros(int(back.sum()))
    both = {name: np.concatenate([orders[name], minus[name]]) for name in orders}
    both["is_return"] = np.arange(both["who"].size) >= count
    return both
