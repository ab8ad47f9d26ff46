"""What leaves a lake at an address leaves the store, and nothing else does; the outcome is that of a folder."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from lealtad.base.errors import BusyError, LakeError
from lealtad.base.seal import open_seal
from lealtad.lake import Lake, locate_lake, note_address
from lealtad.lake.erasing.suppression import KEY_FILE, SUPPRESSED, read_key
from lealtad.lake.erasing.vacuum import vacuum
from lealtad.lake.object_store import lease
from lealtad.lake.object_store.chunks import locate_copy
from lealtad.lake.verification import verify
from lealtad.privacy.search import Needles, search_folder
from tests.conftest import run_job_here
from tests.privacy.conftest import CUSTOMERS, LOADED, build_run, build_tables, load_tables

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("LEALTAD_STORE_KILLS", "1"))
GONE = ["C0000000", "C0000001"]  # one person
ERASE = ("erase", "C0000001", "--because", "asked for erasure", "--yes", "--out")
NEEDLES = Needles.from_ids(GONE)


def build_at(out, store):
    """A run whose lake stands in the store."""
    note_address(out / "lake", store.new_address(), {})
    return build_run(out, buckets=2)


@pytest.fixture
def run(tmp_path, store):
    return build_at(tmp_path / "run", store)


def read_all(out):
    lake = Lake.open(out / "lake")
    return {name: lake.read_stored(name) for name in lake.versions if name != SUPPRESSED}


def search_all(out):
    return search_folder(out, NEEDLES, [out / KEY_FILE]) + search_folder(locate_lake(out / "lake"), NEEDLES)


def assert_whole(out):
    assert verify(out / "lake").damages == []


def test_nobody_lingers_in_the_store(run, tmp_path):
    assert {trace.place for trace in search_folder(locate_lake(run / "lake"), NEEDLES)} >= {"column customer_id"}
    folder = build_run(tmp_path / "folder", buckets=2)
    for out in (run, folder):
        run_job_here(*ERASE, out)
        assert_whole(out)
    assert search_all(run) == []
    there = read_all(folder)
    assert {name: rows.equals(there[name]) for name, rows in read_all(run).items()} == dict.fromkeys(there, True)
    with pytest.raises(LakeError, match="erasure 1"):
        Lake.open(run / "lake", commit=0)
    receipts = [open_seal((out / "erasures" / "000001.json").read_text()) for out in (run, folder)]
    assert receipts[0]["lake"]["rows"] == receipts[1]["lake"]["rows"]
    assert receipts[0]["traces"] == 0
    again = load_tables(run, build_tables(night=1), day=1, key=read_key(run))
    assert again.read("orders")["customer_id"].unique().sort().to_list() == CUSTOMERS[2:]
    assert_whole(run)


def test_an_id_in_an_object_that_no_table_holds_is_seen(run):
    (locate_lake(run / "lake") / "notes" / "left.json").write_bytes(b'{"who": "C0000001"}')
    refused = run_job_here(*ERASE, run, check=False)
    assert "1 trace" not in refused.stdout
    assert "notes (" in refused.stderr
    (locate_lake(run / "lake") / "notes" / "left.json").unlink()
    run_job_here(*ERASE, run)
    assert search_all(run) == []


def test_rows_are_withdrawn_compacted_and_thinned_as_in_a_folder(run, tmp_path):
    folder = build_run(tmp_path / "folder", buckets=2)
    moment = LOADED + timedelta(days=1)
    for out in (run, folder):
        load_tables(out, build_tables(night=1), day=1)
        (out / "lealtad.toml").write_text("[keep]\ncommits = 0\n[keep.tables]\norders = 20\n")
        wrong = ("orders", "o0-4", "--because", "loaded twice", "--loaded-at", moment.isoformat())
        run_job_here("lake", "withdraw", *wrong, "--out", out)
        run_job_here("lake", "compact", "--out", out)
        run_job_here("lake", "vacuum", "--days", "0", "--settings", out / "lealtad.toml", "--out", out)
        assert_whole(out)
    lakes = [Lake.open(out / "lake") for out in (run, folder)]
    assert all(lakes[0].read_stored(name).equals(lakes[1].read_stored(name)) for name in lakes[1].versions)
    assert lakes[0].manifest.thinned["nights"] == lakes[1].manifest.thinned["nights"]
    root = lakes[0].root
    stored = {path for path in root.rglob("*") if path.name.endswith(".zstd.parquet")}
    assert stored == {root / path for path in lakes[0].manifest.list_paths()}
    assert {path.parts[-2:] for path in (root / "commits").iterdir()} == {
        ("commits", f"{lakes[0].number:06d}.json")
    }
    load_tables(run, build_tables(night=2), day=3)
    assert_whole(run)


def test_a_run_whose_lease_ended_removes_nothing_more(run, monkeypatch):
    load_tables(run, build_tables(night=1), day=1)
    number, root = Lake.open(run / "lake").number, locate_lake(run / "lake")
    before = {path for path in root.rglob("*") if path.suffix == ".parquet"}
    with monkeypatch.context() as patch, pytest.raises(BusyError, match="ended before its work"):
        patch.setattr(lease, "SECONDS", -10.0)
        vacuum(run / "lake", LOADED, "old", keep=number)
    assert before <= set(root.rglob("*"))
    vacuum(run / "lake", LOADED, "old", keep=number)
    assert_whole(run)
    assert len(list((root / "commits").iterdir())) == 1


@pytest.mark.slow
def test_another_machine_forgets_what_was_erased_when_it_opens_the_lake(run, tmp_path):
    other, address = tmp_path / "other" / "lake", str(locate_lake(run / "lake"))
    note_address(other, address, {})
    there = Lake.open(other)
    there.read_stored("orders")
    folder = locate_copy(there.root)
    copies = set(folder.rglob("*.parquet"))
    run_job_here(*ERASE, run)
    kept = {folder / path for path in Lake.open(other).manifest.list_paths()}
    assert copies - kept
    assert set(folder.rglob("*.parquet")) <= kept
    assert Lake.open(other).read_stored("orders")["customer_id"].n_unique() == len(CUSTOMERS) - 2


@pytest.mark.slow
def test_a_bucket_that_keeps_versions_is_named(store, tmp_path):
    store.ask("PUT", "/forever")
    store.ask(
        "PUT",
        "/forever?versioning",
        b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status>'
        b"</VersioningConfiguration>",
    )
    out = tmp_path / "run"
    note_address(out / "lake", "s3://forever/lake", {})
    result = run_job_here(*ERASE, build_run(out, buckets=1))
    assert "keeps versions of what is deleted" in result.stderr
    assert open_seal((out / "erasures" / "000001.json").read_text())["keeps_versions"] is True


@pytest.mark.slow
def test_a_killed_erasure_is_completed(store, tmp_path):
    """Killed at any time, the same command completes it; nothing that counts is damaged in between."""
    command = [sys.executable, "-m", "lealtad.jobs.command_line", *ERASE]
    out = build_at(tmp_path / "timed", store)
    began = time.monotonic()
    subprocess.run([*command, out], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own
    whole, killed = time.monotonic() - began, 0
    for kill in range(KILLS):
        out = build_at(tmp_path / f"killed-{kill}", store)
        erasure = subprocess.Popen([*command, out], cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
        time.sleep(whole * (0.4 + 0.6 * (kill + 1) / (KILLS + 1)))
        erasure.kill()
        killed += erasure.wait() != 0
        assert_whole(out)
        run_job_here(*ERASE, out)
        assert search_all(out) == []
        assert_whole(out)
        assert Lake.open(out / "lake").read("orders")["customer_id"].sort().to_list() == CUSTOMERS[2:]
    print(f"{killed} of {KILLS} erasures were killed, all completed")  # noqa: T201 - what an attack came to
