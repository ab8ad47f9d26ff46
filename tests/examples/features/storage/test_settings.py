"""The lake keeps the settings of its features: whoever computes them later computes the same."""

import json
import sys
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import lealtad
from lealtad.base.errors import LakeError, SettingsError
from lealtad.base.seal import open_seal
from lealtad.examples.features import (
    CompanyProfile,
    build,
    build_catalog,
    build_into,
    check_settings,
    find_differences,
    read_company,
    serialize_settings,
)
from lealtad.kpis import BusinessCalendar
from lealtad.lake import Lake
from lealtad.lake.manifest import Manifest
from tests.companies import at
from tests.lakes import lake_of

pytestmark = pytest.mark.slow

DATES = [at(24 * 30), at(24 * 50)]
HOURS = BusinessCalendar(
    {"mon-thu": "09:00-17:00", "fri": "09:00-14:00"}, "Europe/Madrid", "ES", "MD",
    frozenset({date(2026, 1, 7), date(2026, 1, 2), date(2026, 3, 9)}),
)  # fmt: skip
COMPANY = CompanyProfile(
    calendar=HOURS,
    sla={"urgent": 2.0, "low": 16.0},
    levels={"segment": ("plus", "basic"), "attr_rooms": ()},
    failed_outcomes=("sin respuesta",),
)
OWN = '''"""Features of a company's own."""

from lealtad.examples.features import feature


@feature(source="orders", unit="orders", about="money")
def orders_ever(facts):
    """Orders so far (count)."""
    return facts.count()
'''


@pytest.fixture
def lake(tmp_path):
    people = pl.DataFrame(
        {"customer_id": list("abc"), "segment": ["plus", "basic", None], "attr_rooms": ["3", "4", "many"]}
    )
    bought = pl.DataFrame(
        {
            "order_id": [f"o{k}" for k in range(30)],
            "customer_id": [*"abc"] * 10,
            "ordered_at": [at(48 * k) for k in range(30)],
            "amount": [1.0 * k for k in range(30)],
        }
    )
    events = [
        {"ticket_id": f"t{k}", "customer_id": "abc"[k % 3], "occurred_at": at(72 * k + lag), "event": event,
         "priority": ("low", "urgent")[k % 2]}
        for k in range(12)
        for lag, event in ((0, "created"), (60, "agent_reply"), (70, "solved"))
    ]  # fmt: skip
    met = pl.DataFrame(
        {
            "touchpoint_id": [f"p{k}" for k in range(12)],
            "customer_id": [*"abc"] * 4,
            "occurred_at": [at(90 * k) for k in range(12)],
            "stage": "service",
            "channel": "web",
            "touchpoint": "help",
            "initiated_by": "customer",
            "outcome": [("sin respuesta", "found")[k % 2] for k in range(12)],
        }
    )
    tables = {"customers": people, "orders": bought, "ticket_events": pl.DataFrame(events), "touchpoints": met}
    return lake_of(tmp_path / "lake", tables)


def test_a_notebook_computes_what_the_lake_holds(lake):
    built = Lake.open(build_into(lake, DATES, build_catalog(COMPANY), COMPANY).root)
    computed = lealtad.build_features(built, DATES)
    held = built.read("features").sort("customer_id", "as_of")
    assert computed.columns.to_list() == held.drop("customer_id", "as_of").columns
    assert_frame_equal(build(built, DATES), held, check_column_order=True)
    # it does matter here
    plain = build(lake, DATES)
    same = [name for name in plain.columns if name in held.columns and plain[name].equals(held[name])]
    assert set(held.columns) - set(plain.columns)
    assert len(same) < plain.width


def test_an_explanation_has_the_value_that_the_lake_holds(lake):
    built = build_into(lake, DATES, build_catalog(COMPANY), COMPANY)
    rows = built.read("features").filter(customer_id="a", as_of=DATES[1])
    for name in rows.columns[2:]:
        explanation = lealtad.explain_feature(built, "a", DATES[1], name)
        assert explanation.value == rows[name][0], name


