"""What cannot be computed is one clear error, and leaves no half-made table."""

import sys
from datetime import timedelta

import joblib
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.base.errors import DamageError, SettingsError
from lealtad.examples.features import (
    CATALOG,
    CompanyProfile,
    build,
    build_catalog,
    build_into,
    compute_features,
    feature,
    find_available_in,
)
from lealtad.examples.features.units import ORDERS
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from tests.companies import at

DATES = [at(24 * day) for day in (20, 30)]


@pytest.fixture
def lake(tmp_path, company):
    return commit_tables(Lake(tmp_path / "lake", Manifest(2)), company)


def large_orders(facts, window):
    """Orders of over 50 in the window (count)."""
    return facts.count(window, where=pl.col("amount") > 50)


def make_feature(formula, windows=(30,), source="orders"):
    return feature(source=source, unit=ORDERS, about="test", windows=windows)(formula)


@pytest.mark.parametrize("job", [build, build_into])
def test_dates_that_the_data_do_not_reach_are_refused(lake, job):
    with pytest.raises(SettingsError, match="expected dates up to the end of the data"):
        job(lake, [at(24 * 3000)])
    with pytest.raises(SettingsError, match="found no date"):
        job(lake, [])


def test_a_window_of_zero_is_refused(company):
    with pytest.raises(
        SettingsError, match=r"large_orders: expected windows of at least 1 day, found a window of 0"
    ):
        compute_features(company, DATES, [make_feature(large_orders, (0,))])


def test_a_name_that_stands_twice_is_refused(company):
    with pytest.raises(SettingsError, match=r"large_orders_30d', which .*large_orders makes too"):
        compute_features(company, DATES, [make_feature(large_orders), make_feature(large_orders)])


def test_a_stream_that_nobody_derives_is_refused(company):
    with pytest.raises(SettingsError, match=r"found 'order'\. Did you mean 'orders'"):
        compute_features(company, DATES, [make_feature(large_orders, source="order")])


def test_an_own_feature_that_raises_is_named(lake):
    def fails(facts, window):
        """Nothing (count)."""
        raise ZeroDivisionError

    with pytest.raises(SettingsError, match=r"fails: expected a formula that computes, found ZeroDivisionError"):
        build_into(lake, DATES, [make_feature(fails)])
    assert not Lake.open(lake.root).has("features")


@pytest.mark.parametrize("value", [None, 3.0, np.zeros(3), np.array([["a"]])])
def test_an_own_feature_that_gives_something_else_is_named(company, value):
    def wrong(facts, window):
        """Nothing (count)."""
        return value

    with pytest.raises(SettingsError, match="wrong: expected a matrix of floats, customers × as-of dates"):
        compute_features(company, DATES, [make_feature(wrong)])


def test_a_window_that_was_not_declared_is_named(company):
    def other(facts, window):
        """Orders of another window (count)."""
        return facts.count(window + 1)

    with pytest.raises(
        SettingsError, match=r"other: expected a formula that computes, found SettingsError: .*31 days"
    ):
        compute_features(company, DATES, [make_feature(other)])


def own_module(tmp_path, monkeypatch, text):
    (tmp_path / "acme_features.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "acme_features", raising=False)
    return CompanyProfile(modules=("acme_features",))


OWN = '''
import polars as pl
from lealtad.examples.features import feature
from lealtad.examples.features.units import ORDERS

@feature(source="orders", unit=ORDERS, about="frequency", windows=(30,))
def {name}(facts, window):
    """Orders of over 50 in the window (count)."""
    return facts.count(window, where=pl.col("amount") > 50)
'''


def test_an_own_feature_joins_the_catalog_and_changes_its_hash(tmp_path, monkeypatch, company):
    from lealtad.examples.features.fingerprint import hash_catalog

    ours = own_module(tmp_path, monkeypatch, OWN.format(name="large_orders"))
    built = compute_features(company, DATES, build_catalog(ours), ours)
    expected = compute_features(company, DATES, [make_feature(large_orders)])
    assert_frame_equal(built.select(expected.columns), expected)
    assert hash_catalog(ours) != hash_catalog(CompanyProfile())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            OWN.format(name="orders").replace("30,", "7,"),
            "'orders_7d', which lealtad.examples.features.families.rhythm.orders makes",
        ),
        ("x = 1", "expected functions marked with @feature, found none"),
        ("import nowhere_at_all", "found ModuleNotFoundError"),
        ("def (", "found SyntaxError"),
    ],
)
def test_an_own_module_that_cannot_be_used_is_named(tmp_path, monkeypatch, text, message):
    with pytest.raises(SettingsError, match="acme_features") as refused:
        build_catalog(own_module(tmp_path, monkeypatch, text))
    assert message in str(refused.value)


def test_an_absent_table_switches_its_features_off(lake):
    given = {one.source for one in find_available_in(lake, CATALOG, CompanyProfile())}
    assert "orders" in given
    assert not given & {"tickets_opened", "survey_answers", "contracts", "retention_contacts"}


def test_a_damaged_bucket_leaves_the_feature_table_as_it_was(lake):
    lake = build_into(lake, DATES)
    before = lake.read("features")
    for bucket in (lake.root / "orders").glob("bucket=1/*.parquet"):
        bucket.write_bytes(b"broken")
    with pytest.raises(DamageError, match="expected table 'orders' as commit"):
        build_into(Lake.open(lake.root), [*DATES, at(24 * 40)])
    assert_frame_equal(Lake.open(lake.root).read("features"), before)


@pytest.mark.slow
def test_processes_compute_the_same_and_say_the_same(lake):
    def fails(facts, window):
        """Nothing (count)."""
        raise ZeroDivisionError

    alone = build_into(lake, DATES).read("features")
    lake = commit_tables(Lake.open(lake.root), {}, forget=["features"])
    with joblib.parallel_config(backend="loky", n_jobs=2):
        assert_frame_equal(build_into(lake, DATES).read("features"), alone)
        with pytest.raises(SettingsError, match="found ZeroDivisionError"):
            build_into(lake, [DATES[0] - timedelta(days=1)], [make_feature(fails)])
