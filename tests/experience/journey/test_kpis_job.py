"""Bad input for KPIs ends in rejected rows, or in one message and exit code 2 that leaves what was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.conftest import run_job_here

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

CUSTOMERS = "customer_id\na\nb\n"
SURVEYS = """survey_id,customer_id,metric,kind,sent_at,answered_at,score,scale_min,scale_max,higher_is_easier
1,a,nps,relational,2026-01-05,2026-01-06,9,0,10,
2,b,nps,relational,2026-01-05,2026-01-06,11,0,10,
3,a,nps,relational,2026-01-07,2026-01-06,9,0,10,
4,b,nps,relational,2026-01-07,,9,0,10,
5,b,csat,transactional,2026-01-07,2026-01-08,4,1,5,
"""
TICKETS = """ticket_id,customer_id,occurred_at,event,channel
t,a,2026-01-05T09:00:00,created,phone
t,a,2026-01-05T08:00:00,agent_reply,phone
t,a,2026-01-05T10:00:00,agent_reply,phone
u,a,2026-01-09T10:00:00,answered,phone
v,b,2026-01-10T10:00:00,created,phone
v,b,2026-01-12T10:00:00,agent_reply,phone
"""
# most of these few rows are rejected, and that is what the test is about
SOURCES = """[sources]
reject_limit = 1.0
customers = { files = "customers.csv" }
surveys = { files = "surveys.csv" }
ticket_events = { files = "ticket_events.csv" }
"""
OUTPUTS = ("journey.html", "kpis.html", "kpis.csv", "kpis.xlsx")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, text in (("customers", CUSTOMERS), ("surveys", SURVEYS), ("ticket_events", TICKETS)):
        (folder / f"{name}.csv").write_text(text)
    (folder / "sources.toml").write_text(SOURCES)
    run_job_here("ingest", "--data", folder / "sources.toml", "--out", folder / "run")
    run_job_here("kpis", "--out", folder / "run", "--window-days", "30")
    return folder / "run"


def test_scores_off_the_scale_and_times_out_of_order_are_rejected_with_their_reason(run):
    rejected = pl.read_csv(run / "rejected.csv")
    reasons = dict(rejected.select(pl.format("{} {}", "table", "source_row"), "rules").iter_rows())
    assert reasons == {
        "surveys 1": "score_is_on_scale",
        "surveys 2": "answered_at_not_before_sent_at",
        "surveys 3": "score_has_answered_at",
        "ticket_events 1": "occurred_at_not_before_creation",
        "ticket_events 3": "event_is_allowed",
    }


def test_the_rows_that_are_left_are_measured(run):
    figures = pl.read_csv(run / "kpis.csv").filter(pl.col("level") != "stage")
    found = dict(figures.select("kpi", "n").iter_rows())
    # of three tickets two were created, one of them answered by then; of five invitations two are left
    assert found["nps"] == 1
    assert found["csat"] == 1
    assert found["first_response_time"] == 2
    assert all((run / name).stat().st_size for name in OUTPUTS)


CALENDAR = '[calendar]\nzone = "{zone}"\ncountry = "{country}"\n[calendar.hours]\n{hours}\n'
MONDAYS = 'mon = "09:00-18:00"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CALENDAR.format(zone="Mars/Olympus", country="ES", hours=MONDAYS), "zone"),
        (CALENDAR.format(zone="Europe/Madrid", country="Q9", hours=MONDAYS), "country"),
        (CALENDAR.format(zone="Europe/Madrid", country="ES", hours=""), "at least one span"),
        ("[targets]\nnsp = 10\n", "Did you mean 'nps'?"),
    ],
)
def test_settings_that_cannot_be_end_in_one_message_and_leave_the_map(run, tmp_path, text, message):
    (tmp_path / "wrong.toml").write_text(text)
    refused_with(message, run, "--settings", tmp_path / "wrong.toml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--as-of", "yesterday"), "expected a day such as 2026-01-31"),
        (("--as-of", "2031-01-01"), "up to the end of the data"),
        (("--language", "fr"), "en or es"),
        (("--settings", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_arguments_that_cannot_be_end_in_one_message_and_leave_the_map(run, arguments, message):
    refused_with(message, run, *arguments)


def refused_with(message: str, run: Path, *arguments: str | Path) -> None:
    before = {name: (run / name).read_bytes() for name in OUTPUTS}
    done = run_job_here("kpis", "--out", run, *arguments, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert {name: (run / name).read_bytes() for name in OUTPUTS} == before
    assert not list(run.glob(".*.new.*"))


def test_one_is_counted_in_the_singular(run):
    again = run_job_here("ingest", "--data", run.parent / "sources.toml", "--out", run)
    assert "customers: 1 file unchanged since the last load" in again.stderr
