"""Nothing is offered that a guard forbids: a law over random facts."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.recommending.guards import GUARDS, judge_offers
from lealtad.recommending.offers import choose_offers

_FACTS = {
    "place": pl.Int64,
    "active": pl.Boolean,
    "in_stock": pl.Boolean,
    "margin": pl.Float64,
    "repeatable": pl.Boolean,
    "times": pl.Int64,
    "returned_days": pl.Float64,
    "declined": pl.Int64,
    "probability": pl.Float64,
}
_flag = st.sampled_from([True, False, None])
_candidate = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from("abc"),
        "product_id": st.sampled_from([f"p{number}" for number in range(10)]),
        "place": st.integers(0, 30),
        "active": _flag,
        "in_stock": _flag,
        "margin": st.sampled_from([None, -1.0, 0.0, 2.5]),
        "repeatable": _flag,
        "times": st.integers(0, 3),
        "returned_days": st.sampled_from([None, 0.0, 89.0, 90.0, 400.0]),
        "declined": st.integers(0, 3),
        "probability": st.sampled_from([None, 0.0, 0.3]),
    }
)
_circumstance = st.fixed_dictionaries(
    {"consent": _flag, "open_complaint": st.booleans(), "is_detractor": st.booleans()}
)


def is_forbidden(customer: dict, candidate: dict) -> bool:
    """State the guards a second time, plainly."""
    return (
        customer["consent"] is False
        or customer["open_complaint"]
        or customer["is_detractor"]
        or candidate["active"] is False
        or candidate["in_stock"] is False
        or (candidate["margin"] is not None and candidate["margin"] <= 0)
        or (candidate["repeatable"] is False and candidate["times"] > 0)
        or (candidate["returned_days"] is not None and candidate["returned_days"] < 90)
        or candidate["declined"] >= 2
    )


@given(
    st.lists(_candidate, min_size=1, max_size=40, unique_by=lambda row: (row["customer_id"], row["product_id"])),
    st.fixed_dictionaries(dict.fromkeys("abc", _circumstance)),
    st.sampled_from(["buy_again", "goes_with"]),
)
def test_nothing_forbidden_is_offered(rows, people, task):
    schema = {"customer_id": pl.String, "product_id": pl.String, **_FACTS}
    candidates = pl.DataFrame(rows, schema=schema).with_columns(share=0.5, buyers=100, share_low=0.4, usual=0.1)
    restrictions = pl.DataFrame([{"customer_id": name, **facts} for name, facts in people.items()]).cast(
        {"consent": pl.Boolean}
    )
    declines = candidates.select("customer_id", "product_id", "declined")
    offers = choose_offers(task, candidates.drop("declined"), restrictions, declines, 0.05)
    facts = {(row["customer_id"], row["product_id"]): row for row in rows}
    offered = set(offers.rows.select("customer_id", "product_id").rows())
    assert offered == {pair for pair, row in facts.items() if not is_forbidden(people[pair[0]], row)}
    assert sum(offers.withheld["offers"]) == len(facts) - len(offered)
    assert (offers.rows["rank"] <= 10).all()


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_has_its_name(guard):
    facts = {
        "task": "goes_with",
        "consent": guard != "consent",
        "open_complaint": guard == "open_complaint",
        "is_detractor": guard == "detractor",
        "active": guard != "withdrawn",
        "in_stock": guard != "out_of_stock",
        "margin": 0.0 if guard == "no_margin" else 1.0,
        "repeatable": guard != "bought_once",
        "times": 1,
        "returned_days": 5.0 if guard == "just_returned" else None,
        "declined": 2 if guard == "declined_twice" else 0,
    }
    assert judge_offers(pl.DataFrame([facts], schema_overrides={"returned_days": pl.Float64}))["guard"][0] == guard
