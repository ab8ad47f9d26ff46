from __future__ import annotations

import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis import BusinessCalendar, one_touch_rate, reopen_rate, resolution_rate, sla_breach_share


@pytest.fixture
def desk(ticket) -> pl.DataFrame:
    """Five tickets: quick, slow, come back, open, young."""
    return pl.concat(
        [
            ticket("quick", "2026-01-05T09:00 created", "2026-01-05T10:00 agent_reply", "2026-01-06T09:00 solved"),
            ticket("slow", "2026-01-05T09:00 created", "2026-01-20T09:00 agent_reply", "2026-01-20T10:00 solved"),
            ticket(
                "back",
                "2026-01-05T09:00 created",
                "2026-01-05T10:00 agent_reply",
                "2026-01-06T09:00 solved",
                "2026-01-08T09:00 reopened",
                "2026-01-09T09:00 agent_reply",
                "2026-01-25T09:00 solved",
            ),
            ticket("open", "2026-01-05T09:00 created"),
            ticket("young", "2026-01-29T09:00 created", "2026-01-30T09:00 solved"),
        ]
    )


def test_cohort_counts_tickets_old_enough_and_still_solved_at_the_limit(desk, at):
    # on 1 February, within 7 days: quick is solved; slow took 15; back was open again on the 12th; open;
    # young is three days old and not judged: 1 of 4
    found = resolution_rate(desk, as_of=at("2026-02-01")).row(0, named=True)
    assert (found["value"], found["n"]) == (0.25, 4)
    assert found["definition"] == "resolution_rate@1: cohort, within 7 days"
    # within 21 days: quick, slow and back (solved again after 20 days): 3 of 4
    assert resolution_rate(desk, as_of=at("2026-02-01"), within_days=21)["value"].item() == 0.75


def test_flow_and_stock_of_a_window(desk, at):
    # the ten days before 1 February (from 22 January): back and young solved, young alone created
    flow = resolution_rate(desk, as_of=at("2026-02-01"), window_days=10, variant="flow")
    assert flow.select("value", "n").row(0) == (2.0, 1)
    # at the start back and open were open, young came: 2 of 3
    stock = resolution_rate(desk, as_of=at("2026-02-01"), window_days=10, variant="stock")
    assert stock.select("value", "n").row(0) == (pytest.approx(2 / 3), 3)


def test_flow_by_week_dates_solutions_by_themselves(desk, at):
    # weeks of 5, 19 and 26 January: 1 solved of 4 created, 2 of none, 1 of 1
    weeks = resolution_rate(desk, as_of=at("2026-02-01"), variant="flow", by=["week"])
    assert weeks["value"].to_list() == [0.25, None, 1.0]
    with pytest.raises(SettingsError, match="the stock, which has one start"):
        resolution_rate(desk, variant="stock", by=["week"])


def test_variant_is_known(desk):
    with pytest.raises(SettingsError, match="Did you mean 'cohort'"):
        resolution_rate(desk, variant="cohrt")


def test_one_touch(desk, at):
    # judged: quick (one reply, stayed) and slow (one reply, stayed) and back (came back after two days);
    # young was solved two days ago: 2 of 3
    assert one_touch_rate(desk, as_of=at("2026-02-01")).select("value", "n").row(0) == (
        pytest.approx(2 / 3),
        3,
    )
    # with a limit of a day back had stayed solved, and young is judged: 4 of 4
    assert one_touch_rate(desk, as_of=at("2026-02-01"), within_days=1).select("value", "n").row(0) == (1.0, 4)


def test_two_public_replies_are_two_touches_and_an_opening_message_is_none(ticket, at):
    lines = (
        "2026-01-05T09:00 created",
        "2026-01-05T09:00 agent_reply",
        "2026-01-05T10:00 agent_reply",
        "2026-01-05T11:00 solved",
    )
    for opened_by, value in (("customer", 0.0), ("agent", 1.0)):
        events = ticket("t", *lines, opened_by=opened_by)
        assert one_touch_rate(events, as_of=at("2026-02-01"))["value"].item() == value


