"""A small company at its desk: a lake with a customer of every kind, and the list of a night."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.lake import Lake, commit_tables
from tests.lakes import lake_of

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
OPENS = AS_OF + timedelta(hours=9)
CAMPAIGN = "retention-2026-03"
LISTED = [f"c{number:02d}" for number in range(1, 9)]
HELD_OUT, UNLISTED = "h01", "u01"
ACTIONS = {
    "call": {
        "words": {"en": "Call", "es": "Llamar"},
        "owner": "retention",
        "channel": "phone",
        "contact_cost": 4.0,
        "offer_cost": 0.0,
        "capacity_per_day": None,
    },
    "offer": {
        "words": {"en": "Write with an offer", "es": "Escribir con una oferta"},
        "owner": "retention",
        "channel": "email",
        "contact_cost": 0.5,
        "offer_cost": 5.0,
        "capacity_per_day": 3,
    },
}


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def build_tables(
    *, with_holdout: bool = True, text: str = "Tudo bem", name: str = "Ana Muñoz", more: tuple[str, ...] = ()
) -> dict:
    people = [*LISTED, HELD_OUT, UNLISTED, *more]
    facts = [(customer, number) for number, customer in enumerate(people)]
    tables = {
        "customers": pl.DataFrame(
            {
                "customer_id": people,
                "segment": ["family"] * len(people),
                "language": ["es"] * len(people),
                "country": ["ES"] * len(people),
                "consent_contact": [True] * len(people),
                "became_customer_at": [days_ago(400)] * len(people),
            }
        ),
        "contacts": pl.DataFrame(
            {
                "customer_id": people,
                "name": [f"{name} {customer}" for customer in people],
                "phone": [f"+34 600 000 {number:03d}" for _, number in facts],
                "email": [f"{customer}@example.com" for customer in people],
            }
        ),
        "touchpoints": pl.DataFrame(
            {
                "touchpoint_id": [f"t{number}" for _, number in facts],
                "customer_id": people,
                "occurred_at": [days_ago(20)] * len(people),
                "stage": ["service"] * len(people),
                "channel": ["web"] * len(people),
                "touchpoint": ["knowledge_base"] * len(people),
                "initiated_by": ["customer"] * len(people),
            }
        ),
        "surveys": pl.DataFrame(
            {
                "survey_id": [f"s{number}" for _, number in facts],
                "customer_id": people,
                "metric": ["nps"] * len(people),
                "kind": ["relational"] * len(people),
                "sent_at": [days_ago(12)] * len(people),
                "answered_at": [days_ago(11)] * len(people),
                "score": [9.0] * len(people),
                "scale_min": [0.0] * len(people),
                "scale_max": [10.0] * len(people),
                "comment": [text] * len(people),
            }
        ),
        "ticket_events": pl.DataFrame(
            {
                "ticket_id": [f"k{number}" for _, number in facts],
                "customer_id": people,
                "occurred_at": [days_ago(6)] * len(people),
                "event": ["created"] * len(people),
                "category": [text] * len(people),
                "priority": ["normal"] * len(people),
                "subject": [text] * len(people),
                "text": [text] * len(people),
            }
        ),
        "subscriptions": pl.DataFrame(
            {
                "subscription_id": [f"x{number}" for _, number in facts],
                "customer_id": people,
                "occurred_at": [days_ago(400)] * len(people),
                "event": ["start"] * len(people),
                "amount_monthly": [20.0] * len(people),
            }
        ),
        "orders": pl.DataFrame(
            {
                "order_id": [f"o{number}" for _, number in facts],
                "customer_id": people,
                "ordered_at": [days_ago(3)] * len(people),
                "amount": [12.5] * len(people),
            }
        ),
    }
    assigned = [(customer, "treated") for customer in LISTED] + [(HELD_OUT, "holdout")] * with_holdout
    tables["interventions"] = pl.DataFrame(
        {
            "customer_id": [customer for customer, _ in assigned],
            "campaign_id": [CAMPAIGN] * len(assigned),
            "assigned_at": [AS_OF] * len(assigned),
            "arm": [arm for _, arm in assigned],
            "action": ["call"] * len(assigned),
        }
    )
    return tables


def build_lake(root: Path, *, more: tuple[str, ...] = (), **differences) -> Lake:
    """A lake with facts, scores and the list of the night, the holdout included."""
    with_holdout = differences.get("with_holdout", True)
    tables = build_tables(more=more, **differences)
    lake = lake_of(root, tables)
    people = tables["customers"]["customer_id"].to_list()
    moment = pl.lit(AS_OF).cast(INSTANT)
    scores = pl.DataFrame({"customer_id": people}).with_columns(
        as_of=moment, model=pl.lit("churn"), probability=pl.lit(0.2), low=pl.lit(0.1), high=pl.lit(0.3)
    )
    promoters = pl.DataFrame({"customer_id": people}).with_columns(
        as_of=moment, promoter_probability=pl.lit(0.6), promoter_basis=pl.lit("answered")
    )
    listed = [(customer, "treated", rank) for rank, customer in enumerate(LISTED, 1)]
    listed += [(HELD_OUT, "holdout", None)] * with_holdout
    lists = pl.DataFrame(
        listed, schema={"customer_id": pl.String, "arm": pl.String, "rank": pl.Int64}, orient="row"
    )
    lists = lists.with_columns(
        list_id=pl.lit("night-1"), as_of=moment, campaign_id=pl.lit(CAMPAIGN), probability=pl.lit(0.2)
    )
    return commit_tables(lake, {"scores": scores, "promoters": promoters, "lists": lists})


def build_row(customer: str, rank: int, **changes) -> dict:
    row = {
        "customer_id": customer,
        "rank": rank,
        "owner": "service" if rank > 6 else "retention",
        "suggested_action": "call",
        "channel": "phone",
        "segment": "family",
        "quadrant": "at_risk_promoter",
        "name": f"Ana Muñoz {customer}",
        "due_by": AS_OF + timedelta(days=2),
        "churn_probability": 0.2,
        "churn_probability_low": 0.1,
        "churn_probability_high": 0.3,
        "band": "high",
        "value_at_stake": 100.0,
        "expected_gain": 10.0 - rank,
        "reason_1": "Had to reopen 1 ticket.",
        "reason_2": None,
        "reason_3": None,
        "data_notes": None,
    }
    return {**row, **changes}
