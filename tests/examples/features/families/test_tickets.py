"""Ticket features say what the support KPIs say of the same customer and date."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.examples.features import CATALOG, compute_features
from lealtad.examples.features.families.tickets import open_tickets, tickets
from lealtad.kpis import tickets as tickets_as_of
from lealtad.kpis.measures.first_response_time import compute_first_responses
from lealtad.kpis.measures.resolution_time import compute_resolutions
from tests.companies import EVENTS, at
from tests.examples.features.conftest import DATES, PROMISES


def ours(features, date, column, fill=0.0):
    compute_values = features.filter(pl.col("as_of") == date).select(
        "customer_id", ours=pl.col(column).cast(pl.Float64)
    )
    return compute_values.with_columns(pl.col("ours").fill_null(fill))


def assert_agree(features, date, column, theirs, tolerance=1e-3):
    """Compare with one figure per customer; who has none is 0."""
    both = (
        ours(features, date, column)
        .join(theirs, on="customer_id", how="left")
        .with_columns(pl.col("theirs").cast(pl.Float64).fill_null(0.0))
    )
    apart = both.filter((pl.col("ours") - pl.col("theirs")).abs() > tolerance * (1 + pl.col("theirs").abs()))
    assert apart.height == 0, apart
    assert (both["ours"] != 0).any(), "nothing to compare"


def counted(rows):
    return rows.group_by("customer_id").agg(pl.len().alias("theirs"))


@pytest.mark.parametrize("date", DATES)
def test_counts_and_ages_are_those_of_the_kpis(simulated, simulated_features, date):
    rows = tickets_as_of(simulated["ticket_events"], as_of=date)
    is_open = rows.filter("is_open")
    assert_agree(simulated_features, date, "open_tickets", counted(is_open))
    assert_agree(
        simulated_features,
        date,
        "tickets_364d",
        counted(rows.filter(pl.col("created_at") >= date - timedelta(days=364))),
    )
    since = (pl.lit(date) - pl.col("created_at").min()).dt.total_microseconds() / 86_400e6
    assert_agree(
        simulated_features,
        date,
        "oldest_open_ticket_days",
        is_open.group_by("customer_id").agg(since.alias("theirs")),
    )
    waiting = is_open.filter(pl.col("first_reply_at").is_null())
    assert_agree(
        simulated_features,
        date,
        "waiting_hours",
        waiting.group_by("customer_id").agg((since * 24).alias("theirs")),
    )
    of_year = rows.filter(pl.col("created_at") >= date - timedelta(days=364), pl.col("priority") == "urgent")
    recent = of_year.filter(pl.col("created_at") >= date - timedelta(days=182))
    assert_agree(simulated_features, date, "urgent_tickets_182d", counted(recent))


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(("clock", "column"), [(None, "hours"), (PROMISES.calendar, "business_hours")])
def test_waits_are_those_of_the_kpis_on_both_clocks(simulated, simulated_features, date, clock, column):
    rows, year = tickets_as_of(simulated["ticket_events"], as_of=date), date - timedelta(days=364)
    replied = compute_first_responses(rows, clock).filter(pl.col("ended"), pl.col("first_reply_at") >= year)
    mean = pl.col("hours").mean().alias("theirs")
    assert_agree(simulated_features, date, f"first_reply_{column}_364d", replied.group_by("customer_id").agg(mean))
    solved = compute_resolutions(rows, "full", clock).filter(pl.col("ended"), pl.col("last_solved_at") >= year)
    assert_agree(simulated_features, date, f"resolution_{column}_364d", solved.group_by("customer_id").agg(mean))


@pytest.mark.parametrize("date", DATES)
def test_late_replies_are_the_breaches_of_the_kpis(simulated, simulated_features, date):
    # a year before the data begin is out of reach of every promise: all breaches fall in the window
    rows = compute_first_responses(tickets_as_of(simulated["ticket_events"], as_of=date), PROMISES.calendar)
    target = pl.col("priority").replace_strict(dict(PROMISES.sla), return_dtype=pl.Float64)
    late = rows.filter(pl.col("hours") > target)
    assert_agree(simulated_features, date, "late_replies_364d", counted(late))


@pytest.mark.parametrize("date", DATES)
def test_reopened_and_unresolved_are_those_of_the_kpis(simulated, simulated_features, date):
    rows = tickets_as_of(simulated["ticket_events"], as_of=date)
    assert_agree(simulated_features, date, "reopened_tickets_364d", counted(rows.filter("is_reopened")))
    of_year = rows.filter(pl.col("created_at") >= date - timedelta(days=364))
    assert_agree(
        simulated_features,
        date,
        "unresolved_share_364d",
        of_year.group_by("customer_id").agg(pl.col("is_open").mean().alias("theirs")),
    )


def events(*rows):
    """ticket, event, hour it happened, hour it was known, into"""
    return pl.DataFrame(
        [
            {
                "ticket_id": ticket,
                "customer_id": "a",
                "occurred_at": at(hour),
                "event": event,
                "known_at": at(known),
                "merged_into": into,
            }
            for ticket, event, hour, known, into in rows
        ],
        schema_overrides={"merged_into": pl.String},
    )


def compute_values(rows, hours, *features):
    built = compute_features({"ticket_events": events(*rows)}, [at(hour) for hour in hours], features)
    return [built[column].to_list() for one in features for column in one.columns]


def test_a_merged_ticket_counts_until_the_merge_was_known_and_then_as_one_with_the_other():
    rows = [("k", "created", 1, 1, None), ("l", "created", 2, 2, None), ("l", "merged", 10, 20, "k")]
    opened_28, _, _, still = compute_values(rows, (5, 15, 25), tickets, open_tickets)
    assert opened_28 == [2.0, 2.0, 1.0]
    assert still == [2.0, 2.0, 1.0]


def test_a_ticket_that_takes_its_survivor_in_lives_again():
    rows = [("k", "created", 1, 1, None), ("l", "created", 2, 2, None), ("k", "merged", 5, 5, "l")]
    back = ("l", "merged", 10, 20, "k")
    opened, _, _, still = compute_values([*rows, back], (4, 15, 25), tickets, open_tickets)
    assert opened == still == [2.0, 1.0, 1.0]


def test_a_solution_counts_from_when_it_was_known():
    rows = [("k", "created", 1, 1, None), ("k", "solved", 5, 30, None)]
    *_, still = compute_values(rows, (10, 30, 31), tickets, open_tickets)
    assert still == [1.0, 1.0, 0.0]


def test_a_ticket_whose_creation_is_not_known_is_not_there():
    rows = [("k", "agent_reply", 3, 3, None), ("k", "created", 1, 8, None)]
    *_, still = compute_values(rows, (5, 9), tickets, open_tickets)
    assert still == [0.0, 1.0]


_later = st.tuples(
    st.integers(0, 3),
    st.integers(1, 30),
    st.sampled_from([0, 0, 0, 1, 5, 20]),
    st.sampled_from([event for event in EVENTS if event != "created"]),
    st.integers(0, 40),
)
_COMPARED = ("tickets_364d", "open_tickets", "days_since_ticket", "days_since_solution", "last_first_reply_hours")


def late_events(drawn):
    """Four tickets created at once, of whom much is known late: merges of merges, spam and deletions among it."""
    rows = [(ticket, 0, 0, "created", 1) for ticket in range(4)] + drawn
    frame = pl.DataFrame(
        [
            {
                "ticket_id": f"k{ticket}",
                "customer_id": "a",
                "occurred_at": at(24 * day),
                "event": event,
                "known_at": at(24 * (day + late)),
                # a merge back, or around a circle, undoes the one before
                "merged_into": f"k{(ticket + 1 + n % 4) % 4}" if event == "merged" else None,
                "excluded_as": "spam" if n == 7 else None,
                "public": (None, True, False)[n % 3],
            }
            for ticket, day, late, event, n in rows
        ],
        schema_overrides={"merged_into": pl.String, "excluded_as": pl.String, "public": pl.Boolean},
    )
    return frame.unique(["ticket_id", "occurred_at", "event"], keep="first", maintain_order=True)


def days_since(moments, date):
    return None if not moments.len() else pytest.approx((date - moments.max()) / timedelta(days=1), abs=1e-3)


@pytest.mark.slow
@given(
    st.lists(_later, min_size=3, max_size=16), st.lists(st.integers(1, 60), min_size=1, max_size=4, unique=True)
)
def test_tickets_known_late_merged_and_excluded_are_those_of_the_kpis_at_every_date(drawn, days):
    rows, dates = late_events(drawn), [at(24 * day) for day in sorted(days)]
    wanted = [one for one in CATALOG if set(one.columns) & set(_COMPARED)]
    for values in compute_features({"ticket_events": rows}, dates, wanted).to_dicts():
        date = values["as_of"]
        kpi = tickets_as_of(rows, as_of=date)
        assert values["tickets_364d"] == kpi.height
        assert values["open_tickets"] == kpi["is_open"].sum()
        assert values["days_since_ticket"] == days_since(kpi["created_at"], date)
        assert values["days_since_solution"] == days_since(kpi.filter(~pl.col("is_open"))["last_solved_at"], date)
        answered = kpi.drop_nulls("first_reply_at").filter(
            pl.col("first_reply_at") == pl.col("first_reply_at").max()
        )
        waits = (answered["first_reply_at"] - answered["created_at"]) / timedelta(hours=1)
        assert (values["last_first_reply_hours"] is None) == answered.is_empty()
        assert answered.is_empty() or min(abs(values["last_first_reply_hours"] - waits)) < 1e-2
