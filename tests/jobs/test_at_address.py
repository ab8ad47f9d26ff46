"""A run at an address leaves what a run in a folder leaves; who reads it sees one job's files, never a mixture."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from lealtad.base.errors import ExitCode, StoreError
from lealtad.lake import Lake
from lealtad.lake.object_store.address import make_address
from lealtad.lake.object_store.published import NAME, Published
from lealtad.lake.object_store.working_folder import make_working_folder
from lealtad.privacy.search import Needles, search_folder
from tests.conftest import run_job_here
from tests.privacy.conftest import CUSTOMERS, build_tables

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("LEALTAD_STORE_KILLS", "1"))
GONE = ["C0000000", "C0000001"]
OF_THE_CLOCK = {"summary.json", ".sums.json"}  # how long it took


@pytest.fixture
def exports(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, rows in build_tables().items():
        rows.write_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture
def place(store, tmp_path, monkeypatch):
    monkeypatch.setenv("LEALTAD_WORK", str(tmp_path / "work"))
    return store.new_address()


def load(exports, out):
    return run_job_here("ingest", exports, "--loaded-at", "2026-04-01", "--out", out)


def read_published(place):
    """What a reader who knows the address alone sees."""
    address = make_address(place)
    files = Published.read(address).files
    return {path: each.check((address / each.key).read_bytes(), address) for path, each in files.items()}


def test_it_leaves_what_a_folder_holds_on_whatever_machine(place, exports, tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    for out in (place, folder):
        result = load(exports, out)
    assert str(tmp_path / "work") not in result.stderr
    monkeypatch.setenv("LEALTAD_WORK", str(tmp_path / "another_machine"))
    for out in (place, folder):
        result = run_job_here("kpis", "--out", out)
        assert f"{out}/" in result.stderr + result.stdout
    there = read_published(place)
    here = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "lake" not in path.relative_to(folder).parts and path.name != ".lock"
    }
    assert there.keys() - {"lake/address.json"} == here.keys()
    pages = {name for name in here if name not in OF_THE_CLOCK and not name.endswith(".xlsx")}
    assert {name: there[name] == here[name] for name in pages} == dict.fromkeys(pages, True)
    lake = Lake.open(f"{place}/lake")
    assert lake.read("orders").equals(Lake.open(folder / "lake").read("orders"))
    work = next((tmp_path / "another_machine").iterdir())
    assert {path.stat().st_mode & 0o077 for path in (work, *work.rglob("*"))} == {0}


def test_a_page_leads_to_the_newest_set_and_the_one_before_stays(place, exports):
    load(exports, place)
    address = make_address(place)
    seen = []
    for _ in range(3):
        run_job_here("kpis", "--out", place)
        page = (address / "index.html").read_text()
        target = re.search(r'href="(sets/[^"]+/kpis\.html)"', page)[1]
        seen.append(target.rpartition("/")[0])
        assert (address / target).is_file()
        linked = re.findall(r'href="([a-z_]+\.html)', (address / target).read_text())
        assert all((address / seen[-1] / name).is_file() for name in linked)
    sets = {f"sets/{each.name}" for each in (address / "sets").iterdir()}
    assert len(sets) == 2
    assert seen[-1] in sets


def test_a_command_that_fails_publishes_nothing(place, exports):
    load(exports, place)
    before = Published.read(make_address(place))
    assert run_job_here("score", "--out", place, check=False).returncode == ExitCode.FIX
    assert Published.read(make_address(place)) == before
    run_job_here("kpis", "--out", place)
    assert Published.read(make_address(place)).number == before.number + 1


def test_an_object_that_was_altered_is_refused(place, exports, tmp_path, monkeypatch):
    load(exports, place)
    address = make_address(place)
    key = Published.read(address).files["lealtad.toml"].key
    (address / key).write_bytes(b"[worklist]\n")
    monkeypatch.setenv("LEALTAD_WORK", str(tmp_path / "another_machine"))
    refused = run_job_here("kpis", "--out", place, check=False)
    assert (refused.returncode, "another content" in refused.stderr) == (ExitCode.FIX, True)


def test_two_runs_at_once_are_not_mixed(place, exports):
    load(exports, place)
    from lealtad.lake.object_store.lease import hold_lease

    address = make_address(place)
    with hold_lease(address / ".lock", address / NAME):
        refused = run_job_here("kpis", "--out", place, check=False)
    assert (refused.returncode, "holds it" in refused.stderr) == (ExitCode.BUSY, True)


@pytest.mark.parametrize(
    ("command", "out", "expected"),
    [("desk", "s3://acme/run", "a directory of this machine"), ("kpis", "http://acme/run", "s3://, gs://, az://")],
)
def test_what_needs_a_folder_is_refused_in_words(command, out, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = run_job_here(command, "--out", out, check=False)
    assert (refused.returncode, expected in refused.stderr) == (ExitCode.FIX, True)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_takes_no_address_makes_no_folder_of_its_name(tmp_path, monkeypatch):
    from lealtad.base.errors import SettingsError
    from lealtad.jobs.kpis import kpis

    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="takes no address"):
        kpis(out=Path("s3://acme/run"))
    assert list(tmp_path.iterdir()) == []


def test_nobody_lingers_in_what_was_published(place, exports):
    load(exports, place)
    run_job_here("customer", "C0000000", "--out", place)
    needles, address = Needles.from_ids(GONE), make_address(place)
    assert search_folder(address / "sets", needles)
    run_job_here("erase", "C0000001", "--because", "asked", "--yes", "--out", place)
    assert search_folder(address, needles) == []
    assert "suppression.key" in Published.read(address).files
    assert not (address / "notes").exists()
    load(exports, place)
    assert Lake.open(f"{place}/lake").read("orders")["customer_id"].sort().to_list() == CUSTOMERS[2:]
    assert search_folder(address, needles) == []


def test_an_erasure_that_was_cut_off_is_completed_on_another_machine(place, exports, tmp_path, monkeypatch, store):
    load(exports, place)
    run_job_here("customer", "C0000000", "--out", place)
    monkeypatch.setattr("lealtad.jobs.at_address.publish", _fail)  # as if the machine ended before it published
    run_job_here("erase", "C0000001", "--because", "asked", "--yes", "--out", place, check=False)
    monkeypatch.undo()
    monkeypatch.setenv("LEALTAD_WORK", str(tmp_path / "another_machine"))
    needles, address = Needles.from_ids(GONE), make_address(place)
    assert search_folder(address, needles)
    os.environ |= store.environment
    result = load(exports, place)
    assert "it is completed first" in result.stderr
    assert search_folder(address, needles) == []


def _fail(*_):
    raise StoreError(place="s3://acme", found="a machine that ended", fix="Start it.")


@pytest.mark.slow
def test_a_job_that_is_killed_leaves_one_set_whole(place, exports, tmp_path):
    load(exports, place)
    run_job_here("kpis", "--out", place)
    command = [sys.executable, "-m", "lealtad.jobs.command_line", "kpis", "--out", place]
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own
    whole, killed = time.monotonic() - began, 0
    for kill in range(KILLS):
        numbers = {Published.read(make_address(place)).number}
        numbers.add(min(numbers) + 1)
        job = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
        time.sleep(whole * (0.5 + 0.5 * (kill + 1) / (KILLS + 1)))
        job.kill()
        killed += job.wait() != 0
        assert Published.read(make_address(place)).number in numbers
        assert pl.read_csv(read_published(place)["kpis.csv"]).height
        run_job_here("kpis", "--out", place)
    shutil.rmtree(make_working_folder(make_address(place)))
    print(f"{killed} of {KILLS} jobs were killed, no reader saw a part")  # noqa: T201 - what an attack came to
