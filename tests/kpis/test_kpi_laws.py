"""Laws every measure keeps: the order of rows, facts known later, and parts that make up the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad import kpis

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 1, 15, tzinfo=UTC)
SEGMENTS = pl.DataFrame({"customer_id": list("abcd"), "segment": ["x", "x", "y", None]})
OFFICE = kpis.BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES")

CUSTOMERS = st.sampled_from("abcd")
# half of the instants before the cutoff, half at it or after it; coarse, so that times collide
HOURS = st.integers(-14 * 4, 14 * 4).map(lambda quarter_days: AS_OF + timedelta(hours=6 * quarter_days))
DELAYS = st.none() | st.integers(0, 40).map(lambda quarter_days: timedelta(hours=6 * quarter_days))

ticket_rows = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["agent_reply", "bot_reply", "customer_reply", "solved", "reopened", "merged", "deleted"]),
        HOURS,
        DELAYS,
        st.sampled_from(["low", "high", None]),
    ),
    max_size=25,
)
answer_rows = st.lists(st.tuples(CUSTOMERS, HOURS, st.integers(0, 10), DELAYS), min_size=1, max_size=25)
change_rows = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["start", "change", "pause", "resume", "end", "renew"]),
        HOURS,
        DELAYS,
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=25,
)


def tickets_of(drawn) -> pl.DataFrame:
    begin = AS_OF - timedelta(days=15)
    created = [(number, "created", begin, None, "low") for number in range(6)]
    rows = [
        {
            "ticket_id": str(number),
            "customer_id": "abcd"[number % 4],
            "occurred_at": when,
            "event": event,
            "priority": priority,
            # the last ticket is merged into nothing; the one before it may be merged back
            "merged_into": str(number + 1 if number < 4 else 3) if event == "merged" and number < 5 else None,
            "opened_by": "agent" if number == 2 and event == "created" else None,
            "recorded_at": None if delay is None else when + delay,
        }
        for number, event, when, delay, priority in [*created, *drawn]
    ]
    texts = ("ticket_id", "customer_id", "event", "priority", "merged_into", "opened_by")
    times = {name: pl.Datetime("us", "UTC") for name in ("occurred_at", "recorded_at")}
    frame = pl.DataFrame(rows, schema={**dict.fromkeys(texts, pl.String), **times}, infer_schema_length=None)
    return frame.unique(["ticket_id", "occurred_at", "event"], keep="first", maintain_order=True)


def surveys_of(drawn) -> pl.DataFrame:
    rows = [
        {
            "survey_id": str(number),
            "customer_id": customer,
            "metric": "nps",
            "kind": "relational",
            "sent_at": answered - timedelta(days=1),
            "answered_at": answered,
            "score": float(score),
            "scale_min": 0.0,
            "scale_max": 10.0,
            "recorded_at": None if delay is None else answered + delay,
        }
        for number, (customer, answered, score, delay) in enumerate(drawn)
    ]
    return pl.DataFrame(rows, schema_overrides={"recorded_at": pl.Datetime("us", "UTC")}, infer_schema_length=None)


def changes_of(drawn) -> pl.DataFrame:
    rows = [
        {
            "subscription_id": str(number),
            "customer_id": "abcd"[number % 4],
            "occurred_at": when,
            "event": event,
            "amount_monthly": float(10 * amount),
            "recorded_at": None if delay is None else when + delay,
        }
        for number, event, when, delay, amount in drawn
    ]
    frame = pl.DataFrame(
        rows, schema_overrides={"recorded_at": pl.Datetime("us", "UTC")}, infer_schema_length=None
    )
    return frame.unique(["subscription_id", "occurred_at", "event"], keep="first", maintain_order=True)


def effort(surveys, **options):
    scores = surveys.with_columns(
        pl.lit("ces").alias("metric"),
        pl.col("score").clip(1, 7),
        scale_min=1.0,
        scale_max=7.0,
        higher_is_easier=True,
    )
    return kpis.ces(scores, **options)


def satisfaction(surveys, **options):
    scores = surveys.with_columns(
        pl.lit("csat").alias("metric"), pl.col("score").clip(1, 5), scale_min=1.0, scale_max=5.0
    )
    return kpis.csat(scores, **options)


def breaches(events, **options):
    return kpis.sla_breach_share(events, target_hours={"low": 48, "high": 24}, **options)


def business_response(events, **options):
    return kpis.first_response_time(events, business=OFFICE, statistic="mean", **options)


def compute_flow_rate(events, **options):
    return kpis.resolution_rate(events, variant="flow", **options)


def compute_stock_rate(events, **options):
    return kpis.resolution_rate(events, variant="stock", **options)


def value(changes, **options):
    return kpis.clv(changes, discount=0.01, margin_share=0.5, window_days=10, **options)


MEASURES = [
    *((measure, tickets_of, ticket_rows) for measure in (
        kpis.first_response_time, business_response, kpis.resolution_time, kpis.resolution_rate,
        compute_flow_rate, compute_stock_rate,
        kpis.one_touch_rate, breaches, kpis.reopen_rate,
    )),
    *((measure, surveys_of, answer_rows) for measure in (kpis.nps, satisfaction, effort, kpis.response_rate)),
    *((measure, changes_of, change_rows) for measure in (
        kpis.retention_rate, kpis.churn_rate, kpis.grr, kpis.nrr, kpis.cohort_retention, value,
    )),
]  # fmt: skip
every_measure = pytest.mark.parametrize(
    ("measure", "frame_of", "rows"), MEASURES, ids=[measure.__name__ for measure, _, _ in MEASURES]
)
few = settings(max_examples=20, deadline=None)


@every_measure
def test_row_order_changes_nothing(measure, frame_of, rows):
    @few
    @given(rows, st.randoms(use_true_random=False))
    def law(drawn, random):
        frame = frame_of(drawn)
        order = list(range(frame.height))
        random.shuffle(order)
        options = {"as_of": AS_OF, "by": ["segment"], "customers": SEGMENTS}
        assert_frame_equal(measure(frame, **options), measure(frame[order], **options))

    law()


@every_measure
def test_facts_known_later_change_nothing(measure, frame_of, rows):
    @few
    @given(rows, rows)
    def law(drawn, other):
        frame, future = frame_of(drawn), frame_of(other)
        time = next(name for name in ("answered_at", "occurred_at") if name in frame.columns)
        sent = "sent_at" if "sent_at" in frame.columns else time
        is_later = pl.max_horizontal(time, "recorded_at") >= AS_OF
        if measure is kpis.response_rate:
            # an invitation is known when it is sent; of a later answer nothing is known but the invitation
            silent = pl.when(~is_later).then(pl.col(time)).alias(time), pl.when(~is_later).then("recorded_at")
            past, future = (
                frame.with_columns(silent).filter(pl.col(sent) < AS_OF),
                future.filter(pl.col(sent) >= AS_OF),
            )
        else:
            past, future = frame.filter(~is_later), future.filter(is_later)
        both = pl.concat([frame, future])
        for options in ({}, {"window_days": 10}) if measure is not kpis.cohort_retention else ({},):
            chosen = {**({} if measure is value else options), "as_of": AS_OF}
            assert_frame_equal(measure(past, **chosen), measure(both, **chosen))

    law()


@pytest.mark.parametrize(
    ("measure", "frame_of", "rows"),
    [
        (measure, frame_of, rows)
        for measure, frame_of, rows in MEASURES
        if measure.__name__
        in (
            "nps",
            "satisfaction",
            "response_rate",
            "one_touch_rate",
            "reopen_rate",
            "breaches",
            "flow",
            "stock",
        )
        or measure.__name__ in ("retention_rate", "churn_rate", "resolution_rate")
    ],
)
def test_disjoint_groups_recombine_to_the_whole(measure, frame_of, rows):
    @few
    @given(rows)
    def law(drawn):
        frame = frame_of(drawn)
        whole = measure(frame, as_of=AS_OF)
        parts = measure(frame, as_of=AS_OF, by=["segment"], customers=SEGMENTS)
        assert parts["n"].sum() == whole["n"].item()
        if whole["n"].item() and not parts["value"].null_count():
            assert (parts["value"] * parts["n"]).sum() / parts["n"].sum() == pytest.approx(whole["value"].item())

    law()


@every_measure
def test_intervals_hold_their_value_and_nothing_gives_null(measure, frame_of, rows):
    @few
    @given(rows)
    def law(drawn):
        for figure in measure(frame_of(drawn), as_of=AS_OF).iter_rows(named=True):
            if figure["n"] == 0:
                assert figure["value"] is figure["low"] is figure["high"] is None
            elif figure["value"] is not None:
                assert figure["low"] is None or figure["low"] <= figure["value"] + 1e-9
                assert figure["high"] is None or figure["high"] >= figure["value"] - 1e-9

    law()


@every_measure
def test_no_row_of_one_group_changes_or_stops_a_figure_of_another(measure, frame_of, rows):
    @few
    @given(rows, st.sampled_from(["x", "y"]))
    def law(drawn, segment):
        frame = frame_of(drawn)
        if "event" in frame.columns:  # tickets of two customers that are merged are one ticket
            frame = frame.filter(pl.col("event") != "merged")
        own = frame.join(SEGMENTS.filter(segment=segment), on="customer_id", how="semi")
        options = {"as_of": AS_OF, "by": ["segment"], "customers": SEGMENTS}
        among_all = measure(frame, **options).filter(segment=segment)
        assert_frame_equal(among_all, measure(own, **options))

    law()


@given(st.integers(0, 99), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
def test_merges_in_any_circle_leave_every_ticket_somewhere_and_strangers_alone(seed, merges):
    """Whatever is merged into whatever, each chain ends in a ticket that is not merged itself."""
    begin = AS_OF - timedelta(days=9)
    created = [(str(number), begin, "created", None) for number in range(7)]
    joined = [
        (str(ticket), begin + timedelta(hours=hour + 1), "merged", str(into))
        for hour, (ticket, into) in enumerate(merges)
    ]
    events = pl.DataFrame(
        [*created, *joined],
        schema={
            "ticket_id": pl.String,
            "occurred_at": pl.Datetime("us", "UTC"),
            "event": pl.String,
            "merged_into": pl.String,
        },
        orient="row",
    ).with_columns(customer_id="ticket_id")
    found = kpis.tickets(events)
    assert found.equals(kpis.tickets(events.sample(fraction=1, shuffle=True, seed=seed)))
    assert 1 < found.height <= 7
    assert "6" in found["ticket_id"]
    if joined and merges[-1][0] != merges[-1][1]:
        # the newest merge holds: what it took in is gone
        assert str(merges[-1][0]) not in found["ticket_id"].to_list()


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_mirroring_the_direction_of_effort_mirrors_nothing_else(scores):
    easy_high = pl.DataFrame({"score": [float(min(max(score, 1), 7)) for score in scores]}).with_columns(
        pl.lit("c").alias("customer_id"),
        metric=pl.lit("ces"),
        kind=pl.lit("relational"),
        answered_at=pl.lit(AS_OF),
        scale_min=1.0,
        scale_max=7.0,
        higher_is_easier=True,
    )
    easy_low = easy_high.with_columns(score=8 - pl.col("score"), higher_is_easier=False)
    for method in ("top_box", "net"):
        numbers = ["value", "n", "low", "high"]
        assert_frame_equal(
            kpis.ces(easy_high, method=method).select(numbers),
            kpis.ces(easy_low, method=method).select(numbers),
        )
