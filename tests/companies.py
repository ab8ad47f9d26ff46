"""Small random companies for the laws: ties, lateness, strangers and silence included."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

from lealtad.base.instants import INSTANT
from lealtad.sources.contract import get_table
from lealtad.sources.contract.tables import STAGES

START = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = (
    *("created", "created", "agent_reply", "agent_reply", "solved", "solved", "reopened"),
    *("customer_reply", "bot_reply", "merged", "deleted"),
)

# hours, so that facts meet the boundaries of windows exactly, and each other
_hours = st.integers(0, 60 * 24)
_lateness = st.sampled_from([0, 0, 0, 0, 1, 24, 24 * 8, 24 * 40])
_fact = st.tuples(st.sampled_from("abcd"), _hours, _lateness, st.integers(-50, 500))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@st.composite
def order_tables(draw: st.DrawFn, min_size: int = 0) -> pl.DataFrame:
    """Orders of up to four customers over sixty days, some recorded weeks late, in any order."""
    facts = draw(st.lists(_fact, min_size=min_size, max_size=40))
    return pl.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(len(facts))],
            "customer_id": [fact[0] for fact in facts],
            "ordered_at": [at(fact[1]) for fact in facts],
            "amount": [fact[3] / 8 for fact in facts],  # exact in binary, so that sums do not hang on their order
            "items": [abs(fact[3]) % 7 for fact in facts],
            "discount": [abs(fact[3]) % 3 / 2 for fact in facts],
            "known_at": [at(fact[1] + fact[2]) for fact in facts],
        },
        schema={
            "order_id": pl.String,
            "customer_id": pl.String,
            "ordered_at": INSTANT,
            "amount": pl.Float64,
            "items": pl.Int64,
            "discount": pl.Float64,
            "known_at": INSTANT,
        },
    ).sort("customer_id", "known_at", "order_id")


@st.composite
def touchpoint_tables(draw: st.DrawFn) -> pl.DataFrame:
    """Mailings and redemptions of the same customers."""
    facts = draw(st.lists(_fact, max_size=20))
    return pl.DataFrame(
        {
            "touchpoint_id": [f"t{i}" for i in range(len(facts))],
            "customer_id": [fact[0] for fact in facts],
            "occurred_at": [at(fact[1]) for fact in facts],
            "initiated_by": ["company" if fact[3] % 2 else "customer" for fact in facts],
            "touchpoint": ["coupon_redemption" if fact[3] % 3 else "campaign_mailing" for fact in facts],
            "known_at": [at(fact[1] + fact[2]) for fact in facts],
        },
        schema={
            "touchpoint_id": pl.String,
            "customer_id": pl.String,
            "occurred_at": INSTANT,
            "initiated_by": pl.String,
            "touchpoint": pl.String,
            "known_at": INSTANT,
        },
    ).sort("customer_id", "known_at", "touchpoint_id")


as_of_dates = st.lists(st.integers(0, 70 * 24).map(at), min_size=1, max_size=4, unique=True)


# seven tables, each row with two clocks, some corrected later


def _orders(number: int, at_hour: int, n: int) -> dict[str, object]:
    return {
        "order_id": f"o{number}",
        "ordered_at": at(at_hour),
        "amount": n / 8,
        "margin": n / 32 if n % 5 else None,
        "discount": abs(n) % 3 / 2,
        "items": abs(n) % 7,
        "is_return": n < 0,
    }


def _touchpoints(number: int, at_hour: int, n: int) -> dict[str, object]:
    return {
        "touchpoint_id": f"t{number}",
        "occurred_at": at(at_hour),
        "stage": STAGES[n % len(STAGES)],
        "channel": ("web", "Phone", "fax", "app")[n % 4],
        "touchpoint": ("knowledge_base", "call", "coupon_redemption")[n % 3],
        "initiated_by": "company" if n % 4 == 1 else "customer",
        "owner": None if n % 3 else "support",
        "outcome": ("not_found", None, "found", "Abandoned")[abs(n) // 3 % 4],
    }


def _surveys(number: int, at_hour: int, n: int) -> dict[str, object]:
    metric = ("nps", "csat", "ces")[n % 3]
    most = {"nps": 10, "csat": 5, "ces": 7}[metric]
    answered = n % 2 == 0
    return {
        "survey_id": f"s{number}",
        "metric": metric,
        "kind": "relational",
        "sent_at": at(at_hour),
        "answered_at": at(at_hour + abs(n)) if answered else None,
        "score": float(abs(n) % most + (metric != "nps")) if answered else None,
        "scale_min": 0.0 if metric == "nps" else 1.0,
        "scale_max": float(most),
        "higher_is_easier": (None, True, False)[n % 3] if metric == "ces" else None,
        "touchpoint_id": f"t{abs(n) % 6}" if n % 5 else None,
        "ticket_id": f"k{abs(n) % 4}" if n % 7 == 0 else None,
        "comment": f"word{abs(n) % 9} mas {abs(n) % 4}" if answered and n % 3 else None,
    }


def _ticket_events(number: int, at_hour: int, n: int) -> dict[str, object]:
    event = EVENTS[n % len(EVENTS)]
    return {
        "ticket_id": f"k{number % 4}",
        "occurred_at": at(at_hour),
        "event": event,
        "priority": ("low", "urgent", None)[n % 3],
        "public": (None, True, False)[n % 3],
        "opened_by": ("customer", "agent")[n % 11 == 0],
        "merged_into": f"k{n % 5}" if event == "merged" else None,
        "excluded_as": "spam" if n % 29 == 0 else None,
    }


def _subscriptions(number: int, at_hour: int, n: int) -> dict[str, object]:
    return {
        "subscription_id": f"c{number % 2}",
        "occurred_at": at(at_hour),
        "event": ("start", "change", "pause", "resume", "renew", "cancel_request", "end")[n % 7],
        "amount_monthly": abs(n) / 8 if n % 4 else None,
        "term_end": at(at_hour + 24 * abs(n)) if n % 3 else None,
        "voluntary": (None, True, False)[n % 3],
    }


def _interventions(number: int, at_hour: int, n: int) -> dict[str, object]:
    return {
        "campaign_id": f"p{n % 3}",
        "assigned_at": at(at_hour + number / 60),
        "arm": "treated" if n % 3 else "holdout",
        "contacted_at": at(at_hour + number / 60 + abs(n)) if n % 3 else None,
        "outcome": ("accepted", "not_reached", None, "complaint", "no contesta")[n % 5],
    }


def _customers(number: int, at_hour: int, n: int) -> dict[str, object]:
    return {
        "valid_from": None if n % 4 == 0 else at(at_hour + number / 60),
        "became_customer_at": at(abs(n)) if n % 3 else None,
        "segment": ("basic", "plus", "gold", None)[n % 4],
        "consent_contact": n % 2 == 0,
        "attr_rooms": str(n) if n % 3 else "many",
    }


_MADE = {
    "customers": _customers,
    "touchpoints": _touchpoints,
    "surveys": _surveys,
    "ticket_events": _ticket_events,
    "subscriptions": _subscriptions,
    "orders": _orders,
    "interventions": _interventions,
}
_correction = st.one_of(st.none(), st.none(), st.tuples(st.integers(1, 24 * 30), st.integers(-50, 500)))
_row = st.tuples(_fact, _correction)


@st.composite
def companies(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """All seven tables of up to four customers: every version of every row, and ids that turn out to be others."""
    tables = {name: _table(name, draw(st.lists(_row, max_size=14))) for name in _MADE}
    links = draw(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), _hours), max_size=2))
    tables["identities"] = pl.DataFrame(
        [(alias, customer, at(hour)) for alias, customer, hour in links if alias != customer],
        schema={"alias": pl.String, "customer_id": pl.String, "valid_from": INSTANT},
        orient="row",
    )
    return tables


def _table(name: str, drawn: list) -> pl.DataFrame:
    rows = []
    for number, ((customer, hour, late, n), corrected) in enumerate(drawn):
        first = {"customer_id": customer, **_MADE[name](number, hour, n)}
        known = first["valid_from"] if name == "customers" else at(hour + number / 60 + late)
        if corrected is None or known is None:
            rows.append({**first, "known_at": known, "superseded_at": None})
            continue
        again = known + timedelta(hours=corrected[0])
        other = {"customer_id": customer, **_MADE[name](number, hour, corrected[1])}
        key = {column: first[column] for column in (*get_table(name).key, *_clock(name)) if column in first}
        rows.append({**first, "known_at": known, "superseded_at": again})
        rows.append({**other, **key, "known_at": again, "superseded_at": None})
    made = pl.DataFrame(rows, schema=_schema(name))
    if name == "customers":  # the key of the contract
        return made.filter(
            pl.col("valid_from").is_not_null() | pl.struct("customer_id", "valid_from").is_first_distinct()
        )
    return made


def _clock(name: str) -> list[str]:
    clock = get_table(name).event_time
    return [clock] if clock else []


def _schema(name: str) -> dict[str, pl.DataType]:
    table = get_table(name)
    sample = ["customer_id", *_MADE[name](1, 1, 1)]
    known = {column: table.column(column) for column in sample}
    kinds = {column: one.kind.dtype if one else pl.String() for column, one in known.items()}
    return {**kinds, "known_at": INSTANT, "superseded_at": INSTANT}
