from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis import BusinessCalendar, first_response_time, resolution_time, tickets
from lealtad.sources.contract import split

OFFICE = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES")


def compute_first_response(events, **options):
    return first_response_time(events, **options)["value"].item()


def compute_resolution(events, **options):
    return resolution_time(events, **options)["value"].item()


# times are UTC; Madrid is one hour ahead in winter and two in summer
@pytest.mark.parametrize(
    ("created", "answered", "calendar_hours", "business_hours"),
    [
        # weekend: Friday 17:00 to Monday 10:00 local; 7 + 24 + 24 + 10 = 65 h; open 17-18 and 9-10
        ("2026-01-16T16:00", "2026-01-19T09:00", 65, 2),
        # holiday: Monday 5 January 17:00 to Wednesday 10:00, Epiphany between; 7 + 24 + 10 = 41 h
        ("2026-01-05T16:00", "2026-01-07T09:00", 41, 2),
        # clocks forward on Sunday: the weekend's 65 h lose one
        ("2026-03-27T16:00", "2026-03-30T08:00", 64, 2),
        # clocks back on Sunday: they gain one
        ("2026-10-23T15:00", "2026-10-26T09:00", 66, 2),
        # written and answered on a Saturday: no business minute has passed
        ("2026-01-17T10:00", "2026-01-17T11:30", 1.5, 0),
    ],
)
def test_first_response_and_resolution_on_both_clocks(ticket, created, answered, calendar_hours, business_hours):
    events = ticket("t", f"{created} created", f"{answered} agent_reply", f"{answered} solved")
    for measure in (compute_first_response, compute_resolution):
        assert measure(events) == calendar_hours
        assert measure(events, business=OFFICE) == business_hours


def test_bots_and_private_notes_answer_nobody(ticket):
    # bot after 0 h, private note after 1 h, public reply after 3 h
    events = ticket("t", "2026-01-14T09:00 created", "2026-01-14T09:00 bot_reply", "2026-01-14T10:00 agent_reply")
    reply = ticket("t", "2026-01-14T12:00 agent_reply", public=True)
    both = pl.concat([events.with_columns(public=pl.Series([None, None, False])), reply])
    assert compute_first_response(both) == 3


def test_ticket_opened_by_an_agent_is_answered_by_the_second_reply(ticket):
    # the opening message at 9:00 is the first reply, the answer at 11:00 the second: 2 h
    lines = ("2026-01-14T09:00 created", "2026-01-14T09:00 agent_reply", "2026-01-14T11:00 agent_reply")
    assert compute_first_response(ticket("t", *lines, opened_by="agent")) == 2
    assert compute_first_response(ticket("t", *lines, opened_by="customer")) == 0
    # with the opening message alone it still waits
    assert compute_first_response(ticket("t", *lines[:2], opened_by="agent")) is None


def test_reopened_ticket_has_a_first_and_a_full_resolution(ticket, at):
    events = ticket(
        "t",
        "2026-01-14T09:00 created",
        "2026-01-14T10:00 solved",
        "2026-01-14T11:00 reopened",
        "2026-01-14T15:00 solved",
    )
    assert (compute_resolution(events), compute_resolution(events, resolution="first")) == (6, 1)
    assert tickets(events).select("solves", "reopens", "is_reopened", "is_open").row(0) == (2, 1, True, False)
    # at noon it is open again: not resolved, though it was solved once
    noon = tickets(events, as_of=at("2026-01-14T12:00"))
    assert noon.select("solves", "reopens", "is_reopened", "is_open").row(0) == (1, 0, True, True)
    assert compute_resolution(events, as_of=at("2026-01-14T12:00")) is None


def test_merged_tickets_keep_the_earliest_creation(ticket, at):
    absorbed = ticket(
        "old",
        "2026-01-14T09:00 created",
        "2026-01-14T10:30 merged",
        "2026-01-14T10:30 solved",
        merged_into="new",
    )
    survivor = ticket(
        "new",
        "2026-01-14T10:00 created",
        "2026-01-14T11:00 agent_reply",
        "2026-01-14T13:00 solved",
        merged_into=None,
    )
    events = pl.concat([absorbed, survivor.cast({"merged_into": pl.String})])
    # one ticket, from 9:00: answered at 11:00, solved at 13:00 and not when the absorbed one was closed
    assert tickets(events)["ticket_id"].to_list() == ["new"]
    assert (
        compute_first_response(events),
        compute_resolution(events),
        compute_resolution(events, resolution="first"),
    ) == (2, 4, 4)
    # before the merge was known both stand
    assert tickets(events, as_of=at("2026-01-14T10:30"))["ticket_id"].to_list() == ["new", "old"]


