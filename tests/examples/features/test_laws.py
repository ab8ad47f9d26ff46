"""Laws that every feature of the catalog keeps, over all seven tables, on random companies."""

import re
from datetime import timedelta
from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.examples.features import CompanyProfile, build, build_catalog, compute_features
from lealtad.examples.features.words.axes import WordAxes
from lealtad.kpis import BusinessCalendar
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from tests.companies import at, companies


@cache
def company_of_the_laws():
    """Promises, hours, levels and axes of words: nothing is switched off."""
    return CompanyProfile(
        calendar=BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid"),
        sla={"low": 16.0, "urgent": 2.0},
        levels={"segment": ("basic", "plus"), "attr_rooms": ()},
        words=WordAxes.fit([f"word{i % 9} mas {i % 4} {i}" for i in range(60)]),
    )


def every_feature(tables, dates):
    company = company_of_the_laws()
    return compute_features(tables, dates, build_catalog(company), company)


# the same paths as the laws above them, at the same price
fewer = settings(max_examples=max(8, settings.default.max_examples // 3))
known_before = st.integers(1, 70 * 24).map(at)


def keep_known_before(tables, date):
    """The company as it stood at a date: what came later is not there, in no table and no column."""
    past = {}
    for name, rows in tables.items():
        if name == "identities":
            past[name] = rows.filter(pl.col("valid_from") < date)
            continue
        known = rows.filter(pl.col("known_at").is_null() | (pl.col("known_at") < date))
        later = pl.col("superseded_at") >= date
        past[name] = known.with_columns(superseded_at=pl.when(~later).then("superseded_at"))
    past["surveys"] = blank_later_values(past["surveys"], "answered_at", ("score", "comment"), date)
    past["interventions"] = blank_later_values(past["interventions"], "contacted_at", ("outcome",), date)
    return past


def blank_later_values(rows, clock, also, date):
    there = pl.col(clock) < date
    return rows.with_columns(pl.when(there).then(column).alias(column) for column in (*also, clock))


def change_from(tables, date, n):
    """The company in which all that became known from a date on was different."""
    other = {}
    for name, rows in tables.items():
        later = pl.col("valid_from" if name == "identities" else "known_at") >= date
        numbers = [column for column, dtype in rows.schema.items() if dtype == pl.Float64]
        clocks = [column for column in rows.columns if column in ("ordered_at", "occurred_at", "sent_at")]
        other[name] = rows.with_columns(
            *(pl.when(later).then(pl.lit(float(n))).otherwise(column).alias(column) for column in numbers),
            *(
                pl.when(later).then(pl.col(clock) - timedelta(hours=n)).otherwise(clock).alias(clock)
                for clock in clocks
            ),
        )
    answer = pl.col("answered_at") >= date
    other["surveys"] = other["surveys"].with_columns(
        score=pl.when(answer).then(0.0).otherwise("score"),
        comment=pl.when(answer).then(pl.lit("no")).otherwise("comment"),
        answered_at=pl.when(answer).then(pl.col("answered_at") + timedelta(hours=n)).otherwise("answered_at"),
    )
    return other


@pytest.mark.slow
@given(companies(), known_before)
def test_leaving_out_what_is_known_from_the_date_on_changes_no_feature(tables, date):
    whole, past = every_feature(tables, [date]), every_feature(keep_known_before(tables, date), [date])
    assert_frame_equal(whole, past, check_exact=True)


@pytest.mark.slow
@given(companies(), known_before, st.integers(0, 400))
def test_whatever_becomes_known_later_changes_no_feature(tables, date, n):
    changed = every_feature(change_from(tables, date, n), [date])
    assert_frame_equal(changed, every_feature(tables, [date]), check_exact=True)


def drop_recording_delays(tables, date):
    """The company as it stood at a date, each fact known when it happened."""
    past = {}
    for name, rows in keep_known_before(tables, date).items():
        clock = {"customers": "valid_from", "surveys": "sent_at", "orders": "ordered_at", "identities": None}.get(
            name, "assigned_at" if name == "interventions" else "occurred_at"
        )
        in_force = rows.filter(pl.col("superseded_at").is_null()) if clock else rows
        past[name] = in_force.with_columns(known_at=pl.col(clock)) if clock else in_force
    return past


@pytest.mark.slow
@given(companies(), known_before)
def test_when_a_fact_became_known_before_the_date_changes_no_feature(tables, date):
    computed = every_feature(tables, [date])
    assert_frame_equal(
        computed, every_feature(drop_recording_delays(tables, date), [date]), rel_tol=1e-4, abs_tol=1e-4
    )


@pytest.mark.slow
@fewer
@given(companies(), known_before, st.integers(0, 100))
def test_rows_that_come_twice_change_no_feature(tables, date, seed):
    twice = {name: pl.concat([rows, rows.sample(fraction=0.5, seed=seed)]) for name, rows in tables.items()}
    dates = [date, date + timedelta(days=9)]
    assert_frame_equal(every_feature(twice, dates), every_feature(tables, dates), check_exact=True)


@pytest.mark.slow
@fewer
@given(companies(), st.lists(known_before, min_size=2, max_size=4, unique=True))
def test_features_of_a_date_do_not_depend_on_the_other_dates(tables, dates):
    together = every_feature(tables, dates)
    alone = pl.concat([every_feature(tables, [date]) for date in dates]).sort("customer_id", "as_of")
    assert_frame_equal(together, alone, rel_tol=1e-4, abs_tol=1e-4)


@pytest.mark.slow
@fewer
@given(companies(), known_before, st.integers(0, 100))
def test_rows_in_any_order_give_the_same_features(tables, date, seed):
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=seed) for name, rows in tables.items()}
    dates = [date, date + timedelta(days=9)]
    assert_frame_equal(every_feature(shuffled, dates), every_feature(tables, dates), check_exact=True)


