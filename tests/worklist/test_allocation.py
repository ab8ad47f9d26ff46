"""The allocation is the best there is, within every bound, whatever the order of the rows."""

import itertools
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from lealtad.base.errors import DataError
from lealtad.worklist.allocation import allocate, choose_from_holdout
from tests.worklist.playbooks import action, playbook

NAMES = ("a", "b", "c")


@st.composite
def draw_playbooks(draw):
    """Three actions, two owners, two channels, with bounds that often bind."""
    few = st.integers(0, 3)
    costs = st.sampled_from([0.0, 1.0, 2.5, 3.33])
    actions = [
        action(
            name,
            channel=draw(st.sampled_from(["phone", "email"])),
            owner=draw(st.sampled_from(["one", "two"])),
            contact_cost=draw(costs),
            offer_cost=draw(costs),
            capacity_per_day=draw(st.none() | few),
        )
        for name in NAMES
    ]
    used = sorted({one.channel for one in actions})
    return playbook(
        *actions,
        owners={"one": draw(few), "two": draw(few)},
        channels={name: draw(few) for name in used if draw(st.booleans())},
        budget_per_day=draw(st.none() | st.sampled_from([0.0, 7.0, 9.99, 15.0])),
    )


# quarters tie often, and their sums are exact
worth = st.none() | st.integers(-4, 24).map(lambda quarters: quarters / 4)
companies = st.lists(st.tuples(worth, worth, worth), min_size=1, max_size=5)


def options(company, column="gain"):
    rows = [
        (f"c{i}", name, gain) for i, gains in enumerate(company) for name, gain in zip(NAMES, gains, strict=True)
    ]
    return pl.DataFrame(
        rows, schema={"customer_id": pl.String, "action": pl.String, column: pl.Float64}, orient="row"
    )


def uses(book, chosen):
    """Return what is used of every bound, and how much there is."""
    actions = [book.action(name) for name in chosen]
    yield from ((sum(a.name == one.name for a in actions), one.capacity_per_day) for one in book.actions)
    yield from ((sum(a.owner == name for a in actions), limit) for name, limit in book.owners.items())
    yield from ((sum(a.channel == name for a in actions), limit) for name, limit in book.channels.items())
    yield sum(round(100 * (a.contact_cost + a.offer_cost)) for a in actions), book.budget_cents


def fits(book, chosen):
    return all(limit is None or used <= limit for used, limit in uses(book, chosen))


def best_of_all(book, company):
    """Try every assignment there is."""
    most = 0.0
    for picked in itertools.product((None, *range(3)), repeat=len(company)):
        gains = [company[i][k] for i, k in enumerate(picked) if k is not None]
        if None not in gains and fits(book, [NAMES[k] for k in picked if k is not None]):
            most = max(most, sum(gains))
    return most


@pytest.mark.slow
@given(draw_playbooks(), companies)
@settings(max_examples=50, deadline=None)
def test_no_assignment_gains_more_and_no_bound_is_passed(book, company):
    found = allocate(options(company), book)
    assert found.total == pytest.approx(best_of_all(book, company), abs=1e-9)
    assert found.gap == 0
    assert fits(book, found.chosen["action"])
    assert found.chosen["customer_id"].is_unique().all()
    assert (found.chosen["gain"] > 0).all()