def test_merges_are_followed_to_the_end_and_never_in_circles(ticket):
    chain = [
        ticket(name, f"2026-01-14T0{hour}:00 created", "2026-01-14T12:00 merged", merged_into=into)
        for name, hour, into in (("a", 8, "b"), ("b", 9, "c"))
    ]
    last = ticket("c", "2026-01-14T10:00 created", merged_into=None).cast({"merged_into": pl.String})
    found = tickets(pl.concat([*chain, last]))
    assert found.select("ticket_id", "created_at").row(0)[0] == "c"
    assert found["created_at"].item().hour == 8


def test_a_merge_that_is_undone_by_merging_back_leaves_the_ticket_that_took_in_the_other(ticket, at):
    there = ticket("a", "2026-01-14T08:00 created", "2026-01-14T10:00 merged", merged_into="b")
    back = ticket("b", "2026-01-14T09:00 created", "2026-01-14T12:00 merged", merged_into="a")
    stranger = ticket("z", "2026-01-14T08:00 created", merged_into=None).cast({"merged_into": pl.String})
    events = pl.concat([there, back, stranger])
    assert tickets(events, as_of=at("2026-01-14T11:00"))["ticket_id"].to_list() == ["b", "z"]
    assert tickets(events)["ticket_id"].to_list() == ["a", "z"]
    # a circle of three: c took in b, which had taken in a; then c goes into a
    three = [
        ticket(name, "2026-01-14T08:00 created", f"2026-01-14T{hour}:00 merged", merged_into=into)
        for name, hour, into in (("a", 10, "b"), ("b", 11, "c"), ("c", 12, "a"))
    ]
    assert tickets(pl.concat(three))["ticket_id"].to_list() == ["a"]


def test_events_of_a_ticket_whose_creation_is_not_known_yet_stop_nothing(ticket, at):
    late = ticket("a", "2026-01-14T08:00 created", "2026-01-14T09:00 agent_reply", "2026-01-14T12:00 merged")
    late = late.with_columns(
        merged_into=pl.lit("b"),
        recorded_at=pl.when(pl.col("event") == "created").then(at("2026-01-20T00:00")),
    )
    other = ticket("b", "2026-01-14T11:00 created", merged_into="", recorded_at=at("2026-01-14T11:00"))
    events = pl.concat([late, other])
    now = tickets(events, as_of=at("2026-01-15"))
    assert now.select("ticket_id", "created_at", "first_reply_at").row(0) == ("b", at("2026-01-14T11:00"), None)
    assert tickets(events, as_of=at("2026-01-21"))["created_at"].to_list() == [at("2026-01-14T08:00")]


@pytest.mark.parametrize("clock", ["recorded_at", "known_at"])
def test_a_reply_before_the_only_creation_that_is_known_waited_for_nothing(ticket, at, clock):
    late = ticket("a", "2026-01-14T08:00 created", "2026-01-14T09:00 agent_reply", "2026-01-15T08:00 created")
    late = late.with_columns(
        pl.when(pl.col("occurred_at") == at("2026-01-14T08:00"))
        .then(at("2026-01-20"))
        .otherwise("occurred_at")
        .alias(clock)
    )
    assert compute_first_response(late, as_of=at("2026-01-16")) == 0
    assert compute_first_response(late, as_of=at("2026-01-21")) == 1
    # as a lake holds it before the first creation is known
    if clock == "known_at":
        assert compute_first_response(late[1:], as_of=at("2026-01-16")) == 0


def test_a_merge_into_an_unnamed_ticket_takes_the_absorbed_one_out(ticket):
    gone = ticket("a", "2026-01-14T08:00 created", "2026-01-14T09:00 merged")
    stays = ticket("b", "2026-01-14T08:00 created")
    assert tickets(pl.concat([gone, stays]))["ticket_id"].to_list() == ["b"]


