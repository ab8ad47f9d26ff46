"""The simulated company: `simulate` returns all of it, `stream` one block of customers after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.sources.simulated import tables
from lealtad.sources.simulated.arrays import Facts, filter_facts, join_facts
from lealtad.sources.simulated.block import LISTS, MESSAGE, PROCESSES, BlockHistory, Generators, simulate_block
from lealtad.sources.simulated.contacts import draw_contacts
from lealtad.sources.simulated.customers import add_referrals, build_customers, build_identities
from lealtad.sources.simulated.habits import plant_habits
from lealtad.sources.simulated.listed_contacts import REPORTS, build_reports
from lealtad.sources.simulated.message import build_message_assignments
from lealtad.sources.simulated.orders import add_returns
from lealtad.sources.simulated.population import Population, draw_population
from lealtad.sources.simulated.products import build_products, draw_order_lines
from lealtad.sources.simulated.recording import add_recording_times, break_rows
from lealtad.sources.simulated.scenario import Scenario, World
from lealtad.sources.simulated.support_desks import build_desks, draw_backlogs
from lealtad.sources.simulated.ticket_rows import unfold_tickets, unfold_twins
from lealtad.sources.simulated.ticket_texts import add_ticket_texts
from lealtad.sources.simulated.tickets import draw_twins
from lealtad.sources.simulated.weeks import NEVER, Weeks
from lealtad.sources.simulated.written_comments import vary_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

END = date(2026, 1, 1)
BLOCK_SIZE = 5_000
_ADDITIONS = 1_000  # far from the seeds of the first tables
_LISTS, _MESSAGE = 100, 200


@dataclass(frozen=True)
class SimulatedCompany:
    """A simulated company, or one block of its customers.

    Attributes
    ----------
    tables
        The tables of the contract by name, without rows that are recorded after the end.
    truth
        One row per active customer and as-of date; columns as in `build_truth_rows`. No company ever knows it.
    identities
        `alias, customer_id, valid_from`: from then on, the company knows that the alias is that customer.
    reports
        `customer_id, listed_at, contacted_at, outcome`: what the team reports of the contacts of the scenario.
    """

    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
    identities: pl.DataFrame
    reports: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPORTS))


def simulate(
    customers: int = 20_000,
    months: int = 24,
    seed: int = 7,
    *,
    end: date = END,
    scenario: Scenario | None = None,
) -> SimulatedCompany:
    """Simulate a company and the truth behind it.

    Parameters
    ----------
    customers
        The number of people that the company has heard of by the end: customers, churned customers and prospects.
    months
        The length of the history, rounded to whole weeks.
    seed
        The seed of all random draws: the same seed returns the same company.
    end
        The day before which the tables end (UTC midnight); also the last as-of date of the truth.
    scenario
        What differs from the documented company; None for nothing.

    Returns
    -------
    The tables of the contract, the truth and the identities.

    Raises
    ------
    SettingsError
        If `customers` or `months` is below 1.

    Examples
    --------
    >>> company = simulate(200, 3, seed=1)
    >>> sorted(company.tables)[:5]
    ['contacts', 'customers', 'interventions', 'order_lines', 'orders']
    >>> company.truth["churn_hazard"].is_between(0, 1).all()
    True
    """
    blocks = list(stream(customers, months, seed, end=end, scenario=scenario))
    return SimulatedCompany(
        {name: pl.concat([block.tables[name] for block in blocks]) for name in blocks[0].tables},
        pl.concat([block.truth for block in blocks]),
        pl.concat([block.identities for block in blocks]),
        pl.concat([block.reports for block in blocks]),
    )


def stream(
    customers: int = 20_000,
    months: int = 24,
    seed: int = 7,
    *,
    end: date = END,
    scenario: Scenario | None = None,
) -> Iterator[SimulatedCompany]:
    """Yield a company in blocks of 5,000 whole customers, so that memory holds one block at a time.

    The blocks are those of `simulate`, and a full block is the same in a company of any size.

    Parameters
    ----------
    customers, months, seed, end, scenario
        As for `simulate`.

    Yields
    ------
    One block of customers after the other.

    Raises
    ------
    SettingsError
        If `customers` or `months` is below 1.

    Examples
    --------
    >>> sum(block.truth["churn_hazard"].len() > 0 for block in stream(100, 1, seed=1))
    1
    """
    _check_size(customers, months)
    weeks = Weeks.before(end, months)
    shared = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    world = World(weeks, build_desks(weeks), draw_backlogs(shared, weeks), scenario or Scenario())
    for block, first in enumerate(range(0, customers, BLOCK_SIZE)):
        yield _build_block(seed, block, first, min(BLOCK_SIZE, customers - first), world)


def _check_size(customers: int, months: int) -> None:
    if customers < 1 or months < 1:
        raise SettingsError(
            place="simulated company",
            expected="at least one customer and one month",
            found=f"{customers} customers" if customers < 1 else f"{months} months",
            fix="Ask for at least one of each: simulate(customers=20_000, months=24).",
        )


def _build_block(seed: int, block: int, first: int, size: int, world: World) -> SimulatedCompany:
    people_seed, *seeds = np.random.SeedSequence(seed, spawn_key=(1 + block,)).spawn(1 + len(PROCESSES))
    rngs = {name: np.random.default_rng(each) for name, each in zip(PROCESSES, seeds, strict=True)}
    rngs[LISTS] = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1 + block, _ADDITIONS + _LISTS)))
    rngs[MESSAGE] = np.random.default_rng(
        np.random.SeedSequence(seed, spawn_key=(1 + block, _ADDITIONS + _MESSAGE))
    )
    rng = np.random.default_rng(people_seed)
    population = draw_population(rng, world, block, first, size)
    life = simulate_block(population, world, rngs)
    filled = _build_tables(population, world, life, rngs)
    whole = break_rows(rngs["recording"], filled, world.scenario.broken_share)
    return SimulatedCompany(
        _add_later_tables(
            seed, block, whole, filled["orders"], build_message_assignments(life.facts.get(MESSAGE), population)
        ),
        life.truth,
        build_identities(population),
        build_reports(life.facts.get("reports"), population),
    )


def _build_tables(
    population: Population, world: World, life: BlockHistory, rngs: Generators
) -> dict[str, pl.DataFrame]:
    end, rng, facts = world.weeks.end, rngs["recording"], life.facts

    def record(rows: Facts) -> Facts:
        return add_recording_times(rng, rows, world.scenario.late_share, end)

    return {
        "customers": build_customers(population, life.began_at, world.weeks),
        "touchpoints": tables.build_touchpoints(record(_number_facts(facts["touchpoints"])), population),
        "surveys": tables.build_surveys(record(_select_surveys(life)), population, end),
        "ticket_events": tables.build_ticket_events(record(_build_ticket_rows(life, world, rngs)), population),
        "subscriptions": tables.build_subscription_events(record(facts["subscriptions"]), population),
        "orders": tables.build_orders(record(add_returns(facts["orders"])), population),
        "interventions": tables.build_interventions(record(facts["interventions"]), population, end),
    }


def _add_later_tables(
    seed: int, block: int, tables: dict[str, pl.DataFrame], orders: pl.DataFrame, sent: pl.DataFrame | None
) -> dict[str, pl.DataFrame]:
    """Add later tables; each has a random stream of its own, so that earlier tables stay the same.

    The first block has the products of the whole company.
    """
    streams = [np.random.SeedSequence(seed, spawn_key=(1 + block, _ADDITIONS + number)) for number in range(6)]
    lines, words, reach, brought, comments, habits = (np.random.default_rng(each) for each in streams)
    customers = tables["customers"]
    language = customers.select("customer_id", "language").unique("customer_id", keep="first", maintain_order=True)
    return {
        **tables,
        "customers": add_referrals(brought, customers),
        "surveys": vary_comments(comments, tables["surveys"]),
        "ticket_events": add_ticket_texts(words, tables["ticket_events"], language),
        "order_lines": plant_habits(habits, draw_order_lines(lines, orders)),
        "products": build_products() if block == 0 else build_products().clear(),
        "contacts": draw_contacts(reach, customers),
        **({} if sent is None else {"interventions": pl.concat([tables["interventions"], sent])}),
    }


def _number_facts(facts: Facts) -> Facts:
    return {**facts, "number": np.arange(facts["who"].size)}


def _select_surveys(life: BlockHistory) -> Facts:
    """Keep the surveys of subscribed customers, and the answers that they gave while subscribed."""
    surveys = life.facts["surveys"]
    surveys = _number_facts(filter_facts(surveys, life.presence.is_subscribed(surveys["who"], surveys["at"])))
    answering = life.presence.is_subscribed(surveys["who"], surveys["answered_at"])
    return {**surveys, "answered_at": np.where(answering, surveys["answered_at"], NEVER)}


def _build_ticket_rows(life: BlockHistory, world: World, rngs: Generators) -> Facts:
    tickets = _number_facts(life.facts["tickets"])
    tickets["spam"] = tickets["spam_at"] < NEVER
    second = draw_twins(rngs["recording"], tickets, world.desks)
    second = filter_facts(second, life.presence.is_subscribed(second["who"], second["at"]))
    return join_facts([unfold_tickets(tickets, life.presence), unfold_twins(second, tickets["who"].size)])