@given(draw_playbooks(), companies, st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_and_rows_without_gain_change_nothing(book, company, random):
    found = allocate(options(company), book)
    rows = options(company).rows()
    random.shuffle(rows)
    shuffled = pl.DataFrame(rows, schema=options(company).schema, orient="row").filter(pl.col("gain") > 0)
    again = allocate(shuffled, book)
    assert again.chosen.equals(found.chosen)
    assert again.prices.equals(found.prices)


@pytest.mark.slow
@given(draw_playbooks(), companies, st.data())
@settings(max_examples=15, deadline=None)
def test_more_budget_or_capacity_never_lowers_the_total(book, company, data):
    given_book = book.model_dump()
    more = data.draw(st.integers(1, 3))
    what = data.draw(st.sampled_from(["owners", "channels", "budget_per_day", "actions"]))
    if what in ("owners", "channels"):
        given_book[what] = {name: limit + more for name, limit in given_book[what].items()}
    elif what == "budget_per_day":
        given_book[what] = None if book.budget_per_day is None else max(book.budget_per_day, 6.66) + more
    else:
        for one in given_book["actions"]:
            limit = one["capacity_per_day"]
            one["capacity_per_day"] = None if limit is None else limit + more
    wider = type(book)(**given_book)
    assert allocate(options(company), wider).total >= allocate(options(company), book).total - 1e-9


@pytest.mark.slow
@given(draw_playbooks(), companies, st.sets(st.tuples(st.integers(0, 4), st.sampled_from(NAMES))))
@settings(max_examples=20, deadline=None)
def test_asking_late_finds_the_same_best_as_asking_first(book, company, not_these):
    """Eligibility is asked only of those who would enter; the result is as good as with all of it known."""
    answering = type(book)(
        **(book.model_dump() | {"actions": [a.model_dump() | {"answers": ("tickets",)} for a in book.actions]})
    )
    forbidden = pl.DataFrame(
        [(f"c{i}", name) for i, name in sorted(not_these)],
        schema={"customer_id": pl.String, "action": pl.String},
        orient="row",
    )
    asked = []

    def eligible(pairs):
        asked.append(pairs)
        return pairs.join(forbidden, on=["customer_id", "action"], how="anti")

    found = allocate(options(company), answering, eligible)
    known = options(company).join(forbidden, on=["customer_id", "action"], how="anti")
    assert found.total == pytest.approx(allocate(known, answering).total, abs=1e-9)
    pairs = ["customer_id", "action"]
    assert found.chosen.join(forbidden, on=pairs, how="semi").is_empty()
    if asked:
        every = pl.concat(asked)
        assert not every.is_duplicated().any()
        assert found.chosen.join(every, on=pairs, how="anti").is_empty()
        assert found.refused.sort(pairs).equals(every.join(forbidden, on=pairs, how="semi").sort(pairs))


def big(n, seed):
    """Draw a company of many customers with three actions that cost differently."""
    random = np.random.default_rng(seed)
    leaves, value = random.beta(1, 6, n), random.lognormal(4.5, 1, n)
    gains = np.column_stack(
        [
            leaves * random.beta(6, 14, n) * (value - offer) - (1 - leaves) * offer - contact
            for contact, offer in ((6.0, 0.0), (6.0, 10.0), (0.7, 0.0))
        ]
    )
    frame = pl.DataFrame(gains, schema=list(NAMES)).with_columns(customer_id=pl.format("c{}", pl.int_range(n)))
    return frame.unpivot(index="customer_id", variable_name="action", value_name="gain")


def make_playbook(budget, one, two, capacity=None):
    return playbook(
        action("a", owner="one", contact_cost=6, capacity_per_day=capacity),
        action("b", owner="one", contact_cost=6, offer_cost=10),
        action("c", owner="two", channel="email", contact_cost=0.7),
        owners={"one": one, "two": two},
        channels={"email": two},
        budget_per_day=budget,
    )


def unpruned(frame, book):
    """Write every option down as one integer variable and solve it all at once."""
    rows = frame.filter(pl.col("gain") > 0)
    actions = [book.action(name) for name in rows["action"]]
    customer = rows["customer_id"].rank("dense").to_numpy() - 1
    columns = np.arange(rows.height)
    once = sparse.csr_array((np.ones(rows.height), (customer, columns)), shape=(customer.max() + 1, rows.height))
    limits = [([float(a.owner == name) for a in actions], limit) for name, limit in book.owners.items()]
    limits += [([float(a.channel == name) for a in actions], limit) for name, limit in book.channels.items()]
    limits += [
        ([float(a.name == one.name) for a in actions], one.capacity_per_day)
        for one in book.actions
        if one.capacity_per_day is not None
    ]
    limits.append(([a.contact_cost + a.offer_cost for a in actions], book.budget_per_day))
    solved = milp(
        -rows["gain"].to_numpy(),
        integrality=np.ones(rows.height),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(once, -np.inf, 1),
            LinearConstraint(np.array([use for use, _ in limits]), -np.inf, [limit for _, limit in limits]),
        ],
        options={"mip_rel_gap": 0},
    )
    assert solved.status == 0
    return -solved.fun


