"""The simulated company: `simulate` makes all of it, `stream` one block of customers after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.sources.simulated import tables
from lealtad.sources.simulated.arrays import Facts, filter_facts, join_facts
from lealtad.sources.simulated.block import PROCESSES, BlockHistory, Luck, simulate_block
from lealtad.sources.simulated.contacts import draw_contacts
from lealtad.sources.simulated.customers import add_referrals, build_customers, build_identities
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

if TYPE_CHECKING:
    from collections.abc import Iterator

END = date(2026, 1, 1)
BLOCK_SIZE = 5_000
_ADDITIONS = 1_000  # far from the numbers of what was drawn at first


@dataclass(frozen=True)
class SimulatedCompany:
    """A company, or one block of its customers.

    Attributes
    ----------
    tables
        The tables of the contract by name, without rows that are not known before the end.
    truth
        One row per customer alive at each as-of date; columns in `truth_rows`. Nothing in it is ever known
        to a company.
    identities
        `alias, customer_id, valid_from`: from then on the alias is known to be that customer.
    """

    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
    identities: pl.DataFrame


def simulate(
    customers: int = 20_000,
    months: int = 24,
    seed: int = 7,
    *,
    end: date = END,
    scenario: Scenario | None = None,
) -> SimulatedCompany:
    """Simulate a company of `build_customers` people over the whole weeks nearest to `months` before `end`.

    Parameters
    ----------
    customers
        People the company hears of by the end: customers, former customers and prospects.
    end
        The company's tables end before this day (UTC midnight), and the last as-of date of the truth is it.
    scenario
        What differs from the company as documented; None is nothing.

    Raises
    ------
    SettingsError
        If there is less than one customer or month.

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
    )


def stream(
    customers: int = 20_000,
    months: int = 24,
    seed: int = 7,
    *,
    end: date = END,
    scenario: Scenario | None = None,
) -> Iterator[SimulatedCompany]:
    """Yield the same company in blocks of whole customers; memory holds one block at a time.

    A full block is the same in a company of any size. Parameters as for `simulate`.

    Raises
    ------
    SettingsError
        If there is less than one customer or month.
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
    luck = {name: np.random.default_rng(each) for name, each in zip(PROCESSES, seeds, strict=True)}
    rng = np.random.default_rng(people_seed)
    population = draw_population(rng, world, block, first, size)
    life = simulate_block(population, world, luck)
    filled = _build_tables(population, world, life, luck)
    whole = break_rows(luck["recording"], filled, world.scenario.broken_share)
    return SimulatedCompany(
        _add_later_tables(seed, block, whole, filled["orders"]),
        life.truth,
        build_identities(population),
    )


def _build_tables(population: Population, world: World, life: BlockHistory, luck: Luck) -> dict[str, pl.DataFrame]:
    end, rng, facts = world.weeks.end, luck["recording"], life.facts

    def known(rows: Facts) -> Facts:
        return add_recording_times(rng, rows, world.scenario.late_share, end)

    return {
        "customers": build_customers(population, life.began_at, world.weeks),
        "touchpoints": tables.build_touchpoints(known(_number_facts(facts["touchpoints"])), population),
        "surveys": tables.build_surveys(known(_select_surveys(life)), population, end),
        "ticket_events": tables.build_ticket_events(known(_build_ticket_rows(life, world, luck)), population),
        "subscriptions": tables.build_subscription_events(known(facts["subscriptions"]), population),
        "orders": tables.build_orders(known(add_returns(facts["orders"])), population),
        "interventions": tables.build_interventions(known(facts["interventions"]), population, end),
    }


def _add_later_tables(
    seed: int, block: int, tables: dict[str, pl.DataFrame], orders: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Add what came to the company later; each addition has luck of its own, and what stood before stays.

    The products are those of the whole company: the first block has them.
    """
    streams = [np.random.SeedSequence(seed, spawn_key=(1 + block, _ADDITIONS + number)) for number in range(4)]
    lines, words, reach, brought = (np.random.default_rng(each) for each in streams)
    customers = tables["customers"]
    language = customers.select("customer_id", "language").unique("customer_id", keep="first", maintain_order=True)
    return {
        **tables,
        "customers": add_referrals(brought, customers),
        "ticket_events": add_ticket_texts(words, tables["ticket_events"], language),
        "order_lines": draw_order_lines(lines, orders),
        "products": build_products() if block == 0 else build_products().clear(),
        "contacts": draw_contacts(reach, customers),
    }


def _number_facts(facts: Facts) -> Facts:
    return {**facts, "number": np.arange(facts["who"].size)}


def _select_surveys(life: BlockHistory) -> Facts:
    """Only those who are still customers are asked, and only they answer."""
    surveys = life.facts["surveys"]
    surveys = _number_facts(filter_facts(surveys, life.presence.acting(surveys["who"], surveys["at"])))
    answering = life.presence.acting(surveys["who"], surveys["answered_at"])
    return {**surveys, "answered_at": np.where(answering, surveys["answered_at"], NEVER)}


def _build_ticket_rows(life: BlockHistory, world: World, luck: Luck) -> Facts:
    tickets = _number_facts(life.facts["tickets"])
    tickets["spam"] = tickets["spam_at"] < NEVER
    second = draw_twins(luck["recording"], tickets, world.desks)
    second = filter_facts(second, life.presence.acting(second["who"], second["at"]))
    return join_facts([unfold_tickets(tickets, life.presence), unfold_twins(second, tickets["who"].size)])
