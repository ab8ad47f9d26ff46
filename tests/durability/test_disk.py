"""A disk that fails at any call ends a job in one message and an exit code; nothing is lost."""

import errno
import os
import shutil

import pytest

from lealtad.base.job import read_summary
from tests.durability.preload import choose, fail, read_calls, record
from tests.durability.states import describe

pytestmark = pytest.mark.slow
# how many calls of each job fail, in turn with each error; `make attack` asks for more
FAULTS = int(os.environ.get("LEALTAD_FAULTS", "0"))
JOBS = {"train": "featured", "nightly": "first"}
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES)
DONE = {0, 2, 3, 4}


def assert_explained(job, ended, message):
    assert ended.code in DONE, message
    assert "Traceback" not in ended.err, message
    if ended.code:
        # progress names a step; the message is the command's own, and the last
        assert ended.err.strip().splitlines()[-1].startswith(f"{job}: "), message


@pytest.mark.skipif(not FAULTS, reason="make attack asks for it")
@pytest.mark.parametrize("job", JOBS)
def test_a_disk_that_fails_at_any_call_loses_nothing(request, failing, tiny, copy, tmp_path, job):
    before = request.getfixturevalue(JOBS[job])
    out, log = copy(before), tmp_path / "log"
    ended = tiny.run(job, out, **record(out, log))
    assert ended.code == 0, ended.err
    expected, calls = describe(out), read_calls(log)
    refused = 0
    for place, call in enumerate(choose(calls, out, FAULTS)):
        number = ERRORS[place % len(ERRORS)]
        again = tmp_path / "failed"
        shutil.copytree(before, again)
        ended = tiny.run(job, again, **fail(again, call.number, number, stays=number == errno.ENOSPC))
        details = (call, os.strerror(number), ended.code, ended.err)
        assert_explained(job, ended, details)
        was_over = read_summary(again).get("reported") != read_summary(before).get("reported")
        if ended.code:
            refused += 1
            ended = tiny.run(job, again)
            assert ended.code == 0, (details, ended.err)
        found = describe(again)
        other = {name for name in expected if found.get(name) != expected[name]}
        # the night had noted what it reported: the next one truly says that nothing came in since
        assert other <= ({"report.html"} if was_over else set()), details
        shutil.rmtree(again)
    kinds = len({call.kind(out) for call in calls})
    print(f"{job}: {FAULTS} faults, {refused} refused, 0 lost of {len(calls):,} calls of {kinds} kinds")