def test_deleted_spam_and_test_tickets_do_not_count(ticket, at):
    events = pl.concat(
        [
            ticket("deleted", "2026-01-14T08:00 created", "2026-01-15T08:00 deleted", excluded_as=None),
            ticket("spam", "2026-01-14T08:00 created", excluded_as="spam"),
            ticket("good", "2026-01-14T08:00 created", excluded_as=None),
        ],
        how="vertical_relaxed",
    )
    assert tickets(events)["ticket_id"].to_list() == ["good"]
    # on the 14th nobody had deleted anything
    assert tickets(events, as_of=at("2026-01-15T08:00"))["ticket_id"].to_list() == ["deleted", "good"]


def test_open_tickets_are_censored_at_their_age(ticket, at):
    # answered after 1 and 3 h; one waits 2 h, one 4 h at as_of: S(1) = 3/4, S(3) = 3/4 * 1/2 = 3/8
    noon = "2026-01-14T12:00"
    events = pl.concat(
        [
            ticket("a", "2026-01-14T05:00 created", "2026-01-14T06:00 agent_reply"),
            ticket("b", "2026-01-14T10:00 created"),
            ticket("c", "2026-01-14T05:00 created", "2026-01-14T08:00 agent_reply"),
            ticket("d", "2026-01-14T08:00 created"),
        ]
    )
    assert compute_first_response(events, as_of=at(noon)) == 3
    # area under the curve up to 4 h: 1 * 1 + 3/4 * 2 + 3/8 * 1 = 2.875
    assert compute_first_response(events, as_of=at(noon), statistic="mean") == pytest.approx(2.875)
    # 3/8 still wait at the end: when 90 % are answered is not known
    assert compute_first_response(events, as_of=at(noon), statistic="p90") is None
    assert first_response_time(events, as_of=at(noon))["n"].item() == 4


def test_a_ticket_solved_without_a_reply_stops_waiting_there(ticket, at):
    events = pl.concat(
        [
            ticket("a", "2026-01-14T05:00 created", "2026-01-14T06:00 solved"),
            ticket("b", "2026-01-14T05:00 created", "2026-01-14T07:00 agent_reply"),
        ]
    )
    # censored after 1 h: at 2 h only b is at risk, so the mean up to 2 h is 2
    assert compute_first_response(events, as_of=at("2026-02-01"), statistic="mean") == 2


def test_late_records_and_facts_at_the_cutoff_are_out(ticket, at):
    events = ticket("t", "2026-01-14T09:00 created", "2026-01-14T10:00 agent_reply")
    late = events.with_columns(recorded_at=pl.Series([None, at("2026-01-20")]))
    assert compute_first_response(events, as_of=at("2026-01-14T10:00")) is None
    assert compute_first_response(late, as_of=at("2026-01-15")) is None
    assert compute_first_response(late, as_of=at("2026-01-21")) == 1


def test_groups_and_windows(ticket, at):
    events = pl.concat(
        [
            ticket("a", "2026-01-05T09:00 created", "2026-01-05T10:00 agent_reply", priority="low"),
            ticket("b", "2026-02-05T09:00 created", "2026-02-05T11:00 agent_reply", priority="high"),
            ticket("c", "2026-02-06T09:00 created", "2026-02-06T13:00 agent_reply", priority="high"),
        ]
    )
    by = first_response_time(events, by=["priority"])
    assert by.select("priority", "value", "n").rows() == [("high", 3.0, 2), ("low", 1.0, 1)]
    assert first_response_time(events, by=["month"])["n"].to_list() == [1, 2]
    # created in the last two days: b (2 h) and c (4 h)
    assert compute_first_response(events, as_of=at("2026-02-07"), window_days=2) == 3
    customers = pl.DataFrame({"customer_id": [f"customer of {t}" for t in "abc"], "segment": ["x", "x", "y"]})
    segments = first_response_time(events, by="segment", customers=customers)
    assert segments.select("segment", "value").rows() == [("x", 1.5), ("y", 4.0)]


def test_priority_is_the_last_one_known(ticket, at):
    events = ticket("t", "2026-01-05T09:00 created", "2026-01-05T12:00 agent_reply")
    events = events.with_columns(priority=pl.Series(["low", "high"]))
    assert tickets(events)["priority"].item() == "high"
    assert tickets(events, as_of=at("2026-01-05T12:00"))["priority"].item() == "low"


def test_replies_before_creation_are_refused_and_the_contract_rejects_them(ticket):
    events = ticket("t", "2026-01-05T09:00 created", "2026-01-05T08:00 agent_reply")
    with pytest.raises(DataError, match=r"events after the creation of their ticket, found 1 rows.*ticket_id t"):
        tickets(events)
    parts = split("ticket_events", events)
    assert parts.rejected["rules"].to_list() == ["occurred_at_not_before_creation"]
    assert compute_first_response(parts.valid) is None


