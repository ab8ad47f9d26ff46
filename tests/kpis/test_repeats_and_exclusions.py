"""Excluded tickets lend and count nothing, waits of nobody are unknown, and what comes twice happened once."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.examples.features import CATALOG, compute_features
from lealtad.kpis import (
    ces,
    clv,
    csat,
    first_response_time,
    grr,
    nps,
    nrr,
    one_touch_rate,
    reopen_rate,
    resolution_rate,
    resolution_time,
    response_rate,
    retention_rate,
    tickets,
)
from tests.companies import at, companies

OF_TICKETS = [
    one
    for one in CATALOG
    if one.source.endswith(("tickets_opened", "replies", "solutions", "ticket", "reopenings"))
]


def compute_ticket_features(rows, day=date(2026, 3, 1)):
    """The features of the tickets, all of one customer."""
    known = rows.with_columns(customer_id=pl.lit("a"), known_at="occurred_at")
    instant = at(0).replace(year=day.year, month=day.month, day=day.day)
    return compute_features({"ticket_events": known}, [instant], OF_TICKETS).row(0, named=True)


@pytest.fixture
def spam_merged(ticket) -> pl.DataFrame:
    spam = ticket("spam", "2026-01-01 created", excluded_as="spam", merged_into=None)
    merge = ticket("spam", "2026-01-06 merged", excluded_as=None, merged_into="real")
    real = ticket(
        "real", "2026-01-05 09:00 created", "2026-01-05 12:00 agent_reply", excluded_as=None, merged_into=None
    )
    return pl.concat([spam, merge, real], how="vertical_relaxed")


def test_a_spam_ticket_lends_nothing_to_the_ticket_it_is_merged_into(spam_merged):
    assert first_response_time(spam_merged).select("value", "n").row(0) == (3.0, 1)
    features = compute_ticket_features(spam_merged)
    assert (features["last_first_reply_hours"], features["tickets_91d"]) == (3, 1)
    assert features["days_since_ticket"] == pytest.approx(54.625)


def test_a_ticket_merged_through_an_excluded_one_lends_what_is_its_own(ticket):
    rows = pl.concat(
        [
            ticket("first", "2026-01-02 created", "2026-01-03 merged", merged_into="spam", excluded_as=None),
            ticket("spam", "2026-01-01 created", "2026-01-04 merged", merged_into="real", excluded_as="spam"),
            ticket("real", "2026-01-05 created", merged_into=None, excluded_as=None),
        ],
        how="vertical_relaxed",
    )
    assert tickets(rows).select("ticket_id", pl.col("created_at").dt.day()).rows() == [("real", 2)]
    assert compute_ticket_features(rows)["days_since_ticket"] == 58


def test_the_mean_wait_of_tickets_that_nobody_answered_is_unknown(ticket):
    rows = pl.concat([ticket("t", "2026-01-01 created"), ticket("u", "2026-01-05 created")])
    for statistic in ("mean", "median", "p90"):
        found = first_response_time(rows, as_of=date(2026, 1, 10), statistic=statistic)
        assert found.select("value", "n", "low", "high").row(0) == (None, 2, None, None)
        assert resolution_time(rows, as_of=date(2026, 1, 10), statistic=statistic)["value"].item() is None


def test_a_deleted_ticket_counts_nowhere(ticket):
    kept = ticket("t", "2026-01-01 created", "2026-01-02 agent_reply", "2026-01-03 solved")
    gone = ticket(
        "u",
        "2026-01-10 created",
        "2026-01-12 agent_reply",
        "2026-01-14 solved",
        "2026-01-15 reopened",
        "2026-01-20 deleted",
    )
    both = pl.concat([kept, gone])
    for kpi in (first_response_time, resolution_time, resolution_rate, one_touch_rate, reopen_rate):
        assert kpi(both, as_of=date(2026, 3, 1)).equals(kpi(kept, as_of=date(2026, 3, 1)))
    assert compute_ticket_features(both) == compute_ticket_features(kept)


def test_a_repeated_row_of_an_export_changes_nothing(ticket):
    rows = ticket("t", "2026-01-01 created", "2026-01-02 agent_reply", "2026-01-03 solved")
    twice = pl.concat([rows, rows])
    later = rows.with_columns(recorded_at=pl.col("occurred_at"))
    again = pl.concat([later, later.with_columns(recorded_at=pl.col("recorded_at") + timedelta(days=9))])
    for frame in (twice, again):
        assert reopen_rate(frame).select("value", "n").row(0) == (0.0, 1)
        assert one_touch_rate(frame, as_of=date(2026, 3, 1))["value"].item() == 1
    assert compute_ticket_features(twice) == compute_ticket_features(rows)


KPIS = {
    "ticket_events": (resolution_rate, reopen_rate),
    "subscriptions": (retention_rate,),
    "surveys": (response_rate,),
}


@pytest.mark.slow
@given(companies(), st.integers(0, 100))
def test_rows_that_come_twice_change_no_kpi(tables, seed):
    for name, kpis in KPIS.items():
        rows = tables[name].filter(pl.col("superseded_at").is_null()).drop("superseded_at")
        if name == "ticket_events":  # as a load lets them in
            created = (
                rows.group_by("ticket_id").agg(pl.col("occurred_at").min()).with_columns(event=pl.lit("created"))
            )
            known = created.join(
                rows.select("ticket_id", "customer_id", "known_at").unique("ticket_id"), on="ticket_id"
            )
            later = rows.filter(~pl.col("event").is_in(["created", "merged"]))
            rows = pl.concat(
                [later, known.select(name for name in later.columns if name in known)], how="diagonal"
            )
        twice = pl.concat([rows, rows.sample(fraction=0.5, seed=seed)]).sample(fraction=1, shuffle=True, seed=seed)
        for kpi in kpis:
            assert kpi(twice, as_of=at(50 * 24)).equals(kpi(rows, as_of=at(50 * 24)))


def test_answers_that_come_twice_are_one(answers):
    scores = answers("csat", [5.0, 1.0], low=1, high=5)
    assert csat(pl.concat([scores, scores])).equals(csat(scores))


def test_of_answers_of_one_instant_the_greatest_survey_id_is_the_last_in_kpis_and_features(answers):
    rows = answers("nps", [0.0, 10.0, 3.0], low=0, high=10, customer_id="a")
    assert {nps(frame)["value"].item() for frame in (rows, rows.reverse(), rows.select(sorted(rows.columns)))} == {
        -100.0
    }
    last = [one for one in CATALOG if one.name == "last_nps"]
    for frame in (rows, rows.reverse()):
        known = frame.with_columns(known_at="sent_at")
        assert compute_features({"surveys": known}, [at(24 * 50)], last)["last_nps"].to_list() == [3.0]


def test_a_renewal_without_an_amount_is_worth_nobody_knows_what(contract):
    known = contract("1", "a", "2026-01-01 start 10")
    renewed = contract("2", "b", "2026-01-01 renew")
    both = pl.concat([known, renewed])
    window = {"as_of": date(2026, 3, 1), "window_days": 30}
    found = clv(both, discount=0.01, margin_share=1, **window).row(0, named=True)
    assert (found["value"], found["n"]) == (pytest.approx(1010), 2)
    assert clv(renewed, discount=0.01, margin_share=1, **window)["value"].item() is None
    assert nrr(both, **window).select("value", "n").row(0) == (1.0, 1)
    features = compute_features(
        {"subscriptions": both.with_columns(known_at="occurred_at")},
        [at(24 * 50)],
        [one for one in CATALOG if one.name == "monthly_amount"],
    )
    assert features.select("customer_id", "monthly_amount").rows() == [("a", 10.0), ("b", None)]


def test_who_gets_a_contract_of_unknown_amount_is_left_out_of_revenue(contract):
    rows = pl.concat(
        [
            contract("1", "a", "2026-01-01 start 10"),
            contract("2", "b", "2026-01-01 start 10"),
            contract("3", "b", "2026-02-10 renew"),
        ]
    )
    for kpi in (grr, nrr):
        assert kpi(rows, as_of=date(2026, 3, 1), window_days=28).select("value", "n").row(0) == (1.0, 1)


def test_a_start_without_an_amount_stops_no_figure_of_another_group(contract):
    rows = pl.concat([contract("1", "a", "2026-01-01 start 10"), contract("2", "b", "2026-01-01 start")])
    customers = pl.DataFrame({"customer_id": ["a", "b"], "segment": ["x", "y"]})
    window = {"as_of": date(2026, 3, 1), "window_days": 28, "by": ["segment"], "customers": customers}
    assert nrr(rows, **window).select("segment", "value", "n").rows() == [("x", 1.0, 1)]
    assert grr(rows, **window).select("segment", "value", "n").rows() == [("x", 1.0, 1)]
    worth = clv(rows, discount=0.01, margin_share=1, **window)
    assert worth.select("segment", "n", pl.col("value").round(6)).rows() == [("x", 1, 1010.0), ("y", 1, None)]
    # nor does a contract of which nobody ever stated an amount
    assert nrr(rows[1:], as_of=date(2026, 3, 1)).select("value", "n").row(0) == (None, 0)


@pytest.mark.slow
@given(st.lists(st.floats(0.01, 1000), min_size=2, max_size=40), st.randoms())
def test_revenue_is_the_same_to_the_last_bit_in_any_order_of_rows(amounts, chance):
    rows = pl.DataFrame(
        {
            "subscription_id": [f"s{place % 7}" for place in range(len(amounts))],
            "customer_id": [f"c{place % 7 % 5}" for place in range(len(amounts))],
            "occurred_at": [at(24 * (place // 7) * 9) for place in range(len(amounts))],
            "event": ["start" if place < 7 else "change" for place in range(len(amounts))],
            "amount_monthly": amounts,
        }
    )
    order = list(range(len(amounts)))
    chance.shuffle(order)
    window = {"as_of": at(24 * 30), "window_days": 25}
    for kpi in (grr, nrr):
        assert kpi(rows[order], **window).equals(kpi(rows, **window))
    worth = {"discount": 0.01, "margin_share": 0.3, **window}
    assert clv(rows[order], **worth).equals(clv(rows, **worth))


def test_a_touchpoint_that_comes_twice_is_one_dimension(answers):
    rows = answers("csat", [5.0, 1.0], low=1, high=5, touchpoint_id="p")
    point = pl.DataFrame(
        {"touchpoint_id": ["p"], "customer_id": ["a"], "occurred_at": [at(0)], "channel": ["web"]}
    )
    found = csat(rows, by=["channel"], touchpoints=pl.concat([point, point]))
    assert found.select("channel", "n").rows() == [("web", 2)]


@pytest.mark.parametrize("metric", ["csat", "ces", "nps"])
def test_an_answer_that_comes_twice_counts_once_without_a_column_of_questions(answers, metric):
    kpi = {"csat": csat, "ces": ces, "nps": nps}[metric]
    most = {"csat": 5, "ces": 7, "nps": 10}[metric]
    rows = answers(metric, [float(most), 1.0], low=1, high=most, higher_is_easier=True)
    assert "question" not in rows.columns
    for again in (pl.concat([rows, rows[:1]]), pl.concat([rows[1:], rows[:1], rows])):
        assert kpi(again).equals(kpi(rows))
        assert response_rate(again).equals(response_rate(rows))
