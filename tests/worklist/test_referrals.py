"""The file of referrals holds what its documentation names, with the answers of those who are asked."""

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.company.playbook import Playbook
from lealtad.worklist import REFERRALS, Worklist, WorklistFiles, WorklistTables, decide, write_files
from tests.companies import INSTANT, at
from tests.lakes import lake_of
from tests.worklist.nights import night


@pytest.fixture
def made():
    tonight, playbook = night(400), Playbook()
    decision = decide(tonight, playbook, saved=None, key=b"a key", kpi_version="k")
    return Worklist(
        tonight,
        decision,
        model=None,
        effect=None,
        team=decision.worklist_rows,
        playbook=playbook,
        is_newest=True,
        why=None,
    )


@pytest.fixture
def lake(made, tmp_path):
    answers = made.night.candidates.select(
        "customer_id",
        survey_id=pl.format("nps of {}", "customer_id"),
        metric=pl.lit("nps"),
        kind=pl.lit("relational"),
        scale_min=pl.lit(0),
        scale_max=pl.lit(10),
        score=pl.lit(9),
        sent_at=pl.lit(at(24)).cast(INSTANT),
        answered_at=pl.lit(at(25)).cast(INSTANT),
    )
    people = made.night.candidates.select("customer_id")
    return lake_of(tmp_path / "lake", {"customers": people, "surveys": answers})


def test_the_written_file_has_every_column_that_is_documented(made, lake, tmp_path):
    files, language = WorklistFiles.into(tmp_path), Language.from_code("en")
    lists = WorklistTables(
        made.night.as_of,
        made.team.head(0),
        made.list_referrals(lake, 50),
        made.list_departures(),
        made.list_abstentions(),
    )
    write_files(lists, files, language, days=28)
    written = pl.read_csv(files.referrals)
    assert written.columns == list(REFERRALS)
    assert written.height == 50
    assert written["rank"].to_list() == list(range(1, 51))
    assert written["last_nps"].to_list() == [9] * 50
    assert written["list_id"].unique().to_list() == [made.decision.rows["list_id"][0]]


def test_who_is_listed_is_not_asked_as_well(made, lake):
    asked = made.list_referrals(lake, 400)["customer_id"]
    assert not asked.is_in(made.decision.rows["customer_id"].implode()).any()
