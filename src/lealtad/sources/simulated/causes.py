"""Why simulated customers churn: the table that the simulation, its documentation and its tests read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.sources.simulated.arrays import Floats


@dataclass(frozen=True)
class Cause:
    """One cause of churn: each unit adds `coefficient` to the log odds of churn within a week.

    Attributes
    ----------
    name
        The name of the cause, as in the columns `cause_*` of the truth.
    sentence, unit
        The cause, and one unit of it, in words.
    memory_weeks
        The weeks after which 37 % of it remains (exponential decay); 0 if it counts while the situation lasts.
    most
        The largest number of units that count.
    """

    name: str
    sentence: str
    unit: str
    coefficient: float
    memory_weeks: float
    most: float


@dataclass(frozen=True)
class Interaction:
    """Two causes that together weigh more than their sum: its units are the product of both causes' units."""

    name: str
    sentence: str
    of: tuple[str, str]
    coefficient: float


BASE_LOG_ODDS = -6.35

CAUSES: tuple[Cause, ...] = (
    Cause(
        "slow_reply",
        "A ticket waited long for its first human reply.",
        "each doubling of the wait beyond 4 business hours, at most 3 per ticket, from the reply on",
        coefficient=0.4,
        memory_weeks=8,
        most=6,
    ),
    Cause(
        "unsolved_ticket",
        "A ticket stays unsolved.",
        "each ticket created more than 7 days ago and open now",
        coefficient=0.9,
        memory_weeks=0,
        most=2,
    ),
    Cause(
        "reopened_ticket",
        "A solved ticket had to be reopened.",
        "each reopening",
        coefficient=0.7,
        memory_weeks=10,
        most=3,
    ),
    Cause(
        "high_effort",
        "Getting help was hard.",
        "each contact with a felt ease of 3 or lower of 7, whether the customer was asked or not",
        coefficient=0.5,
        memory_weeks=10,
        most=3,
    ),
    Cause(
        "silence",
        "The customer has stopped coming.",
        "each 4 weeks without a touchpoint that the customer began",
        coefficient=0.65,
        memory_weeks=0,
        most=3,
    ),
    Cause(
        "price_rise",
        "The price rose at a renewal.",
        "each 10 % of rise",
        coefficient=0.7,
        memory_weeks=12,
        most=3,
    ),
    Cause(
        "bad_first_month",
        "The first month went wrong.",
        "a ticket in the week of the first subscription or the three after it",
        coefficient=0.8,
        memory_weeks=26,
        most=1,
    ),
    Cause(
        "few_channels",
        "The customer knows only part of the company.",
        "each channel fewer than three that the customer used in the last 12 weeks",
        coefficient=0.3,
        memory_weeks=0,
        most=3,
    ),
    Cause(
        "term_ends",
        "The term of the contract is about to end, so it is easy to cancel.",
        "the term ends within the next 28 days",
        coefficient=0.5,
        memory_weeks=0,
        most=1,
    ),
)

INTERACTIONS: tuple[Interaction, ...] = (
    Interaction(
        "unsolved_and_silent",
        "A customer who waits for a solution and has stopped coming has given up.",
        ("unsolved_ticket", "silence"),
        coefficient=0.4,
    ),
    Interaction(
        "dearer_and_slower",
        "A higher price is worst while service is slow.",
        ("price_rise", "slow_reply"),
        coefficient=0.2,
    ),
)

NAMES: tuple[str, ...] = tuple(cause.name for cause in CAUSES)
MEMORY: dict[str, float] = {cause.name: cause.memory_weeks for cause in CAUSES if cause.memory_weeks}


def compute_contributions(units: Mapping[str, Floats], muted: tuple[str, ...] = ()) -> dict[str, Floats]:
    """Compute what each cause and interaction adds to the log odds of churn, per customer.

    Parameters
    ----------
    units
        By cause, the units of each customer.
    muted
        The causes and interactions that add nothing, alone or in an interaction.

    Returns
    -------
    By cause and interaction, one number per customer.

    Examples
    --------
    >>> units = {cause.name: np.zeros(1) for cause in CAUSES}
    >>> units["silence"] = np.array([2.0])
    >>> float(compute_contributions(units)["silence"][0])
    1.3
    """
    counted = {
        cause.name: np.minimum(units[cause.name], cause.most) * (cause.name not in muted) for cause in CAUSES
    }
    alone = {cause.name: cause.coefficient * counted[cause.name] for cause in CAUSES}
    together = {
        pair.name: pair.coefficient * counted[pair.of[0]] * counted[pair.of[1]] * (pair.name not in muted)
        for pair in INTERACTIONS
    }
    return {**alone, **together}


def render_markdown() -> str:
    """Render the causes as the table in `docs/simulated.md`."""
    head = "| Cause | In words | One unit | Log odds per unit | Memory | Most units |\n|---|---|---|---|---|---|"
    rows = [
        f"| `{cause.name}` | {cause.sentence} | {cause.unit} | {cause.coefficient:+g} | "
        f"{f'{cause.memory_weeks:g} weeks' if cause.memory_weeks else 'while it lasts'} | {cause.most:g} |"
        for cause in CAUSES
    ]
    pairs = [
        f"| `{pair.name}` | {pair.sentence} | units of `{pair.of[0]}` × units of `{pair.of[1]}` | "
        f"{pair.coefficient:+g} | as its causes | as its causes |"
        for pair in INTERACTIONS
    ]
    return "\n".join([head, *rows, *pairs]) + "\n"
