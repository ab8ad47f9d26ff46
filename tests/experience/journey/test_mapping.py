"""The journey map loses nothing, looks at nothing known later, and computes with the KPI functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad import kpis
from lealtad.base.errors import DataError
from lealtad.base.language import Language
from lealtad.company.settings import Settings
from lealtad.experience.journey import compute_journey_map
from lealtad.experience.journey.current_tickets import select_current_tickets
from lealtad.experience.journey.facts import read_facts
from lealtad.experience.journey.summary import summarise_journey
from lealtad.kpis import list_measures
from lealtad.lake import Lake, commit_tables, start_draft
from lealtad.lake.manifest import Manifest
from lealtad.lake.timeline import find_end_of_data
from tests.lakes import lake_of

pytestmark = pytest.mark.slow

WINDOW = 60


@pytest.fixture(scope="module")
def end(lake):
    return find_end_of_data(lake)


@pytest.fixture(scope="module")
def journey(lake, settings, end):
    return compute_journey_map(lake, settings, end, WINDOW)


def figures(journey, **where):
    return journey.figures.filter(pl.col(name) == value for name, value in where.items())


def test_every_contact_of_the_window_is_counted_once(journey, lake, end):
    start = end - timedelta(days=WINDOW)
    met = lake.read("touchpoints").filter(pl.col("occurred_at").is_between(start, end, closed="left"))
    met = met.filter(pl.col("known_at") < end)
    created = kpis.tickets(lake.read("ticket_events"), as_of=end).filter(pl.col("created_at") >= start)
    for level in ("touchpoint", "stage"):
        counted = figures(journey, level=level, kpi="volume")["volume"].sum()
        assert counted == met.height + created.height
    assert journey.unplaced_tickets == created.height


def test_every_answer_stands_at_its_touchpoint_or_below_the_map(journey, lake, end):
    for kpi, measure in (("nps", kpis.nps), ("csat", kpis.csat), ("ces", kpis.ces)):
        everywhere = measure(lake.read("surveys"), as_of=end, window_days=WINDOW)["n"].item()
        placed = figures(journey, level="touchpoint", kpi=kpi)["n"].sum()
        loose = figures(journey, level="journey", kpi=kpi)["n"].sum()
        assert (placed > 0, loose > 0) == (kpi != "nps", kpi == "nps")
        assert placed + loose == everywhere


def test_answers_about_tickets_stand_where_the_tickets_do(journey):
    ease = figures(journey, level="touchpoint", kpi="ces", touchpoint="ticket")
    assert set(ease["stage"]) == {"service"}
    assert ease["n"].sum() > 0


def test_the_figures_are_those_of_the_kpi_functions(journey, lake, end, settings):
    events = lake.read("ticket_events")
    expected = kpis.first_response_time(events, as_of=end, window_days=WINDOW, business=settings.business)
    found = figures(journey, level="stage", stage="service", kpi="first_response_time")
    assert_frame_equal(found.select("value", "n", "low", "high"), expected.select("value", "n", "low", "high"))
    nps = kpis.nps(lake.read("surveys"), as_of=end, window_days=WINDOW)
    found = figures(journey, level="journey", kpi="nps")
    assert_frame_equal(found.select("value", "n", "low", "high"), nps.select("value", "n", "low", "high"))


def test_the_period_before_is_what_was_known_then(journey, lake, end):
    earlier = end - timedelta(days=WINDOW)
    before = kpis.nps(lake.read("surveys"), as_of=earlier, window_days=WINDOW)["value"].item()
    assert figures(journey, level="journey", kpi="nps")["previous"].item() == before


def test_a_correction_or_a_merge_of_later_stands_in_no_figure_of_before(small, settings, end, tmp_path):
    as_of = end - timedelta(days=50)
    later = pl.lit(as_of + timedelta(days=1))
    first = lake_of(tmp_path / "lake", small.tables)
    ids = first.read("surveys")["customer_id"].unique().sort()
    half = ids.len() // 2
    merged = pl.DataFrame({"alias": ids[half : 2 * half], "customer_id": ids[:half]})
    with start_draft(first) as changes:
        changes.append("identities", merged.with_columns(valid_from=later))
        for table, column, value in (("surveys", "score", 0.0), ("ticket_events", "channel", "elsewhere")):
            corrected = pl.max_horizontal("known_at", later)
            old = changes.lake.read_stored(table).with_columns(superseded_at=corrected)
            new = old.with_columns(pl.lit(value).alias(column), known_at=corrected, superseded_at=pl.lit(None))
            changes.replace(table, pl.concat([old, new], how="vertical_relaxed"))
    assert changes.lake.read("surveys")["score"].max() == 0
    assert changes.lake.read("surveys")["customer_id"].n_unique() == ids.len() - half
    maps = [compute_journey_map(one, settings, as_of, WINDOW) for one in (first, changes.lake)]
    assert_frame_equal(*(one.figures for one in maps))


@pytest.mark.parametrize("days", [30, 90])
def test_tickets_that_are_left_out_change_no_figure(lake, end, settings, days):
    events = lake.read("ticket_events")
    current = select_current_tickets(events, end - timedelta(days=days))
    assert current.height < events.height
    for kpi in (kpis.first_response_time, kpis.resolution_time):
        both = [kpi(rows, as_of=end, window_days=days, business=settings.business) for rows in (events, current)]
        assert_frame_equal(*both)


def test_facts_known_later_change_nothing(small, settings, end, tmp_path):
    as_of = end - timedelta(days=50)
    clocks = {
        "touchpoints": "occurred_at",
        "surveys": "sent_at",
        "ticket_events": "occurred_at",
        "orders": "ordered_at",
    }
    known = {
        name: rows.filter(pl.max_horizontal(clocks[name], "recorded_at") < as_of) if name in clocks else rows
        for name, rows in small.tables.items()
    }
    # an answer that came later, or was recorded later, is an invitation until then
    surveys, late = small.tables["surveys"], pl.max_horizontal("answered_at", "recorded_at") >= as_of
    answered = pl.col("answered_at").is_not_null()
    sent = surveys.filter(pl.col("sent_at") < as_of, answered | ~late.fill_null(value=False))
    known["surveys"] = sent.with_columns(
        pl.when(~late.fill_null(value=False)).then(name).alias(name)
        for name in ("answered_at", "score", "recorded_at")
    )
    maps = [
        compute_journey_map(lake_of(tmp_path / name, tables), settings, as_of, WINDOW).figures
        for name, tables in (("all", small.tables), ("known", known))
    ]
    assert_frame_equal(*maps)


def test_a_ticket_that_moves_later_stood_where_it_stood(small, settings, end, tmp_path):
    as_of = end - timedelta(days=50)
    events = small.tables["ticket_events"]
    moved = events.filter(pl.col("event") == "created", pl.max_horizontal("occurred_at", "recorded_at") < as_of)
    later = moved.with_columns(
        event=pl.lit("customer_reply"),
        channel=pl.lit("elsewhere"),
        occurred_at=pl.lit(as_of),
        recorded_at=pl.lit(as_of),
    )
    lakes = [
        lake_of(tmp_path / name, small.tables | {"ticket_events": rows})
        for name, rows in (("before", events), ("after", pl.concat([events, later], how="vertical_relaxed")))
    ]
    assert_frame_equal(*(compute_journey_map(one, settings, as_of, WINDOW).figures for one in lakes))


def test_the_truth_is_never_read(lake):
    assert not lake.has("truth")
    assert not lake.has("identities")


def test_a_ticket_stands_at_the_touchpoint_it_names(tmp_path, settings):
    day = datetime(2026, 1, 5, 9, tzinfo=UTC)
    tables = {
        "touchpoints": pl.DataFrame(
            {
                "touchpoint_id": ["p", "q"],
                "customer_id": ["a", "a"],
                "occurred_at": [day, day + timedelta(days=20)],
                "stage": ["purchase", "loyalty"],
                "channel": ["web", "app"],
                "touchpoint": ["checkout", "visit"],
                "initiated_by": ["customer", "customer"],
            }
        ),
        "ticket_events": pl.DataFrame(
            {
                "ticket_id": ["t", "t", "u"],
                "customer_id": ["a", "a", "a"],
                "occurred_at": [day, day + timedelta(hours=2), day],
                "event": ["created", "agent_reply", "created"],
                "channel": ["phone", "phone", None],
                "touchpoint_id": ["p", None, "gone"],
            }
        ),
    }
    made = compute_journey_map(lake_of(tmp_path / "lake", tables), settings, day + timedelta(days=21), 30)
    waits = figures(made, level="touchpoint", kpi="first_response_time").select(
        "stage", "touchpoint", "channel", "n"
    )
    assert waits.rows() == [("purchase", "checkout", "web", 1), ("service", "ticket", "unknown", 1)]
    # the ticket at the checkout is no second contact: its touchpoint is one already
    volumes = figures(made, level="touchpoint", kpi="volume").select("touchpoint", "volume")
    assert volumes.rows() == [("checkout", 1), ("ticket", 1), ("visit", 1)]
    assert made.unplaced_tickets == 1


def test_touchpoints_alone_are_a_map(tmp_path, small):
    only = {name: small.tables[name] for name in ("customers", "touchpoints")}
    lake = lake_of(tmp_path / "lake", only)
    made = compute_journey_map(lake, Settings(), find_end_of_data(lake), WINDOW)
    assert set(made.figures["kpi"]) == {"volume", "drop_off"}
    assert made.figures["alert"].null_count() == made.figures.height


def test_the_target_of_effort_follows_the_direction_and_the_scale(tmp_path):
    day = datetime(2026, 1, 5, tzinfo=UTC)
    scores = [6.0, 6.0, 6.5, 7.0]
    surveys = (
        pl.DataFrame({"score": scores * 3})
        .with_row_index("survey_id")
        .with_columns(
            pl.col("survey_id").cast(pl.String),
            customer_id="c" + pl.col("survey_id").cast(pl.String),
            metric=pl.lit("ces"),
            kind=pl.lit("transactional"),
            sent_at=pl.lit(day),
            answered_at=pl.lit(day + timedelta(days=1)),
            scale_min=pl.lit(1.0),
            scale_max=pl.Series([7.0] * 8 + [10.0] * 4),
            higher_is_easier=pl.Series([True] * 4 + [False] * 4 + [True] * 4),
        )
    )
    lake = lake_of(tmp_path / "lake", {"surveys": surveys})
    made = compute_journey_map(lake, Settings(targets={"ces": 5.0}), day + timedelta(days=2), 30)
    found = figures(made, kpi="ces").sort("scale_max", "higher_is_easier")
    rows = found.select("scale_max", "higher_is_easier", "target", "alert").rows()
    assert rows == [(7.0, False, 3.0, True), (7.0, True, 5.0, False), (10.0, True, None, None)]


@pytest.mark.parametrize("is_there", [True, False])
def test_effort_without_a_direction_stands_in_no_figure_and_is_said(tmp_path, is_there):
    day = datetime(2026, 1, 5, tzinfo=UTC)
    surveys = pl.DataFrame(
        {
            "survey_id": ["1", "2", "3"],
            "customer_id": ["a", "b", "c"],
            "metric": ["ces", "ces", "nps"],
            "kind": ["transactional", "transactional", "relational"],
            "sent_at": [day] * 3,
            "answered_at": [day + timedelta(days=1)] * 3,
            "score": [6.0, 7.0, 9.0],
            "scale_min": [1.0, 1.0, 0.0],
            "scale_max": [7.0, 7.0, 10.0],
            "higher_is_easier": pl.Series([True, None, None] if is_there else [None] * 3, dtype=pl.Boolean),
        }
    )
    lake = lake_of(tmp_path / "lake", {"surveys": surveys if is_there else surveys.drop("higher_is_easier")})
    made = compute_journey_map(lake, Settings(), day + timedelta(days=2), 30)
    assert figures(made, kpi="ces")["n"].to_list() == ([1] if is_there else [])
    assert figures(made, kpi="nps")["n"].to_list() == [1]
    assert figures(made, kpi="response_rate", metric="ces")["n"].to_list() == [2]
    unsaid = 1 if is_there else 2
    assert made.undirected_answers == unsaid
    for code, words in (("en", "do not state which end is easy"), ("es", "no indican qué extremo es fácil")):
        (note,) = (one for one in summarise_journey(made, Language.from_code(code)).notes if words in one)
        assert note.startswith(f"{unsaid} ")


def test_reading_needs_only_the_last_windows(lake, end):
    facts = read_facts(lake, end, 30)
    assert facts.contacts["occurred_at"].min() >= end - timedelta(days=90)


DAY = datetime(2026, 1, 5, tzinfo=UTC)


def make_answers(scores, low=0.0, high=10.0, metric="nps", **columns):
    """Answered transactional surveys, one per score, of a customer each."""
    rows = pl.DataFrame({"score": pl.Series(scores, dtype=pl.Float64)}).with_row_index("survey_id")
    return rows.with_columns(
        survey_id=pl.format("{}{}", pl.lit(f"{metric}{high}"), "survey_id"),
        customer_id=pl.format("c{}", "survey_id"),
        metric=pl.lit(metric),
        kind=pl.lit("transactional"),
        sent_at=pl.lit(DAY),
        answered_at=pl.lit(DAY + timedelta(days=1)),
        known_at=pl.lit(DAY),
        scale_min=pl.lit(low),
        scale_max=pl.lit(high),
    ).with_columns(**columns)


def made_of(path, surveys, **tables):
    """The map of surveys as an earlier version of the contract let them in."""
    lake = commit_tables(Lake(path, Manifest(2)), {"surveys": surveys, **tables})
    return compute_journey_map(lake, Settings(), DAY + timedelta(days=2), 30)


def test_answers_about_tickets_all_count_though_their_tickets_stand_at_one_place(tmp_path):
    names = [*"ktuv"]
    surveys = make_answers([0, 0, 10, 10], customer_id=pl.Series([*"aaab"]), ticket_id=pl.Series(names))
    events = pl.DataFrame(
        {
            "ticket_id": names,
            "customer_id": [*"aaab"],
            "occurred_at": [DAY] * 4,
            "event": ["created"] * 4,
            "channel": ["phone"] * 4,
        }
    )
    lake = lake_of(tmp_path / "lake", {"surveys": surveys.drop("known_at"), "ticket_events": events})
    made = compute_journey_map(lake, Settings(), DAY + timedelta(days=2), 30)
    for level in ("touchpoint", "stage"):
        found = figures(made, kpi="nps", level=level)
        assert found.select("stage", "channel", "value", "n").row(0)[2:] == (0.0, 4)


@given(st.lists(st.sampled_from(["1-5", "0-100", "8.5", "1-3", "effort"]), min_size=1, max_size=4, unique=True))
@bounds(max_examples=8, deadline=None)
def test_no_answer_of_one_question_changes_or_stops_a_figure_of_another(tmp_path_factory, strange):
    kinds = {
        "1-5": make_answers([5, 1], 1.0, 5.0),  # NPS on five points, which a load rejects
        "0-100": make_answers([75, 74], 0.0, 100.0, "csat"),
        "8.5": make_answers([8.5], survey_id=pl.lit("half")),
        "1-3": make_answers([3, 2, 1], 1.0, 3.0, "csat"),
        "effort": make_answers([7], 1.0, 7.0, "ces"),
    }
    plain = make_answers([9, 3, 10])
    path = tmp_path_factory.mktemp("asked")
    alone = made_of(path / "alone", plain)
    both = made_of(path / "both", pl.concat([plain, *(kinds[name] for name in strange)], how="diagonal"))
    compared = [one.figures.filter(kpi="nps").drop("customers") for one in (alone, both)]
    assert_frame_equal(*compared)
    assert not both.missing
    satisfied = {row["scale_max"]: row["value"] for row in figures(both, kpi="csat").iter_rows(named=True)}
    assert satisfied == {
        high: value for name, high, value in (("0-100", 100.0, 0.5), ("1-3", 3.0, 1 / 3)) if name in strange
    }


def test_a_figure_that_cannot_be_computed_takes_no_other_with_it_and_is_told(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise DataError(table="surveys", expected="better answers", found="these", fix="Ask again.")

    some = [replace(measure, compute=broken) if measure.name == "csat" else measure for measure in list_measures()]
    monkeypatch.setattr("lealtad.experience.figures.list_measures", lambda _=None: some)
    made = made_of(tmp_path / "lake", pl.concat([make_answers([9]), make_answers([5], 1.0, 5.0, "csat")]))
    assert set(made.figures["kpi"]) == {"nps", "response_rate"}
    assert list(made.missing) == ["csat"]
    for code, start in (("en", "CSAT cannot be computed: "), ("es", "CSAT: no se puede calcular: ")):
        notes = summarise_journey(made, Language.from_code(code)).notes
        assert next(note for note in notes if "better answers" in note).startswith(start)
