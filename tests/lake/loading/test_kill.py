"""A load that is killed at any moment and done again leaves the lake that it would have left at once."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from lealtad.lake import Lake
from lealtad.sources.simulated import simulate
from tests.conftest import ROOT
from tests.lake.loading.companies import history

KILLS = int(os.environ.get("LEALTAD_KILLS", "8"))  # `make attack` asks for 50
BUSY = 75


class LoadServer:
    """A process that starts loads."""

    def __init__(self):
        self.process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, Path(__file__).with_name("load_server.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "POLARS_MAX_THREADS": "2"},
        )

    def start(self, at, root, folder) -> int:
        print(at, root / "lake", folder, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def end(self):
        return int(self.process.stdout.readline())

    def load(self, at, root, folder):
        self.start(at, root, folder)
        return self.end()


@pytest.fixture
def load_server():
    one = LoadServer()
    yield one
    one.process.stdin.close()
    one.process.stdout.close()
    one.process.wait()


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Two exports of a company: the second with corrections, more aliases, a new attribute, and rejected rows."""
    folder = tmp_path_factory.mktemp("exports")
    company = simulate(120, 6, seed=3)
    tables = {name: company.tables[name] for name in ("customers", "orders", "touchpoints", "ticket_events")}
    tables["identities"] = company.identities
    for place, name in enumerate(("first", "second")):
        (folder / name).mkdir()
        for table, rows in tables.items():
            given = rows.filter(pl.int_range(pl.len()) % 3 != place) if table != "customers" else rows
            if place:
                given = corrected(table, given)
            elif table == "identities":
                given = rows.head(3)
            if not given.is_empty():
                given.write_parquet(folder / name / f"{table}.parquet")
    return folder


def corrected(table, rows):
    if table == "orders":
        changed = pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.col("amount") + 1).otherwise("amount")
        rows = rows.with_columns(
            changed.alias("amount"), pl.lit(None, pl.Datetime("us", "UTC")).alias("recorded_at")
        )
    if table == "customers":
        rows = rows.with_columns(attr_wave=pl.lit("second"))
    if table == "touchpoints":
        rows = rows.with_columns(
            stage=pl.when(pl.int_range(pl.len()) % 50 == 0).then(pl.lit("?")).otherwise("stage")
        )
    return rows


def read_state(root):
    rejected = Lake.open(root / "lake").read("rejected")
    return history(root), rejected.drop("loaded_at").rows(), Lake.open(root / "lake").number


@pytest.mark.slow
def test_a_load_that_is_killed_and_done_again_is_a_load(load_server, exports, tmp_path):
    base, whole, luck = tmp_path / "base", tmp_path / "whole", random.Random(11)  # noqa: S311
    assert load_server.load("2026-03-01", base, exports / "first") == 0
    shutil.copytree(base, whole)
    started = time.perf_counter()
    assert load_server.load("2026-04-01", whole, exports / "second") == 0
    seconds, before, expected = time.perf_counter() - started, read_state(base), read_state(whole)
    cut = 0
    for place in range(KILLS):
        root = tmp_path / "killed"
        shutil.copytree(base, root)
        child = load_server.start("2026-04-01", root, exports / "second")
        time.sleep(seconds * (place + luck.random()) / KILLS)
        with contextlib.suppress(ProcessLookupError):  # it was quicker this time
            os.kill(child, signal.SIGKILL)
        cut += load_server.end() == -signal.SIGKILL
        assert read_state(root) in (before, expected)
        assert load_server.load("2026-04-01", root, exports / "second") == 0
        assert read_state(root) == expected
        assert not (root / "lake" / ".staging").exists()
        shutil.rmtree(root)
    assert cut > KILLS / 2


@pytest.mark.slow
def test_of_two_loads_at_once_one_says_so_and_both_can_be_done(load_server, exports, tmp_path):
    other = LoadServer()
    try:
        load_server.start("2026-03-01", tmp_path, exports / "first")
        other.start("2026-03-01", tmp_path, exports / "first")
        ends = sorted([load_server.end(), other.end()])
    finally:
        other.process.stdin.close()
        other.process.stdout.close()
        other.process.wait()
    assert ends in ([0, BUSY], [0, 0])
    once = read_state(tmp_path)
    assert load_server.load("2026-03-02", tmp_path, exports / "first") == 0
    assert read_state(tmp_path) == once