def test_missing_columns_empty_and_unreadable_values_are_named(ticket):
    events = ticket("t", "2026-01-05T09:00 created")
    with pytest.raises(DataError, match="column 'event'"):
        tickets(events.drop("event"))
    with pytest.raises(DataError, match="no empty value, found 1 empty values"):
        tickets(events.with_columns(pl.lit(None, pl.Datetime("us", "UTC")).alias("occurred_at")))
    with pytest.raises(DataError, match="a date or time such as"):
        tickets(events.with_columns(pl.lit("yesterday").alias("occurred_at")))
    with pytest.raises(DataError, match="a pandas or Polars data frame, found LazyFrame"):
        tickets(events.lazy())


def test_unknown_choices_are_refused(ticket, at):
    events = ticket("t", "2026-01-05T09:00 created")
    with pytest.raises(SettingsError, match="Did you mean 'median'"):
        first_response_time(events, statistic="medain")
    with pytest.raises(SettingsError, match="full or first"):
        resolution_time(events, resolution="last")
    with pytest.raises(SettingsError, match="days above 0, counted back from as_of"):
        first_response_time(events, window_days=7)
    with pytest.raises(SettingsError, match="a date or a datetime"):
        first_response_time(events, as_of="2026-01-01")


def test_pandas_in_pandas_out(ticket):
    events = ticket("t", "2026-01-05T09:00 created", "2026-01-05T10:00 agent_reply", priority="low")
    found = tickets(events.to_pandas())
    assert isinstance(found, pd.DataFrame)
    assert found.loc[0, "first_reply_at"] == pd.Timestamp("2026-01-05T10:00", tz="UTC")
    assert first_response_time(events.to_pandas(), by=["priority"]).loc[0, "value"] == 1


def test_no_ticket_gives_null(ticket, at):
    events = ticket("t", "2026-01-05T09:00 created")
    nothing = first_response_time(events, as_of=at("2026-01-05T09:00")).row(0)
    assert nothing == (None, 0, None, None, "first_response_time@1: median, calendar hours")
    assert first_response_time(events, as_of=at("2026-01-05T09:00"), business=OFFICE)["n"].item() == 0
    assert first_response_time(events, as_of=at("2026-01-05T09:00"), by=["month"]).height == 0


def test_open_tickets_belong_to_the_month_that_ends_at_the_cutoff(ticket, at):
    # one solved in January after 24 h, one in February after 48 h, one open since 20 February
    events = pl.concat(
        [
            ticket("a", "2026-01-05T09:00 created", "2026-01-06T09:00 solved"),
            ticket("b", "2026-01-31T09:00 created", "2026-02-02T09:00 solved"),
            ticket("c", "2026-02-20T09:00 created"),
        ]
    )
    found = resolution_time(events, as_of=at("2026-03-01"), by=["month"])
    assert found["month"].dt.month().to_list() == [1, 2]
    assert found.select("value", "n").rows() == [(24, 1), (48, 2)]


def test_a_ticket_takes_stage_and_owner_from_itself_or_its_touchpoint(ticket, at):
    events = ticket(
        "t", "2026-01-05T09:00 created", "2026-01-05T10:00 agent_reply", touchpoint_id="call", owner="north"
    )
    touchpoints = pl.DataFrame(
        {
            "touchpoint_id": ["call"],
            "occurred_at": [at("2026-01-05T08:00")],
            "stage": ["service"],
            "owner": ["south"],
        }
    )
    found = first_response_time(events, by=["stage", "owner"], touchpoints=touchpoints)
    assert found.select("stage", "owner", "value").rows() == [("service", "north", 1.0)]


def test_unknown_events_are_refused(ticket):
    with pytest.raises(DataError, match=r"expected one of created, .* found 1 rows that break it, event closed"):
        tickets(ticket("t", "2026-01-05T09:00 created", "2026-01-05T10:00 closed"))


def test_reopened_and_solved_in_the_same_instant_is_solved(ticket):
    lines = ("2026-01-05T09:00 created", "2026-01-05T10:00 solved", "2026-01-05T11:00 reopened")
    events = ticket("t", *lines, "2026-01-05T11:00 solved")
    assert tickets(events)["is_open"].to_list() == [False]