def lake_of(tmp_path, tables, buckets):
    empty = Lake(tmp_path / f"lake{buckets}", Manifest(buckets))
    return commit_tables(empty, tables)


def test_rows_in_any_order_and_any_number_of_buckets_give_the_same_table(tmp_path, company):
    dates = [at(24 * day) for day in (20, 30, 40)]
    one = build(lake_of(tmp_path, company, 1), dates)
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=3) for name, rows in company.items()}
    many = build(lake_of(tmp_path, shuffled, 2), dates)
    assert_frame_equal(one, many, check_exact=True)
    assert one.select("customer_id", "as_of").is_unique().all()


def test_returns_are_no_sign_of_life(tmp_path, company):
    orders = company["orders"].with_columns(is_return=pl.lit(value=False))
    back = orders.head(50).with_columns(
        order_id=pl.concat_str(pl.lit("back-"), "order_id"),
        amount=-pl.col("amount"),
        is_return=pl.lit(value=True),
        ordered_at=pl.col("ordered_at") + timedelta(days=9),
        known_at=pl.col("known_at") + timedelta(days=9),
    )
    dates = [at(24 * day) for day in (20, 30, 40)]
    without = build(lake_of(tmp_path / "one", company | {"orders": orders}, 1), dates)
    with_returns = build(lake_of(tmp_path / "two", company | {"orders": pl.concat([orders, back])}, 1), dates)
    columns = [name for name in without.columns if "return" not in name or name.startswith("returns_after")]
    assert_frame_equal(without.select(columns), with_returns.select(columns), check_exact=True)


def test_names_are_unique_and_every_feature_is_defined_in_both_languages():
    catalog = build_catalog(CompanyProfile())
    for one in catalog:
        assert one.definition.endswith(")."), f"{one.name}: the definition ends with its unit in brackets"
        assert bool(one.says["en"]) == bool(one.says["es"])


class Written(str):
    """A number as people read it, however a sentence asks for it."""

    __slots__ = ()

    def __format__(self, spec):
        return str(self)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_sentence_can_be_filled_in(language):
    for one in build_catalog(CompanyProfile()):
        beside = {name: Written("1") for name in re.findall(r"{(\w+)", one.says[language])}
        sentence = one.says[language].format(**beside)
        assert "{" not in sentence