@pytest.mark.parametrize(
    ("seed", "book"),
    [
        (1, make_playbook(300.0, 40, 60, capacity=25)),
        (2, make_playbook(1234.5, 90, 400)),
        (3, make_playbook(77.77, 30, 11)),
        (4, make_playbook(90000.0, 500, 3000)),
    ],
)
def test_pruning_loses_nothing_against_the_whole_program(seed, book):
    frame = big(1200, seed)
    found = allocate(frame, book)
    assert found.total == pytest.approx(unpruned(frame, book), rel=1e-7)
    assert found.status == "optimal"
    assert fits(book, found.chosen["action"])


def test_a_thousand_customers_alike_are_told_apart_by_their_ids():
    frame = pl.DataFrame(
        {"customer_id": [f"c{i:04d}" for i in range(1000)], "action": ["call"] * 1000, "gain": [5.0] * 1000}
    )
    found = allocate(frame.reverse(), playbook(owners={"team": 3}))
    assert found.chosen["customer_id"].to_list() == ["c0000", "c0001", "c0002"]


def test_the_price_of_an_owner_is_what_the_next_customer_would_bring():
    """Gains 9, 7, 4 and two calls a day: one more call brings 4, and the price lies between 4 and 7."""
    frame = pl.DataFrame({"customer_id": ["x", "y", "z"], "action": ["call"] * 3, "gain": [9.0, 7.0, 4.0]})
    found = allocate(frame, playbook(owners={"team": 2}))
    row = found.prices.row(0, named=True)
    assert (row["kind"], row["name"], row["limit"], row["used"]) == ("owner", "team", 2.0, 2.0)
    assert 4.0 <= row["price"] <= 7.0
    assert allocate(frame, playbook(owners={"team": 5})).prices["price"].to_list() == [0.0]


def test_without_capacity_nobody_is_listed_and_the_list_says_so():
    frame = options([(1.0, 1.0, 1.0)])
    none = allocate(frame.filter(pl.col("action") == "a"), playbook(action("a"), owners={"team": 0}))
    assert (none.chosen.height, none.status, none.thresholds) == (0, "no_capacity", {"a": math.inf})
    nobody = allocate(frame.with_columns(gain=pl.lit(None, pl.Float64)), playbook(*map(action, NAMES)))
    assert (nobody.chosen.height, nobody.status) == (0, "nobody")
    assert none.chosen.schema == allocate(frame, playbook(*map(action, NAMES))).chosen.schema


def test_what_is_taken_already_is_not_given_again():
    frame = pl.DataFrame({"customer_id": ["x", "y", "z"], "action": ["call"] * 3, "gain": [9.0, 7.0, 4.0]})
    found = allocate(frame, playbook(owners={"team": 2}), taken={"call": 1})
    assert found.chosen["customer_id"].to_list() == ["x"]
    assert allocate(frame, playbook(owners={"team": 2}), taken={"call": 3}).status == "no_capacity"


def test_options_that_cannot_be_are_refused_by_name():
    frame = pl.DataFrame({"customer_id": ["x", "x"], "action": ["call", "call"], "gain": [9.0, 7.0]})
    with pytest.raises(DataError, match="several of x and call"):
        allocate(frame, playbook())
    with pytest.raises(DataError, match="Did you mean 'call'"):
        allocate(frame.with_columns(action=pl.lit("cal")), playbook())


def test_the_held_out_are_chosen_by_the_same_cut():
    """Three calls to 9, 7 and 4 leave 3 out: beside them a customer of 8 would be chosen, one of 2 would not."""
    frame = pl.DataFrame(
        {"customer_id": ["x", "y", "z", "w"], "action": ["call"] * 4, "gain": [9.0, 7.0, 4.0, 3.0]}
    )
    found = allocate(frame, playbook(owners={"team": 3}))
    aside = pl.DataFrame({"customer_id": ["h", "k"], "action": ["call"] * 2, "gain": [8.0, 2.0]})
    assert choose_from_holdout(aside, found).rows() == [("h", "call", 8.0)]
    assert choose_from_holdout(aside, found, lambda pairs: pairs.clear()).is_empty()
