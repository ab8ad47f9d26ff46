"""The tables of the contract, from the facts of one block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated import campaigns, subscriptions, ticket_rows
from lealtad.sources.simulated.comments import SENTENCES
from lealtad.sources.simulated.population import CHANNELS
from lealtad.sources.simulated.rows import (
    format_customer_ids,
    format_fact_ids,
    format_ids,
    format_ids_at,
    to_instants,
    to_labels,
    to_numbers,
)
from lealtad.sources.simulated.surveys import CES, FORMS
from lealtad.sources.simulated.tickets import CATEGORIES, PRIORITIES
from lealtad.sources.simulated.touchpoint_catalog import BY_COMPANY, CATALOG, OUTCOMES, TESTED
from lealtad.sources.simulated.weeks import NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import AnyArray, Facts
    from lealtad.sources.simulated.population import Population

_FLAGS: tuple[bool | None, ...] = (False, True, None)
# category → the responsible team; nobody for billing
_TICKET_OWNERS = {"delivery": "store", "technical": "support", "account": "support", "product": "product"}


def build_touchpoints(facts: Facts, population: Population) -> pl.DataFrame:
    """Build the touchpoints; a purchase has the number of its order."""
    point, who = facts["touchpoint"], facts["who"]
    bought = pl.Series(facts["order"] >= 0)
    ids = format_fact_ids("P", population, facts["order"]).zip_with(
        bought, format_fact_ids("T", population, facts["number"])
    )
    # the same customer always sees the same arm of the same test
    arm = (population.first + who) * 2_654_435_761 // 65_536 + point
    variant = np.where(TESTED[point], arm % 2, 2)
    return pl.DataFrame(
        {
            "touchpoint_id": ids,
            "customer_id": format_ids_at(population, who, facts["at"]),
            "occurred_at": to_instants(facts["at"]),
            "stage": to_labels([each.stage for each in CATALOG], point),
            "channel": to_labels([each.channel for each in CATALOG], point),
            "touchpoint": to_labels([each.name for each in CATALOG], point),
            "initiated_by": to_labels(("customer", "company"), BY_COMPANY[point]),
            "owner": to_labels([each.owner for each in CATALOG], point),
            "value": to_numbers(facts["value"]),
            "outcome": to_labels(OUTCOMES, facts["outcome"]),
            "variant": to_labels(("A", "B", None), variant),
            "recorded_at": to_instants(facts["recorded_at"]),
        }
    )


def build_surveys(facts: Facts, population: Population, end: int) -> pl.DataFrame:
    """Build the invitations; an answer after the end of the data is not there yet."""
    form = facts["form"]
    answered = facts["answered_at"] < end
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, form.size)
    order, ticket, visit = (
        format_fact_ids(prefix, population, facts[about]).zip_with(pl.Series(facts[about] >= 0), nothing)
        for prefix, about in (("P", "order"), ("K", "ticket"), ("T", "visit"))
    )
    return pl.DataFrame(
        {
            "survey_id": format_fact_ids("Q", population, facts["number"]),
            "customer_id": format_customer_ids(population, facts["who"]),
            "metric": to_labels([metric for metric, _, _, _ in FORMS], form),
            "kind": to_labels([kind for _, kind, _, _ in FORMS], form),
            "sent_at": to_instants(facts["at"]),
            "answered_at": to_instants(np.where(answered, facts["answered_at"], NEVER)),
            "score": to_numbers(np.where(answered, facts["score"], np.nan)),
            "scale_min": to_numbers(np.array([low for _, _, low, _ in FORMS])[form]),
            "scale_max": to_numbers(np.array([high for _, _, _, high in FORMS])[form]),
            "higher_is_easier": _to_flags(np.where(form == CES, 1, 2)),
            "touchpoint_id": order.zip_with(order.is_not_null(), visit),
            "ticket_id": ticket,
            "comment": to_labels(SENTENCES, np.where(answered, facts["comment"], len(SENTENCES) - 1)),
            "recorded_at": to_instants(facts["recorded_at"]),
        }
    )


def build_ticket_events(facts: Facts, population: Population) -> pl.DataFrame:
    """Build the status events of tickets whose creation is recorded: a support tool shows no others."""
    merged = pl.Series(facts["merged_into"] >= 0)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, facts["who"].size)
    events = pl.DataFrame(
        {
            "ticket_id": format_fact_ids("K", population, facts["number"]),
            "customer_id": format_customer_ids(population, facts["who"]),
            "occurred_at": to_instants(facts["at"]),
            "event": to_labels(ticket_rows.EVENTS, facts["event"]),
            "priority": to_labels(PRIORITIES, facts["priority"]),
            "channel": to_labels(CHANNELS, facts["channel"]),
            "category": to_labels(CATEGORIES, facts["category"]),
            "public": _to_flags(np.array([2, 0, 1])[facts["public"]]),
            "opened_by": to_labels(("customer", "agent"), facts["by_agent"]),
            "owner": to_labels([_TICKET_OWNERS.get(name) for name in CATEGORIES], facts["category"]),
            "merged_into": format_fact_ids("K", population, facts["merged_into"]).zip_with(merged, nothing),
            "excluded_as": to_labels((None, "spam"), facts["spam"]),
            "recorded_at": to_instants(facts["recorded_at"]),
        }
    )
    return events.filter((pl.col("event") == "created").any().over("ticket_id"))


def build_subscription_events(facts: Facts, population: Population) -> pl.DataFrame:
    """Build the contract changes; each customer has at most one subscription, which may end and resume."""
    return pl.DataFrame(
        {
            "subscription_id": format_ids("S", population.first + facts["who"]),
            "customer_id": format_customer_ids(population, facts["who"]),
            "occurred_at": to_instants(facts["at"]),
            "event": to_labels(subscriptions.EVENTS, facts["event"]),
            "amount_monthly": to_numbers(facts["amount"]),
            "term_end": to_instants(facts["term_end"]),
            "voluntary": _to_flags(np.where(facts["voluntary"] < 0, 2, facts["voluntary"])),
            "recorded_at": to_instants(facts["recorded_at"]),
        }
    )


def build_orders(facts: Facts, population: Population) -> pl.DataFrame:
    """Build the orders, with returns as rows of negative amounts."""
    back = pl.Series(facts["is_return"])
    return pl.DataFrame(
        {
            "order_id": format_fact_ids("R", population, facts["number"]).zip_with(
                back, format_fact_ids("O", population, facts["number"])
            ),
            "customer_id": format_ids_at(population, facts["who"], facts["at"]),
            "ordered_at": to_instants(facts["at"]),
            "amount": to_numbers(facts["amount"]),
            "margin": to_numbers(facts["margin"]),
            "discount": to_numbers(facts["discount"]),
            "items": pl.Series(facts["items"].astype(np.int64)),
            "is_return": back,
            "recorded_at": to_instants(facts["recorded_at"]),
        }
    )


def build_interventions(facts: Facts, population: Population, end: int) -> pl.DataFrame:
    """Build the assignments; the holdout has no action, cost, contact or outcome."""
    treated, contacted = facts["treated"], facts["contacted_at"] < end
    return pl.DataFrame(
        {
            "customer_id": format_customer_ids(population, facts["who"]),
            "campaign_id": format_ids("retention-", facts["campaign"], digits=3),
            "assigned_at": to_instants(facts["at"]),
            "arm": to_labels(("holdout", "treated"), treated),
            "action": to_labels((*campaigns.ACTIONS, None), np.where(treated, facts["action"], 3)),
            "cost": to_numbers(np.where(contacted, facts["cost"], 0.0)),
            "contacted_at": to_instants(np.where(contacted, facts["contacted_at"], NEVER)),
            "outcome": to_labels(
                (*campaigns.OUTCOMES, None),
                np.where(treated, np.where(contacted, facts["outcome"], campaigns.NOT_REACHED), 3),
            ),
            "recorded_at": to_instants(facts["recorded_at"]),
        }
    )


def _to_flags(positions: AnyArray) -> pl.Series:
    return pl.Series(_FLAGS, dtype=pl.Boolean).gather(pl.Series(positions.astype(np.uint32)))
