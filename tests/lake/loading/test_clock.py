"""What lies after the load: contract events count from when they happen, other facts are rejected."""

import json
import os
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.base.errors import DataError
from lealtad.base.seal import open_seal
from lealtad.checks.sufficiency import DataEvidence, build_report
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.examples.features import build
from lealtad.examples.outcomes import compute_outcomes, compute_times
from lealtad.kpis import nrr, retention_rate
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract import TABLES
from lealtad.sources.contract.tables import Kind
from tests.lake.loading.companies import customers, day, load_given, orders, source

pytestmark = pytest.mark.slow

LOAD = 200
HAPPENED = [
    (table, column.name)
    for table in TABLES
    for column in table.columns
    if column.kind is Kind.INSTANT and not column.may_be_planned
]
FILLED = {
    "stage": "service", "initiated_by": "customer", "metric": "nps", "kind": "relational", "scale_min": 0.0,
    "scale_max": 10.0, "event": "created", "arm": "treated", "amount": 1.0,
}  # fmt: skip


def row(table, clock, moment):
    """A valid row of a table, all of whose other clocks lie long before the load."""
    values = {column.name: FILLED.get(column.name, "x") for column in table.columns if column.required}
    clocks = [column.name for column in table.columns if column.required and column.kind is Kind.INSTANT]
    values |= dict.fromkeys(clocks, day(1)) | {clock: moment}
    if table.name == "subscriptions":
        values["event"] = "start"
    ids = {"customer_id": "a"} | ({"alias": "b"} if table.name == "identities" else {})
    return pl.DataFrame([values | ids])


def changes(*rows, recorded=None):
    """Contract, customer, day, event, amount; `recorded` by row number the day a change was recorded."""
    known = [day(recorded[number]) if number in (recorded or {}) else None for number, _ in enumerate(rows)]
    return pl.DataFrame(
        {
            "subscription_id": [row[0] for row in rows],
            "customer_id": [row[1] for row in rows],
            "occurred_at": [day(row[2]) for row in rows],
            "event": [row[3] for row in rows],
            "amount_monthly": [row[4] if len(row) > 4 else None for row in rows],
        },
        schema_overrides={"amount_monthly": pl.Float64},
    ).with_columns(recorded_at=pl.Series(known, dtype=pl.Datetime("us", "UTC")))


BEGUN = [(f"s{name}", name, number, "start", 10.0) for number, name in enumerate("abcdefgh")]
BOUGHT = [(f"o{k}", "abcdefgh"[k % 8], k * 199 / 60, 5.0) for k in range(61)]
COMPANY = {"customers": customers(*"abcdefgh"), "orders": orders(*BOUGHT)}


def with_contracts(*more, recorded=None):
    shifted = {len(BEGUN) + number: at for number, at in (recorded or {}).items()}
    return {**COMPANY, "subscriptions": changes(*BEGUN, *more, recorded=shifted)}


@pytest.mark.parametrize(("table", "clock"), HAPPENED, ids=[f"{table.name}.{clock}" for table, clock in HAPPENED])
def test_of_every_clock_what_lies_more_than_a_day_after_the_load_is_rejected(tmp_path, table, clock):
    for hours, held in ((25, 0), (23, 1)):
        rows = row(table, clock, day(LOAD) + timedelta(hours=hours))
        frames = {"customers": customers("a"), table.name: rows}
        if table.name == "customers":
            frames = {"customers": pl.concat([customers("z"), rows], how="diagonal")}
        done = load_given(tmp_path / str(hours), source(**frames), reject_limit=1)
        rules = done.rejected["rules"].to_list()
        assert rules == ([] if held else [f"{clock}_is_not_after_the_load"]), (table.name, clock)
        assert done.counts[table.name].rejected == 1 - held


def test_the_reason_says_what_may_be_planned_and_too_many_stop_the_load(tmp_path):
    late = {**COMPANY, "orders": orders(*BOUGHT, ("late", "a", 13_000, 1.0))}
    done = load_given(tmp_path, source(**late))
    assert done.rejected["reasons"].to_list() == [
        "ordered_at must not be more than 24 h after the load: only contract events can be planned"
    ]
    assert find_end_of_data(done.lake) == day(199)
    with pytest.raises(DataError, match="rejected"):
        load_given(tmp_path / "all", source(**COMPANY), at=1)


