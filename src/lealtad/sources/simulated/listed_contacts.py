"""Contacts that a retention list assigns to the simulated company's team: who is reached, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.simulated.arrays import Facts, filter_facts
from lealtad.sources.simulated.draws import draw_flags
from lealtad.sources.simulated.journey import complete_touchpoints
from lealtad.sources.simulated.rows import format_customer_ids, to_instants, to_labels
from lealtad.sources.simulated.state import TREATED
from lealtad.sources.simulated.touchpoint_catalog import CATALOG
from lealtad.sources.simulated.weeks import DAY, NEVER, WEEK

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Ints
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.week_start import WeekStart

REPORTS = pl.Schema(
    {"customer_id": pl.String(), "listed_at": INSTANT, "contacted_at": INSTANT, "outcome": pl.String()}
)
OUTCOMES = ("accepted", "declined", "not_reached")
_ACCEPTED, _DECLINED, _NOT_REACHED = range(3)
_REACHED = 0.85
_POINTS = {point.name: row for row, point in enumerate(CATALOG) if point.group == "retention"}
_BY_CHANNEL = {"phone": _POINTS["retention_call"], "email": _POINTS["retention_offer"]}


@dataclass(frozen=True)
class ListedContacts:
    """The contacts of all lists so far, sorted by list and customer.

    Attributes
    ----------
    number
        The number of the customer in the company.
    listed_at
        The moment of the list, in microseconds; its contacts are made in the week that begins after it.
    point
        The touchpoint of the contact, as a row of the catalog.
    """

    number: Ints
    listed_at: Ints
    point: Ints

    @classmethod
    def from_rows(cls, rows: pl.DataFrame) -> ListedContacts:
        """Read contacts from `customer_id, as_of, channel`; a customer whose id is an alias is left out."""
        own = rows.filter(pl.col("customer_id").str.contains(r"^C\d+$")).sort("as_of", "customer_id")
        channels = own["channel"].to_list()
        return cls(
            own["customer_id"].str.slice(1).cast(pl.Int64).to_numpy(),
            own["as_of"].dt.timestamp("us").to_numpy(),
            np.array([_BY_CHANNEL.get(channel, _POINTS["retention_call"]) for channel in channels], np.int64),
        )

    def begins_by(self, as_of: int) -> bool:
        """Return whether a list was made before the end of the week that begins at `as_of`."""
        return bool(self.listed_at.size) and bool(self.listed_at.min() < as_of + WEEK)


def draw_listed_week(rng: np.random.Generator, now: WeekStart, contacts: ListedContacts) -> tuple[Facts, Facts]:
    """Draw the contacts of a week: return what the team reports, and the touchpoints of reached customers.

    Reaching a customer adds `reading.contact_effect` to the log odds of churn, and then fades, as a campaign's
    contact does.
    """
    inside = (contacts.listed_at < now.as_of) & (contacts.listed_at >= now.as_of - WEEK)
    inside &= (contacts.number >= now.population.first) & (
        contacts.number < now.population.first + now.population.size
    )
    who = contacts.number[inside] - now.population.first
    at = now.as_of + (rng.uniform(0.1, 5.0, who.size) * DAY).astype(np.int64)
    present = now.state.is_subscribed[who] & (at < now.ended_at[who])
    reached = draw_flags(rng, np.full(who.size, _REACHED)) & present
    effect = now.reading.contact_effect[who]
    accepted = draw_flags(rng, np.clip(0.25 - 0.3 * effect, 0.02, 0.9))
    reports: Facts = {
        "who": who,
        "listed_at": contacts.listed_at[inside],
        "contacted_at": at,
        "outcome": np.where(reached, np.where(accepted, _ACCEPTED, _DECLINED), _NOT_REACHED),
    }
    now.schedule.add(TREATED, now.weeks.find_next_week(at[reached]), who[reached], effect[reached])
    met = filter_facts(reports, reached)
    return reports, complete_touchpoints(rng, met["who"], met["contacted_at"], contacts.point[inside][reached])


def build_reports(facts: Facts | None, population: Population) -> pl.DataFrame:
    """Build what the team reports of its contacts: `customer_id, listed_at, contacted_at, outcome`."""
    if facts is None:
        return pl.DataFrame(schema=REPORTS)
    return pl.DataFrame(
        {
            "customer_id": format_customer_ids(population, facts["who"]),
            "listed_at": to_instants(facts["listed_at"]),
            "contacted_at": to_instants(np.minimum(facts["contacted_at"], NEVER)),
            "outcome": to_labels(OUTCOMES, facts["outcome"]),
        }
    ).cast(dict(REPORTS))  # type: ignore[arg-type]
