"""The whole report of a small company: frame, pages in both languages, spreadsheet, and the job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from lealtad.base.errors import TooLittleDataError
from lealtad.base.language import LANGUAGES, Language
from lealtad.experience.drivers import (
    DriverReport,
    compute_drivers,
    read_journey_weights,
    write_driver_page,
    write_driver_spreadsheet,
    write_driver_table,
)
from lealtad.experience.drivers.wording import read_words
from lealtad.experience.journey import compute_journey_map, write_page
from lealtad.lake.timeline import find_end_of_data
from tests.lakes import lake_of

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.settings import Settings
    from lealtad.lake import Lake
    from lealtad.sources.simulated import SimulatedCompany

pytestmark = pytest.mark.slow  # loads a lake


@pytest.fixture(scope="session")
def report(lake: Lake, settings: Settings) -> DriverReport:
    return compute_drivers(lake, settings, find_end_of_data(lake), 0.25)


def test_parts_add_up_and_groups_follow_the_order(report: DriverReport):
    assert set(report.rows["outcome"]) | set(report.missing) == {"nps", "churn", "margin"}
    for _, rows in report.rows.group_by("outcome"):
        assert rows["importance"].sum() == pytest.approx(1)
        assert rows["importance"].is_sorted(descending=True)
        assert rows["group"].is_sorted()
        assert rows["among_top"].sum() == pytest.approx(3)
        assert rows["may_be_top"].head(3).all()
        assert (rows["low"] <= rows["importance"]).all()
        assert (rows["gain_low"] <= rows["gain"]).all()
    assert set(report.rows["quadrant"]) <= set(read_words("en")["quadrants"])
    assert not report.rows.filter(
        pl.col("outcome") == "margin", pl.col("driver").str.contains(r"\|purchase\|")
    ).height


def test_reach_and_performance_are_shares_of_today(report: DriverReport):
    assert report.rows["reach"].is_between(0, 1).all()
    known = report.rows.filter(pl.col("touched") > 0)
    assert (known["performance_low"] <= known["performance"]).all()
    reply = known.filter(pl.col("driver") == "moment|first_reply")
    assert set(reply["target"]) == {0.9}
    assert set(reply["owner"]) <= {"support", "store", "product"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_whole_in_both_languages(report: DriverReport, tmp_path: Path, code: str):
    page = tmp_path / "drivers.html"
    write_driver_page(page, report, Language.from_code(code))
    text = page.read_text()
    words = read_words(code)
    assert words["page"]["title"] in text
    assert words["moments"]["first_reply"] in text
    assert words["page"]["top"][:40] in text
    assert "<svg" in text
    assert "http" not in text.replace("http-equiv", "")
    assert "C00" not in text  # no customer is named


def test_the_journey_map_carries_the_weights_and_sorts_by_them(
    report: DriverReport, lake: Lake, settings: Settings, tmp_path: Path
):
    write_driver_table(report, tmp_path / "drivers.csv")
    spanish = Language.from_code("es")
    weights = read_journey_weights(tmp_path / "drivers.csv", spanish)
    assert weights is not None
    ranks = sorted(line.rank for line in weights.lines.values())
    assert ranks == list(range(1, len(ranks) + 1))
    journey = compute_journey_map(lake, settings, report.as_of, 90)
    write_page(tmp_path / "journey.html", journey, spanish, weights=weights)
    text = (tmp_path / "journey.html").read_text()
    assert text.count(weights.heading) > len(ranks), "a column of every stage, which its table sorts by"
    assert sorted(-int(rank) for rank in re.findall(r'data-value="(-\d+)"', text)) == ranks
    write_page(tmp_path / "plain.html", journey, spanish)
    assert weights.heading not in (tmp_path / "plain.html").read_text()


def test_both_languages_say_the_same_things():
    english, spanish = read_words("en"), read_words("es")
    assert english.keys() == spanish.keys()
    for part, sentences in english.items():
        if part != "glossary":
            assert sentences.keys() == spanish[part].keys()
    assert len(english["glossary"]) == len(spanish["glossary"])


def test_files_hold_the_rows(report: DriverReport, tmp_path: Path):
    write_driver_table(report, tmp_path / "drivers.csv")
    assert pl.read_csv(tmp_path / "drivers.csv").height == report.rows.height
    write_driver_spreadsheet(report, tmp_path / "drivers.xlsx", Language.from_code("es"))
    book = openpyxl.load_workbook(tmp_path / "drivers.xlsx")
    assert book["drivers"].max_row == report.rows.height + 1
    defined = {row[0].value for row in book["definitions"].iter_rows()}
    assert {cell.value for cell in book["drivers"][1]} <= defined


@pytest.mark.parametrize(
    "names",
    [
        ("customers", "subscriptions", "ticket_events"),
        ("subscriptions", "surveys"),
        ("customers", "touchpoints", "subscriptions"),
    ],
    ids="+".join,
)
def test_a_company_with_few_tables_has_the_drivers_that_these_show(
    small: SimulatedCompany, settings: Settings, tmp_path: Path, names: tuple[str, ...]
):
    lake = lake_of(tmp_path / "lake", {name: small.tables[name] for name in names})
    report = compute_drivers(lake, settings, find_end_of_data(lake), 0.25)
    assert set(report.missing) | set(report.outcomes["outcome"] if report.outcomes.height else ()) == {
        "nps",
        "churn",
        "margin",
    }
    write_driver_page(tmp_path / "drivers.html", report, Language.from_code("es"))
    write_driver_table(report, tmp_path / "drivers.csv")
    write_driver_spreadsheet(report, tmp_path / "drivers.xlsx", Language.from_code("en"))


def test_orders_alone_drive_nothing_and_say_what_is_missing(
    small: SimulatedCompany, settings: Settings, tmp_path: Path
):
    lake = lake_of(tmp_path / "lake", {name: small.tables[name] for name in ("customers", "orders")})
    with pytest.raises(TooLittleDataError, match="touchpoints, tickets, contracts"):
        compute_drivers(lake, settings, find_end_of_data(lake), 0.25)