def test_the_settings_stay_as_they_were_written_and_a_change_by_hand_is_refused(lake):
    built = build_into(lake, DATES, company=COMPANY)
    assert read_company(Lake.open(built.root)) == COMPANY
    assert read_company(lake) == CompanyProfile()
    assert read_company(Lake.open(built.root)).fingerprint == COMPANY.fingerprint
    assert list(read_company(built).levels) == ["segment", "attr_rooms"], "levels are columns, in their order"
    state = open_seal((built.root / "lake.json").read_text())
    state["settings"]["calendar"][1] = "Europe/Lisbon"
    (built.root / "lake.json").write_text(json.dumps(state))
    with pytest.raises(LakeError, match="hash"):
        lealtad.build_features(Lake.open(built.root), DATES[0])


_TEXT = st.text("abcñ ", min_size=1, max_size=4)


@settings(max_examples=40)
@given(
    st.one_of(st.none(), st.just(HOURS)),
    st.dictionaries(_TEXT, st.floats(0.1, 99)),
    st.dictionaries(_TEXT, st.lists(_TEXT, unique=True).map(tuple)),
    st.lists(_TEXT).map(tuple),
)
def test_any_settings_come_back_as_they_went(tmp_path_factory, calendar, sla, levels, failed):
    company = CompanyProfile(calendar, sla, levels, failed)
    root = tmp_path_factory.mktemp("kept")
    Manifest(2, settings=serialize_settings(company)).write(root)
    back = read_company(Lake.open(root))
    assert back == company
    assert back.fingerprint == company.fingerprint
    assert find_differences(Lake.open(root), company) == []


def test_the_fingerprint_of_a_calendar_has_no_order():
    days = [date(2026, 1, day) for day in range(1, 29)]
    made = [
        CompanyProfile(BusinessCalendar(HOURS.hours, HOURS.zone, extra_holidays=frozenset(order)))
        for order in (days, days[::-1])
    ]
    assert made[0].fingerprint == made[1].fingerprint


def test_settings_that_would_give_other_features_are_refused_by_name(lake):
    built = build_into(lake, DATES, company=COMPANY)
    check_settings(built, COMPANY)
    check_settings(lake, COMPANY)  # the lake states no settings it was built under
    with pytest.raises(SettingsError, match=r"calendar, levels.*lealtad features"):
        check_settings(built, CompanyProfile(sla=COMPANY.sla, failed_outcomes=COMPANY.failed_outcomes))
    assert find_differences(build_into(built, DATES, company=CompanyProfile()), COMPANY) == [
        "calendar", "sla", "levels", "failed_outcomes",
    ]  # fmt: skip


def test_own_modules_are_used_or_named(lake, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "acme_kept.py").write_text(OWN)
    company = CompanyProfile(modules=("acme_kept",))
    built = build_into(lake, DATES, build_catalog(company), company)
    assert lealtad.build_features(built, DATES[1])["orders_ever"].to_list() == [9.0, 8.0, 8.0]
    assert lealtad.explain_feature(built, "a", DATES[1], "orders_ever").value == 9
    (tmp_path / "acme_kept.py").write_text(OWN.replace("facts.count()", "facts.count() * 2"))
    monkeypatch.delitem(sys.modules, "acme_kept")
    with pytest.raises(SettingsError, match="acme_kept"):
        lealtad.build_features(built, DATES[1])
    (tmp_path / "acme_kept.py").unlink()
    sys.modules.pop("acme_kept", None)
    with pytest.raises(SettingsError, match="acme_kept"):
        lealtad.build_features(built, DATES[1])


def test_a_lake_that_kept_no_settings_gets_them_without_computing_anew(lake):
    built = build_into(lake, DATES, company=COMPANY)
    state = open_seal((built.root / "lake.json").read_text())
    del state["settings"]
    (built.root / "lake.json").write_text(json.dumps(state))
    older = Lake.open(built.root)
    assert older.settings is None
    again = build_into(older, DATES, company=COMPANY)
    assert again.versions == older.versions
    assert read_company(again) == COMPANY
