"""A message with a held-out half: its effect fades at a known half-life, or it only puts churn off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.sources.simulated.rows import format_customer_ids, to_instants, to_labels
from lealtad.sources.simulated.weeks import HOUR, NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Facts, Flags, Floats, Ints
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.state import State
    from lealtad.sources.simulated.week_start import WeekStart
    from lealtad.sources.simulated.weeks import Weeks

CAMPAIGN = "message"
_STAYS = -1


@dataclass(frozen=True)
class Message:
    """A message to subscribed customers who consent, of whom chance holds some out.

    Attributes
    ----------
    weeks_before_end
        When it is sent.
    treated_share
        The chance that a customer gets it; the others are held out.
    effects
        What it adds to the log odds of churn in the first week, for the plans basic, family and premium.
    spread
        The standard deviation of the effect between customers of a plan; no table shows it.
    half_life_weeks
        In so many weeks the effect halves.
    put_off_share, put_off_weeks, put_off_until
        The share of the treated who, if they would churn in the first `put_off_until` weeks, churn `put_off_weeks`
        later instead. With effects of 0 the message saves nobody, and only delays.

    Raises
    ------
    SettingsError
        If a share is not between 0 and 1, or weeks are not positive.

    Examples
    --------
    >>> Message(half_life_weeks=3.0).treated_share
    0.5
    """

    weeks_before_end: int = 26
    treated_share: float = 0.5
    effects: tuple[float, float, float] = (-1.2, -0.8, -0.2)
    spread: float = 0.2
    half_life_weeks: float = 4.0
    put_off_share: float = 0.0
    put_off_weeks: int = 5
    put_off_until: int = 3

    def __post_init__(self) -> None:
        for name in ("treated_share", "put_off_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise SettingsError(
                    place=f"message {name}",
                    expected="a share from 0 to 1",
                    found=f"{getattr(self, name)}",
                    fix=f"Write 0.5 for one half: Message({name}=0.5).",
                )
        for name in ("weeks_before_end", "half_life_weeks", "put_off_weeks", "put_off_until"):
            if getattr(self, name) <= 0:
                raise SettingsError(
                    place=f"message {name}",
                    expected="a positive number of weeks",
                    found=f"{getattr(self, name)}",
                    fix=f"Write Message({name}=4).",
                )

    def compute_effect(self, first: Floats, week: int, weeks: Weeks) -> Floats:
        """Return what is left of each customer's effect at the beginning of a week."""
        since = week - (weeks.count - self.weeks_before_end)
        share = 2.0 ** (-since / self.half_life_weeks) if since >= 0 else 0.0
        return np.asarray(first * share)


@dataclass(frozen=True)
class Reached:
    """What a message does to each customer of a block.

    Attributes
    ----------
    effect
        Log odds that it added in its first week; 0 for customers who did not get it.
    puts_off
        Whether it puts an end off that would follow soon.
    ends_in
        The week to which an end was put off, else -1.
    """

    effect: Floats
    puts_off: Flags
    ends_in: Ints

    @classmethod
    def start(cls, size: int) -> Reached:
        """Return that of a block to which nothing was sent yet."""
        return cls(np.zeros(size), np.zeros(size, np.bool_), np.full(size, _STAYS))


def send_message(
    rng: np.random.Generator, message: Message, state: State, population: Population, as_of: int
) -> tuple[State, Facts]:
    """Send the message: return the state with its effect, and who was assigned to which arm.

    It has a random stream of its own, so that a company without a message stays the same to the byte.
    """
    treated = rng.random(population.size) < message.treated_share
    apart = rng.normal(0.0, 1.0, population.size)
    puts_off = rng.random(population.size) < message.put_off_share
    asked = state.is_subscribed & population.consent & (population.withdraws_at > as_of)
    gets = asked & treated
    effect = np.where(gets, np.array(message.effects)[population.plan] + message.spread * apart, 0.0)
    reached = Reached(effect, gets & puts_off, np.full(population.size, _STAYS))
    who = np.flatnonzero(asked)
    return replace(state, reached=reached), {
        "who": who,
        "at": np.full(who.size, as_of),
        "treated": treated[who],
    }


def put_off_ends(leaves: Flags, now: WeekStart) -> tuple[Flags, Reached]:
    """Return whose contract ends in the week after all, and what the message does from then on."""
    message, reached = now.world.scenario.message, now.state.reached
    if message is None:
        return leaves, reached
    since = now.week - (now.weeks.count - message.weeks_before_end)
    waits = reached.ends_in > now.week
    put_off = leaves & ~waits & reached.puts_off & (since < message.put_off_until)
    due = (reached.ends_in == now.week) & now.state.is_subscribed
    ends_in = np.where(put_off, now.week + message.put_off_weeks, reached.ends_in)
    return (leaves & ~waits & ~put_off) | due, replace(reached, ends_in=ends_in)


def build_message_assignments(facts: Facts | None, population: Population) -> pl.DataFrame | None:
    """Build the assignments as rows of `interventions`; None where nothing was sent."""
    if facts is None:
        return None
    treated, count = facts["treated"], facts["who"].size
    return pl.DataFrame(
        {
            "customer_id": format_customer_ids(population, facts["who"]),
            "campaign_id": pl.repeat(CAMPAIGN, count, eager=True),
            "assigned_at": to_instants(facts["at"]),
            "arm": to_labels(("holdout", "treated"), treated),
            "action": to_labels((None, "message"), treated),
            "cost": pl.repeat(0.0, count, eager=True),
            "contacted_at": to_instants(np.where(treated, facts["at"] + HOUR, NEVER)),
            "outcome": pl.repeat(None, count, dtype=pl.String, eager=True),
            "recorded_at": to_instants(np.full(count, NEVER)),
        }
    )
