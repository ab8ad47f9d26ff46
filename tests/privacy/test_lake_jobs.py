"""Rows are withdrawn with their history, small files become one, and what was thinned is refused in words."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from lealtad.base.errors import ExitCode
from lealtad.company.keep_settings import KeepSettings
from lealtad.company.settings import Settings
from lealtad.jobs.as_of import parse_as_of
from lealtad.lake import Lake
from lealtad.lake.erasing.thinning import thin
from lealtad.lake.verification import verify
from tests.conftest import run_job_here
from tests.privacy.conftest import CUSTOMERS, LOADED, build_tables, load_tables

pytestmark = pytest.mark.slow

WRONG = "o0-4"


def withdraw(run, *more, check=True):
    return run_job_here("lake", "withdraw", "orders", WRONG, "--out", run, *more, check=check)


def read_orders(run, **how):
    return Lake.open(run / "lake").read("orders", where=pl.col("order_id") == WRONG, **how)


def test_a_withdrawn_row_counts_no_longer_and_keeps_its_history(run):
    moment = LOADED + timedelta(days=1)
    withdraw(run, "--because", "loaded twice", "--loaded-at", moment.isoformat())
    assert read_orders(run).is_empty()
    assert read_orders(run, as_of=moment).height == 1
    assert read_orders(run, as_of=moment + timedelta(seconds=1)).is_empty()
    assert Lake.open(run / "lake").read("withdrawals")["because"].to_list() == ["loaded twice"]
    assert verify(run / "lake").damages == []


def test_the_same_row_stays_out_and_a_corrected_one_counts(run):
    moment = LOADED + timedelta(days=1)
    withdraw(run, "--because", "wrong amount", "--loaded-at", moment.isoformat())
    tables = build_tables()
    again = tables["orders"].with_columns(items=pl.lit(None, pl.Int64))
    load_tables(run, {"customers": tables["customers"], "orders": again}, day=2)
    assert read_orders(run).is_empty()
    corrected = tables["orders"].with_columns(amount=pl.col("amount") + 100 * (pl.col("order_id") == WRONG))
    load_tables(run, {"customers": tables["customers"], "orders": corrected}, day=3)
    assert read_orders(run)["amount"].to_list() == [114.0]
    assert read_orders(run, as_of=moment)["amount"].to_list() == [14.0]
    assert read_orders(run, as_of=LOADED + timedelta(days=2, hours=1)).is_empty()
    load_tables(run, {"customers": tables["customers"], "orders": corrected}, day=4)
    assert read_orders(run).height == 1


@pytest.mark.parametrize(
    ("key", "because", "expected"),
    [("o9", "x", "a row in force"), (WRONG, "", "why the row"), ("line=3", "x", "columns of its key: order_id")],
)
def test_a_row_that_is_not_there_is_refused_in_words(run, key, because, expected):
    result = run_job_here("lake", "withdraw", "orders", key, "--because", because, "--out", run, check=False)
    assert (result.returncode, expected in result.stderr) == (ExitCode.FIX, True)


def test_compaction_changes_no_row(run):
    for night in (1, 2):
        load_tables(run, build_tables(night=night), day=night)
    before = Lake.open(run / "lake")
    assert any(part.files > 1 for part in before.manifest.tables["orders"].parts.values())
    run_job_here("lake", "compact", "--out", run)
    after = Lake.open(run / "lake")
    assert all(part.files == 1 for entry in after.manifest.tables.values() for part in entry.parts.values())
    assert all(after.read_stored(name).equals(before.read_stored(name)) for name in before.versions)
    assert verify(run / "lake").damages == []


def test_a_vacuum_frees_what_no_commit_reads(run):
    number = Lake.open(run / "lake").number
    run_job_here("lake", "compact", "--out", run)
    run_job_here("lake", "vacuum", "--days", "30", "--out", run)
    assert Lake.open(run / "lake", commit=number - 1).number == number - 1
    load_tables(run, build_tables(night=1), day=1)
    run_job_here("lake", "vacuum", "--days", "0", "--out", run)
    lake = Lake.open(run / "lake")
    assert lake.read("orders").height == 2 * len(CUSTOMERS)
    assert verify(run / "lake").damages == []
    read = {path for name, entry in lake.manifest.tables.items() for path in (entry.files or {})}
    assert {path.name for path in (run / "lake").rglob("*.zstd.parquet")} == {path.split("/")[-1] for path in read}
    load_tables(run, build_tables(night=2), day=2)
    assert verify(run / "lake").damages == []


def test_a_thinned_night_is_refused_and_named(run):
    (run / "lealtad.toml").write_text("[keep]\ncommits = 0\n[keep.tables]\norders = 20\n")
    lake = Lake.open(run / "lake")
    early = datetime(2026, 1, 8, tzinfo=UTC)
    assert parse_as_of(f"{early:%Y-%m-%d}", lake) == early
    result = run_job_here("lake", "vacuum", "--days", "0", "--settings", run / "lealtad.toml", "--out", run)
    assert "thinned: orders" in result.stderr
    assert re.search(
        r"training reads further back than \[keep.tables\] keeps: set orders = \d{3,4} at least", result.stderr
    )
    lake = Lake.open(run / "lake")
    assert 0 < lake.read("orders").height < len(CUSTOMERS)
    assert lake.read("surveys").height == len(CUSTOMERS)
    with pytest.raises(
        Exception, match=r"since 2026-01-1\d, found 2026-01-08: 'orders' was thinned since, by \[keep\]"
    ):
        parse_as_of(f"{early:%Y-%m-%d}", lake)
    assert thin(run / "lake", {"orders": 20}) == {}
    assert verify(run / "lake").damages == []
    after = load_tables(run, build_tables(night=1), day=1)
    assert after.manifest.thinned["nights"]["orders"] == lake.manifest.thinned["nights"]["orders"]


def test_tables_that_are_kept_long_enough_are_not_named(run):
    from lealtad.jobs.training_reach import list_cut_tables

    lake = Lake.open(run / "lake")
    for days, cut in ((20.0, {"orders", "features"}), (4000.0, set())):
        company = Settings(keep=KeepSettings(tables={"orders": days, "features": days, "rejected": 1.0}))
        assert set(list_cut_tables(lake, company, Path())) == cut
    assert list_cut_tables(lake, Settings(), Path()) == {}


def test_an_unknown_table_to_keep_is_refused_with_the_nearest(run):
    (run / "lealtad.toml").write_text("[keep.tables]\nordrs = 20\n")
    result = run_job_here("lake", "vacuum", "--settings", run / "lealtad.toml", "--out", run, check=False)
    assert "Did you mean 'orders'?" in result.stderr
