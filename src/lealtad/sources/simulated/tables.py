"""From the facts of one block to the tables of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated import campaigns, subscriptions, ticket_rows
from lealtad.sources.simulated.catalog import BY_COMPANY, CATALOG, OUTCOMES, TESTED
from lealtad.sources.simulated.comments import SENTENCES
from lealtad.sources.simulated.population import CHANNELS
from lealtad.sources.simulated.rows import (
    customer_ids,
    fact_ids,
    ids_at_the_time,
    instants,
    numbered,
    numbers,
    words,
)
from lealtad.sources.simulated.surveys import CES, FORMS
from lealtad.sources.simulated.tickets import CATEGORIES, PRIORITIES
from lealtad.sources.simulated.weeks import NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import AnyArray, Facts
    from lealtad.sources.simulated.population import Population

_FLAGS: tuple[bool | None, ...] = (False, True, None)
# category → the team that answers for it; nobody for billing
_TICKET_OWNERS = {"delivery": "store", "technical": "support", "account": "support", "product": "product"}


def touchpoints(facts: Facts, population: Population) -> pl.DataFrame:
    """Return the touchpoints; a purchase carries the number of its order."""
    point, who = facts["touchpoint"], facts["who"]
    bought = pl.Series(facts["order"] >= 0)
    ids = fact_ids("P", population, facts["order"]).zip_with(bought, fact_ids("T", population, facts["number"]))
    # the same customer always sees the same arm of the same test
    arm = (population.first + who) * 2_654_435_761 // 65_536 + point
    variant = np.where(TESTED[point], arm % 2, 2)
    return pl.DataFrame(
        {
            "touchpoint_id": ids,
            "customer_id": ids_at_the_time(population, who, facts["at"]),
            "occurred_at": instants(facts["at"]),
            "stage": words([each.stage for each in CATALOG], point),
            "channel": words([each.channel for each in CATALOG], point),
            "touchpoint": words([each.name for each in CATALOG], point),
            "initiated_by": words(("customer", "company"), BY_COMPANY[point]),
            "owner": words([each.owner for each in CATALOG], point),
            "value": numbers(facts["value"]),
            "outcome": words(OUTCOMES, facts["outcome"]),
            "variant": words(("A", "B", None), variant),
            "recorded_at": instants(facts["recorded_at"]),
        }
    )


def surveys(facts: Facts, population: Population, end: int) -> pl.DataFrame:
    """Return the invitations; what is answered after the end of the data is not answered yet."""
    form = facts["form"]
    answered = facts["answered_at"] < end
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, form.size)
    order, ticket, visit = (
        fact_ids(prefix, population, facts[about]).zip_with(pl.Series(facts[about] >= 0), nothing)
        for prefix, about in (("P", "order"), ("K", "ticket"), ("T", "visit"))
    )
    return pl.DataFrame(
        {
            "survey_id": fact_ids("Q", population, facts["number"]),
            "customer_id": customer_ids(population, facts["who"]),
            "metric": words([metric for metric, _, _, _ in FORMS], form),
            "kind": words([kind for _, kind, _, _ in FORMS], form),
            "sent_at": instants(facts["at"]),
            "answered_at": instants(np.where(answered, facts["answered_at"], NEVER)),
            "score": numbers(np.where(answered, facts["score"], np.nan)),
            "scale_min": numbers(np.array([low for _, _, low, _ in FORMS])[form]),
            "scale_max": numbers(np.array([high for _, _, _, high in FORMS])[form]),
            "higher_is_easier": _flags(np.where(form == CES, 1, 2)),
            "touchpoint_id": order.zip_with(order.is_not_null(), visit),
            "ticket_id": ticket,
            "comment": words(SENTENCES, np.where(answered, facts["comment"], len(SENTENCES) - 1)),
            "recorded_at": instants(facts["recorded_at"]),
        }
    )


def ticket_events(facts: Facts, population: Population) -> pl.DataFrame:
    """Return the status events of the tickets whose creation is recorded: a desk shows no others."""
    merged = pl.Series(facts["merged_into"] >= 0)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, facts["who"].size)
    events = pl.DataFrame(
        {
            "ticket_id": fact_ids("K", population, facts["number"]),
            "customer_id": customer_ids(population, facts["who"]),
            "occurred_at": instants(facts["at"]),
            "event": words(ticket_rows.EVENTS, facts["event"]),
            "priority": words(PRIORITIES, facts["priority"]),
            "channel": words(CHANNELS, facts["channel"]),
            "category": words(CATEGORIES, facts["category"]),
            "public": _flags(np.array([2, 0, 1])[facts["public"]]),
            "opened_by": words(("customer", "agent"), facts["by_agent"]),
            "owner": words([_TICKET_OWNERS.get(name) for name in CATEGORIES], facts["category"]),
            "merged_into": fact_ids("K", population, facts["merged_into"]).zip_with(merged, nothing),
            "excluded_as": words((None, "spam"), facts["spam"]),
            "recorded_at": instants(facts["recorded_at"]),
        }
    )
    return events.filter((pl.col("event") == "created").any().over("ticket_id"))


def subscription_events(facts: Facts, population: Population) -> pl.DataFrame:
    """Return the contract changes; everyone has at most one subscription, which may end and be resumed."""
    return pl.DataFrame(
        {
            "subscription_id": numbered("S", population.first + facts["who"]),
            "customer_id": customer_ids(population, facts["who"]),
            "occurred_at": instants(facts["at"]),
            "event": words(subscriptions.EVENTS, facts["event"]),
            "amount_monthly": numbers(facts["amount"]),
            "term_end": instants(facts["term_end"]),
            "voluntary": _flags(np.where(facts["voluntary"] < 0, 2, facts["voluntary"])),
            "recorded_at": instants(facts["recorded_at"]),
        }
    )


def orders(facts: Facts, population: Population) -> pl.DataFrame:
    """Return orders, and returns as rows with negative amounts."""
    back = pl.Series(facts["is_return"])
    return pl.DataFrame(
        {
            "order_id": fact_ids("R", population, facts["number"]).zip_with(
                back, fact_ids("O", population, facts["number"])
            ),
            "customer_id": ids_at_the_time(population, facts["who"], facts["at"]),
            "ordered_at": instants(facts["at"]),
            "amount": numbers(facts["amount"]),
            "margin": numbers(facts["margin"]),
            "discount": numbers(facts["discount"]),
            "items": pl.Series(facts["items"].astype(np.int64)),
            "is_return": back,
            "recorded_at": instants(facts["recorded_at"]),
        }
    )


def interventions(facts: Facts, population: Population, end: int) -> pl.DataFrame:
    """Return the assignments; the holdout has no action, no cost, no contact and no outcome."""
    treated, contacted = facts["treated"], facts["contacted_at"] < end
    return pl.DataFrame(
        {
            "customer_id": customer_ids(population, facts["who"]),
            "campaign_id": numbered("retention-", facts["campaign"], digits=3),
            "assigned_at": instants(facts["at"]),
            "arm": words(("holdout", "treated"), treated),
            "action": words((*campaigns.ACTIONS, None), np.where(treated, facts["action"], 3)),
            "cost": numbers(np.where(contacted, facts["cost"], 0.0)),
            "contacted_at": instants(np.where(contacted, facts["contacted_at"], NEVER)),
            "outcome": words(
                (*campaigns.OUTCOMES, None),
                np.where(treated, np.where(contacted, facts["outcome"], campaigns.NOT_REACHED), 3),
            ),
            "recorded_at": instants(facts["recorded_at"]),
        }
    )


def _flags(positions: AnyArray) -> pl.Series:
    return pl.Series(_FLAGS, dtype=pl.Boolean).gather(pl.Series(positions.astype(np.uint32)))
