"""A night that is killed, started twice, or finds its CRM away."""

import contextlib
import os
import random
import select
import signal
import time
from pathlib import Path

import pytest

from lealtad.jobs.permit import permit
from tests.nightly.conftest import SETTINGS
from tests.nightly.jobs import JobServer, read_state, read_table, read_worklist
from tests.sources.postgres import PASSWORD, binaries, server

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("LEALTAD_KILLS", "1"))  # `make attack` asks for more
BUSY, AWAY = 75, 3


def test_a_night_that_is_killed_and_done_again_is_a_night(night, first, second, copy):
    job_server, luck = night.job_server, random.Random(11)  # noqa: S311
    lines, killed = len((second / "stderr").read_text().splitlines()), 0
    for place in range(KILLS):
        out = copy(first)
        child = job_server.start("nightly", *night.list_arguments("second", out))
        _wait_for_progress(job_server, int(lines * (place + 0.5) / KILLS))
        time.sleep(luck.random() / 2)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        killed += job_server.end().code == -signal.SIGKILL
        result = night("second", out)
        assert result.code == 0, result.err
        assert read_state(out) == read_state(second)
        assert read_table(out).select("list_id", "customer_id").is_unique().all()
        assert read_table(out)["list_id"].n_unique() == 2
        assert not list(out.glob(".*.new*"))
    assert killed > KILLS / 2


@pytest.fixture
def second_job_server(tmp_path_factory):
    job_server = JobServer(tmp_path_factory.mktemp("another"))
    yield job_server
    job_server.close()


def test_of_two_nights_at_once_one_works_and_the_other_leaves_at_once(
    second_job_server, night, first, second, copy
):
    out, job_server = copy(first), night.job_server
    assert second_job_server.run("nightly", "--help").code == 0  # it has imported everything
    job_server.start("nightly", *night.list_arguments("second", out))
    _wait_for_progress(job_server, 1)
    refused = second_job_server.run("nightly", *night.list_arguments("second", out))
    assert not _has_ended(job_server)  # the first is at work still
    worked = job_server.end()
    assert (worked.code, refused.code) == (0, BUSY)
    assert "another run is using it" in refused.err
    assert not refused.out
    assert read_state(out) == read_state(second)


def _wait_for_progress(job_server, lines: int) -> None:
    """Wait until the job has reported so many lines, or has ended."""
    progress = job_server.place / f"{job_server.count}.err"
    while not _has_ended(job_server) and (
        not progress.is_file() or len(progress.read_text().splitlines()) < lines
    ):
        time.sleep(0.01)


def _has_ended(job_server) -> bool:
    return bool(select.select([job_server.process.stdout], [], [], 0)[0])


@pytest.fixture
def crm():
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with server(programs) as started:
        yield started


@pytest.fixture
def settings(tmp_path):
    """The company's settings, with a CRM at a port."""

    def write_settings(port: int) -> Path:
        url = f"postgresql://owner:${{CRM_PASSWORD}}@127.0.0.1:{port}/crm"
        text = SETTINGS + f'\n[worklist.sink]\nurl = "{url}"\ntable = "worklist"\n'
        path = tmp_path / f"{port}.toml"
        path.write_text(text)
        return path

    return write_settings


def test_a_crm_that_is_away_gets_the_list_on_the_next_run(night, second, copy, crm, settings):
    out, password = copy(second), {"CRM_PASSWORD": PASSWORD}
    for port in (1, crm.port):
        permit(out=out, settings=settings(port))
    away = night("second", out, "--settings", settings(1), environment=password)
    assert away.code == AWAY, away.err
    assert "the list is built and stored" in away.err
    assert PASSWORD not in away.err
    assert away.summary["listed"] == read_worklist(out).height
    assert read_state(out) == read_state(second)
    to_crm = ("--settings", settings(crm.port))
    for _ in range(2):
        result = night("second", out, *to_crm, environment=password)
        assert result.code == 0, result.err
        rows = crm.run("select list_id, customer_id, rank from worklist order by rank")
        assert rows == read_worklist(out).select("list_id", "customer_id", "rank").rows()
    past = night("second", out, *to_crm, "--as-of", "2025-12-14", environment=password)
    assert past.code == 0, past.err
    assert crm.run("select list_id, customer_id, rank from worklist order by rank") == rows
    assert read_state(out) == read_state(second)
