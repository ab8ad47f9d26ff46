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
def complete_list():
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
def lake(complete_list, tmp_path):
    answers = complete_list.night.candidates.select(
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
    people = complete_list.night.candidates.select("customer_id")
    return lake_of(tmp_path / "lake", {"customers": people, "surveys": answers})


def test_the_written_file_has_every_column_that_is_documented(complete_list, lake, tmp_path):
    files, language = WorklistFiles.into(tmp_path), Language.from_code("en")
    lists = WorklistTables(
        complete_list.night.as_of,
        complete_list.team.head(0),
        complete_list.list_referrals(lake, 50),
        complete_list.list_departures(),
        complete_list.list_abstentions(),
    )
    write_files(lists, files, language, days=28)
    written = pl.read_csv(files.referrals)
    assert written.columns == list(REFERRALS)
    assert written.height == 50
    assert written["rank"].to_list() == list(range(1, 51))
    assert written["last_nps"].to_list() == [9] * 50
    assert written["list_id"].unique().to_list() == [complete_list.decision.rows["list_id"][0]]


def test_who_is_listed_is_not_asked_as_well(complete_list, lake):
    asked = complete_list.list_referrals(lake, 400)["customer_id"]
    assert not asked.is_in(complete_list.decision.rows["customer_id"].implode()).any()
