"""A job that is killed at any of its calls to the disk, and run again, ends as if it had never been killed."""

import os
import shutil
import signal

import pytest

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
SAMPLE = {"ingest": 1, "train": 2, "promote": 1}


@pytest.mark.parametrize("job", JOBS if KILLS else SAMPLE)
def test_a_job_that_is_killed_at_any_call_is_done_again(request, failing, tiny, copy, tmp_path, job):
    before = request.getfixturevalue(JOBS[job])
    out, log = copy(before), tmp_path / "log"
    which = "first" if job == "ingest" else "second"
    ended = tiny.run(job, out, which, **record(out, log))
    assert ended.code == 0, ended.err
    expected, lake_before = describe(out), describe_lake(before / "lake")
    calls, tried, killed = read_calls(log), 0, 0
    chosen = choose([call for call in calls if call.name != "read"], out, KILLS or SAMPLE[job])
    for call in chosen:
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
        found = describe(again)
        assert {name for name in expected if found.get(name) != expected[name]} == set(), call
        assert found.get("open runs", [(0,)]) == [(0,)], call
        assert not list(again.glob(".*.new*")), call
        shutil.rmtree(again)
    print(f"{job}: {tried} tried, {killed} killed, 0 lost of {len(calls):,} calls")
    assert killed >= tried // 2
