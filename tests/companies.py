"""Small random companies for the laws: ties, lateness, strangers and silence included."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import strategies as st

START = datetime(2026, 1, 1, tzinfo=UTC)
INSTANT = pl.Datetime("us", "UTC")

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
            "amount": [fact[3] / 10 for fact in facts],
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