def test_one_order_of_2062_makes_no_training_dates_in_2061(tmp_path):
    late = {**COMPANY, "orders": orders(*BOUGHT, ("late", "a", 13_000, 1.0))}
    lake, plain = (
        load_given(tmp_path / name, source(**rows)).lake for name, rows in (("a", late), ("b", COMPANY))
    )
    definition = ModelDefinition(name="churn", label=Inactivity())
    assert definition.as_of_dates(lake) == definition.as_of_dates(plain)
    assert max(definition.as_of_dates(lake)).year == 2026


@pytest.mark.parametrize("recorded", [{0: 199}, {}], ids=["recorded now", "without a clock of its own"])
def test_a_contract_end_planned_300_days_ahead_moves_neither_the_end_nor_a_label(tmp_path, recorded):
    planned = with_contracts(("sa", "a", 499, "end"), recorded=recorded)
    lake = load_given(tmp_path / "planned", source(**planned)).lake
    plain = load_given(tmp_path / "plain", source(**with_contracts())).lake
    assert lake.read("subscriptions").height == plain.read("subscriptions").height + 1
    assert find_end_of_data(lake) == find_end_of_data(plain) == day(199)
    dates = [day(100), day(160), day(185), day(199)]
    label = Contractual(horizon_days=28, grace_days=0)
    outcomes = compute_outcomes(lake, label, dates)
    assert_frame_equal(outcomes, compute_outcomes(plain, label, dates))
    late = outcomes.filter(pl.col("as_of") > day(199 - 28))
    assert late["observed"].is_null().all()
    assert not late.is_empty()
    assert_frame_equal(compute_times(lake, label, dates), compute_times(plain, label, dates))


def test_a_planned_end_counts_once_it_has_happened(tmp_path):
    planned = with_contracts(("sa", "a", 230, "end"), recorded={0: 199})
    load_given(tmp_path, source(**planned))
    later = {**planned, "orders": orders(*BOUGHT, ("new", "b", 280, 1.0))}
    lake = load_given(tmp_path, source(**later), at=281).lake
    outcomes = compute_outcomes(lake, Contractual(horizon_days=28, grace_days=0), [day(210)])
    assert outcomes.filter(customer_id="a")["observed"].to_list() == [True]


def test_a_planned_event_without_a_clock_moves_the_end_once_a_load_comes_after_it(tmp_path):
    rows = (("s", "a", 0, "start"), ("s", "a", 230, "end"))
    bare, recorded_late = changes(*rows), changes(*rows, recorded={1: 2})
    frames = {"customers": customers("a"), "subscriptions": bare}
    assert find_end_of_data(load_given(tmp_path, source(**frames)).lake) == day(0)
    again = load_given(tmp_path, source(**frames), at=240)
    assert again.lake.loaded_at == day(240)
    assert find_end_of_data(again.lake) == find_end_of_data(Lake.open(tmp_path / "lake")) == day(230)
    # one that was recorded before it happens says that the data reach to when it was recorded
    frames["subscriptions"] = recorded_late
    assert find_end_of_data(load_given(tmp_path / "told", source(**frames), at=240).lake) == day(2)


def test_an_old_export_is_bounded_by_when_it_was_drawn_and_ends_where_it_ends(tmp_path):
    assert find_end_of_data(load_given(tmp_path, source(**COMPANY), at=4000).lake) == day(199)


def test_facts_of_the_day_after_the_load_are_held_and_do_not_move_the_end(tmp_path):
    ahead = {**COMPANY, "orders": orders(*BOUGHT, ("ahead", "a", LOAD + 0.5, 1.0))}
    lake = load_given(tmp_path, source(**ahead)).lake
    assert lake.read("orders").filter(order_id="ahead").height == 1
    assert lake.newest("orders") == day(199)


def test_a_load_by_a_clock_set_back_hides_nothing(tmp_path):
    load_given(tmp_path, source(**COMPANY))
    more = {**COMPANY, "orders": orders(*BOUGHT, ("new", "a", LOAD + 0.9, 1.0))}
    lake = load_given(tmp_path, source(**more), at=-5000).lake
    assert lake.newest("orders") == lake.loaded_at == day(LOAD + 0.9)
    again = load_given(tmp_path, source(**more), at=-5000).lake
    assert again.number == lake.number


