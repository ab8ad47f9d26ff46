"""A job that is killed at any of its calls to the disk, and run again, ends as if it had never been killed."""

import errno
import os
import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

from lealtad.base.errors import ExitCode
from tests.durability.preload import choose, fail, read_calls, record
from tests.durability.states import describe, describe_lake

pytestmark = pytest.mark.slow
# how many kills per job; `make attack` asks for 30
KILLS = int(os.environ.get("LEALTAD_KILLS", "0"))
JOBS = {
    "ingest": "empty",
    "features": "loaded",
    "leakcheck": "featured",
    "train": "featured",
    "promote": "trained",
    "nightly": "first",
    "monitor": "second",
}


def night_of(job: str) -> str:
    return "first" if job == "ingest" else "second"


def assert_done(found, expected, message):
    assert {name for name in expected if found.get(name) != expected[name]} == set(), message
    assert found.get("open runs", [(0,)]) == [(0,)], message


def kill(tiny, job, out, match, number):
    """Kill a job at its nth call whose path contains `match`."""
    ended = tiny.run(job, out, **fail(out, number, match=match))
    assert ended.code == -signal.SIGKILL, ended.err


def test_a_training_that_is_killed_and_renamed_is_done_again(failing, tiny, featured, trained, copy):
    out = copy(featured)
    kill(tiny, "train", out, ".mlflow.new.db", 300)  # while MLflow makes its store
    kill(tiny, "train", out, "judged.csv", 1)  # within its run
    assert describe(out)["open runs"] == [(1,)]
    renamed = out.rename(out.with_name("Año nuevo"))
    tiny.do("train", renamed)
    assert_done(describe(renamed), describe(trained), "train")
    with closing(sqlite3.connect(renamed / "mlflow.db")) as connection:
        runs = connection.execute(
            "SELECT status, artifact_uri FROM runs WHERE experiment_id > 0 ORDER BY start_time"
        ).fetchall()
    assert [state for state, _ in runs] == ["KILLED", "FINISHED"]
    assert all(address.startswith(f"{renamed.as_uri()}/mlartifacts/") for _, address in runs)


def test_a_night_that_is_cut_off_twice_still_tells_what_came_in(failing, tiny, first, second, copy):
    out = copy(first)
    kill(tiny, "nightly", out, ".summary.new.json", 1)  # the load is committed, but not yet in the summary
    ended = tiny.run("nightly", out, **fail(out, 1, errno.ENOSPC, match="lake/features/bucket", stays=True))
    assert ended.code == ExitCode.FIX, ended.err
    assert os.strerror(errno.ENOSPC) in ended.err.splitlines()[-1]
    tiny.do("nightly", out)
    assert (out / "report.html").read_bytes() == (second / "report.html").read_bytes()
    assert describe(out) == describe(second)


@pytest.mark.skipif(not KILLS, reason="make attack asks for it")
@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_is_killed_at_any_call_is_done_again(request, failing, tiny, copy, tmp_path, job):
    before = request.getfixturevalue(JOBS[job])
    out, log, which = copy(before), tmp_path / "log", night_of(job)
    ended = tiny.run(job, out, which, **record(out, log))
    assert ended.code == 0, ended.err
    expected, lake_before = describe(out), describe_lake(before / "lake")
    calls, tried, killed = read_calls(log), 0, 0
    for call in choose([call for call in calls if call.name != "read"], out, KILLS):
        again = tmp_path / "killed"
        shutil.copytree(before, again)
        # threads may take turns otherwise: it is killed at this call, or near it
        ended = tiny.run(job, again, which, **fail(again, call.number))
        tried, killed = tried + 1, killed + (ended.code == -signal.SIGKILL)
        left = describe_lake(again / "lake")
        if job in {"ingest", "features"}:
            whole = {name: digest for name, digest in expected.items() if name.startswith("table ")}
            assert left in ({}, lake_before, whole), call
        ended = tiny.run(job, again, which)
        assert ended.code == 0, (call, ended.err)
        assert_done(describe(again), expected, call)
        assert not list(again.glob(".*.new*")), call
        shutil.rmtree(again)
    print(f"{job}: {tried} tried, {killed} killed, 0 lost of {len(calls):,} calls")
    assert killed >= tried // 2