def test_reopen_rate_counts_those_that_are_open_again(desk, at):
    # solved at least once: quick, slow, back, young; back came back
    assert reopen_rate(desk).select("value", "n").row(0) == (0.25, 4)
    # on 9 January quick and back had been solved, and back was open again
    assert reopen_rate(desk, as_of=at("2026-01-09")).select("value", "n").row(0) == (0.5, 2)


def test_sla_counts_waiting_tickets_that_passed_their_target(ticket, at):
    # at noon: in time (1 h of 4), late (5 h of 4), waiting 6 h of 4, waiting 2 h of 4; low waits 6 h of 24
    events = pl.concat(
        [
            ticket("in time", "2026-01-14T06:00 created", "2026-01-14T07:00 agent_reply", priority="high"),
            ticket("late", "2026-01-14T06:00 created", "2026-01-14T11:00 agent_reply", priority="high"),
            ticket("waits", "2026-01-14T06:00 created", priority="high"),
            ticket("young", "2026-01-14T10:00 created", priority="high"),
            ticket("low", "2026-01-14T06:00 created", priority="low"),
            ticket("none", "2026-01-14T06:00 created", priority="none"),
        ]
    )
    targets = {"high": 4, "low": 24, "none": None}
    found = sla_breach_share(events, target_hours=targets, as_of=at("2026-01-14T12:00"), by=["priority"])
    assert found.select("priority", "value", "n").rows() == [("high", 0.5, 4), ("low", 0.0, 1)]
    # nothing is resolved: by resolution in time and late have waited 6 h too
    resolution = sla_breach_share(
        events, target_hours=targets, as_of=at("2026-01-14T12:00"), measure="resolution", by=["priority"]
    )
    assert resolution["value"].to_list() == [0.75, 0.0]
    # on the business clock nobody has waited: the office opens at noon
    late_risers = BusinessCalendar({"mon-fri": "12:00-18:00"}, zone="UTC")
    assert (
        sla_breach_share(events, target_hours=targets, as_of=at("2026-01-14T12:00"), business=late_risers)[
            "value"
        ].item()
        == 0
    )


def test_sla_needs_a_target_for_every_priority(ticket):
    events = ticket("t", "2026-01-14T06:00 created", priority="urgent")
    with pytest.raises(SettingsError, match="nothing for urgent"):
        sla_breach_share(events, target_hours={"high": 4})
    with pytest.raises(DataError, match="column 'priority'"):
        sla_breach_share(events.drop("priority"), target_hours={"high": 4})
    with pytest.raises(SettingsError, match="Did you mean 'resolution'"):
        sla_breach_share(events, target_hours={"urgent": 4}, measure="resolutoin")


def test_nothing_solved_gives_null(ticket, at):
    events = ticket("t", "2026-01-14T06:00 created")
    for measure in (one_touch_rate, reopen_rate, resolution_rate):
        assert measure(events, as_of=at("2026-01-15")).select("value", "n").row(0) == (None, 0)


def test_a_priority_without_a_target_stops_no_figure_of_another_group(ticket, at):
    events = pl.concat(
        [
            ticket("a", "2026-01-14T08:00 created", priority="high"),
            ticket("b", "2026-01-14T08:00 created", priority="strange"),
            ticket("c", "2026-01-14T08:00 created", priority="none"),
        ]
    )
    options = {"target_hours": {"high": 4, "none": None}, "as_of": at("2026-01-15")}
    found = (
        sla_breach_share(events, by=["priority"], **options).select("priority", "value", "n", "definition").rows()
    )
    assert [row[:3] for row in found] == [("high", 1.0, 1), ("strange", None, 1)]
    assert found[1][3] == "sla_breach_share@1: not computed, no target for strange"
    with pytest.raises(SettingsError, match="nothing for strange"):
        sla_breach_share(events, **options)
    with pytest.raises(SettingsError, match="target_hours: expected hours"):
        sla_breach_share(events, target_hours={"high": "4", "strange": 1, "none": 1})