def test_a_lake_of_an_older_lealtad_opens_and_is_bounded_by_when_it_was_written(tmp_path):
    rows = with_contracts(("sa", "a", 499, "end"))
    rows = {**rows, "subscriptions": rows["subscriptions"].drop("recorded_at")}
    root = load_given(tmp_path, source(**rows)).lake.root
    state = open_seal((root / "lake.json").read_text())
    del state["loaded_at"], state["settings"]
    (root / "lake.json").write_text(json.dumps(state))
    os.utime(root / "lake.json", (day(230).timestamp(), day(230).timestamp()))
    lake = Lake.open(root)
    assert (lake.loaded_at, lake.settings) == (day(230), None)
    assert find_end_of_data(lake) == day(199)
    assert load_given(tmp_path, source(**rows), at=231).lake.read("orders").height == len(BOUGHT)


def test_check_and_the_lake_agree_on_the_end(tmp_path):
    for name, recorded in (("recorded", {0: 199}), ("bare", {})):
        frames = with_contracts(("sa", "a", 499, "end"), recorded=recorded)
        done = load_given(tmp_path / name, source(**frames))
        tables = {table: done.lake.read(table) for table in frames}
        rows_in = {table: rows.height for table, rows in frames.items()}
        report = build_report(
            DataEvidence(tables, done.rejected, rows_in, day(LOAD)),
            ModelDefinition(name="churn", label=Contractual()),
        )
        first = min(day(0), frames["subscriptions"]["occurred_at"].min())
        [history] = [one for one in report.churn.measures if one.name == "history_days"]
        assert history.value == (find_end_of_data(done.lake) - first).days
        assert {one.code for one in report.findings} & {"planned", "future"} == {"planned"}


AFTER = st.lists(
    st.tuples(st.sampled_from(HAPPENED), st.integers(25, 24 * 4000)), min_size=1, max_size=4, unique_by=str
)


@settings(max_examples=8)
@given(AFTER)
def test_adding_facts_after_the_load_changes_nothing(tmp_path_factory, drawn):
    root = tmp_path_factory.mktemp("after")
    plain = with_contracts(("sa", "a", 150, "end"))
    more = dict(plain)
    for number, ((table, clock), hours) in enumerate(drawn):
        late = row(table, clock, day(LOAD) + timedelta(hours=hours))
        renamed = {name: pl.lit(f"late{number}") for name in table.key if late.schema.get(name) == pl.String}
        late = late.with_columns(**{name: one for name, one in renamed.items() if name != "customer_id"})
        more[table.name] = (
            pl.concat([more[table.name], late], how="diagonal_relaxed") if table.name in more else late
        )
    before = load_given(root / "plain", source(**plain)).lake
    after = load_given(root / "more", source(**more), reject_limit=1)
    assert after.rejected.height == len(drawn)
    assert find_end_of_data(after.lake) == find_end_of_data(before)
    dates = [day(120), day(199)]
    columns, found = build(before, dates).columns, build(after.lake, dates)
    # an empty table more switches features on, all of which say that nothing happened
    assert_frame_equal(found.select(columns), build(before, dates))
    label, outcome_columns = Contractual(), ["customer_id", "as_of", "missing", "observed"]
    assert_frame_equal(
        compute_outcomes(after.lake, label, dates).select(outcome_columns),
        compute_outcomes(before, label, dates).select(outcome_columns),
    )


PLANNED = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from(["end", "pause", "change", "renew", "cancel_request"]),
        st.integers(1, 400),
        st.booleans(),
    ),
    min_size=1, max_size=5, unique_by=lambda one: one[:3],
)  # fmt: skip


@settings(max_examples=8)
@given(PLANNED)
def test_a_planned_contract_event_changes_nothing_before_it_happens(tmp_path_factory, drawn):
    root = tmp_path_factory.mktemp("planned")
    rows = [(f"s{name}", name, LOAD + ahead, event, 7.0) for name, event, ahead, _ in drawn]
    recorded = {number: 150 for number, (*_, is_recorded) in enumerate(drawn) if is_recorded}
    lake = load_given(root / "a", source(**with_contracts(*rows, recorded=recorded))).lake
    plain = load_given(root / "b", source(**with_contracts())).lake
    assert find_end_of_data(lake) == find_end_of_data(plain)
    dates = [day(120), day(170), day(199)]
    assert_frame_equal(build(lake, dates), build(plain, dates))
    assert_frame_equal(compute_outcomes(lake, Contractual(), dates), compute_outcomes(plain, Contractual(), dates))
    for kpi in (retention_rate, nrr):
        figures = [kpi(one.read("subscriptions"), as_of=day(199), window_days=90) for one in (lake, plain)]
        assert_frame_equal(*figures)
