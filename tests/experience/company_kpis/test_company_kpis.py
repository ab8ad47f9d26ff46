"""The KPIs of a company are what their functions say, by segment and month too; the page puts them in words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad import kpis
from lealtad.base.language import Language
from lealtad.experience.company_kpis import (
    BaseNps,
    CompanyKpis,
    compute_company_kpis,
    read_base_nps,
    write_kpi_page,
)
from lealtad.experience.company_kpis.month_line import HEIGHT, WIDTH, draw_month_line
from lealtad.experience.journey import compute_journey_map
from lealtad.experience.sheet import write_figures, write_spreadsheet
from lealtad.kpis import list_measures
from lealtad.lake.timeline import find_end_of_data
from tests.experience.journey.test_page import Outline, contrast

pytestmark = pytest.mark.slow

BASE = BaseNps((17.2, 14.1, 20.3), (9.5, 5.5, 13.5), (-68.3, 77.6), 2766)
NUMBERS = ["value", "n", "low", "high"]
STYLE = Path("src/lealtad/base/pages/page.css").read_text()


@pytest.fixture(scope="module")
def pages(company, settings, tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    for code in ("en", "es"):
        write_kpi_page(folder / code, company, BASE, Language.from_code(code))
    return {code: (folder / code).read_text() for code in ("en", "es")}


def figures(company: CompanyKpis, level: str, kpi: str) -> pl.DataFrame:
    return company.figures.filter(level=level, kpi=kpi)


def test_every_measure_of_the_company_has_a_figure(company):
    shown = {measure.name for measure in list_measures("company")}
    assert shown == set(company.figures.filter(level="company")["kpi"])
    assert not company.missing


@pytest.mark.parametrize("name", ["retention_rate", "churn_rate", "grr", "nrr"])
def test_figures_of_contracts_are_those_of_their_functions(company, lake, name):
    end, rows = find_end_of_data(lake), lake.read("subscriptions")
    expected = getattr(kpis, name)(rows, as_of=end, window_days=90)
    assert_frame_equal(figures(company, "company", name).select(NUMBERS), expected.select(NUMBERS))
    months = getattr(kpis, name)(rows, as_of=end, by=["month"]).tail(12)
    assert_frame_equal(figures(company, "month", name).select("month", *NUMBERS), months.select("month", *NUMBERS))


@pytest.mark.parametrize("name", ["one_touch_rate", "reopen_rate", "resolution_rate", "resolution_time"])
def test_figures_of_tickets_are_those_of_their_functions(company, lake, settings, name):
    clock = {"business": settings.business} if name == "resolution_time" else {}
    events, people = lake.read("ticket_events"), lake.read("customers")
    view = {"as_of": find_end_of_data(lake), "window_days": 90, **clock}
    expected = getattr(kpis, name)(events, **view)
    assert_frame_equal(figures(company, "company", name).select(NUMBERS), expected.select(NUMBERS))
    by_segment = getattr(kpis, name)(events, by=["segment"], customers=people, **view).drop_nulls("segment")
    assert_frame_equal(
        figures(company, "segment", name).select("segment", *NUMBERS), by_segment.select("segment", *NUMBERS)
    )


def test_what_is_known_later_changes_no_figure(lake, settings):
    end = find_end_of_data(lake)
    early = end.replace(day=1)
    one, other = (compute_company_kpis(lake, settings, early, 30, 0.25).figures for _ in range(2))
    assert_frame_equal(one, other)
    assert one["month"].max() < early.date()
    assert set(one.filter(level="month").group_by("kpi").len()["len"]) >= {12}


def test_the_lifetime_value_takes_the_margin_of_the_model(company, lake, settings):
    half = compute_company_kpis(lake, settings, find_end_of_data(lake), 90, 0.125)
    assert figures(half, "company", "clv")["value"].item() == pytest.approx(
        figures(company, "company", "clv")["value"].item() / 2
    )


def test_a_target_missed_is_told_in_words(company, pages):
    missed = company.figures.filter("alert", pl.col("level") == "company").height
    assert pages["en"].count("Missed – target") == missed > 0
    assert pages["es"].count("Incumplido – objetivo") == missed


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_page_is_whole_and_needs_no_other_file(pages, code):
    outline = Outline()
    outline.feed(re.sub(r"<(polygon|polyline|line)([^>]*)/>", r"<\1\2></\1>", pages[code]))
    assert outline.open == []
    assert outline.headings[0] == 1
    assert f'<html lang="{code}">' in pages[code]
    assert re.findall(r'(?:href|src)="([^"]+)"', pages[code]) == ["#content"]


def test_the_nps_of_all_customers_stands_beside_that_of_who_answers(pages):
    words = re.sub(r"<[^>]+>|\s+", " ", pages["en"])
    for sentence in (
        "about 9.5",
        "5.5 to 13.5",
        "14 to 20, n = 2,766",
        "anywhere between −68 and 78",
        "opinions last",
    ):
        assert sentence in words
    spanish = re.sub(r"<[^>]+>|\s+", " ", pages["es"])
    for sentence in ("alrededor de 9,5", "de 5,5 a 13,5", "entre −68 y 78", "las opiniones se mantienen"):
        assert sentence in spanish


def test_without_an_estimate_the_page_says_which_command_makes_one(company, settings, tmp_path):
    write_kpi_page(tmp_path / "page", company, None, Language.from_code("en"))
    assert "Run lealtad train" in (tmp_path / "page").read_text()


@pytest.mark.parametrize(
    "text",
    [
        "estimate,value\n",
        "estimate,value,low,high,n\nnaive,1,0,2,5\n",
        "estimate,value,low,high,n\nnaive,,,,0\ntilted,,,,0\nbounds,,,,0\n",
    ],
)
def test_an_estimate_that_knows_nothing_is_none(tmp_path, text):
    (tmp_path / "nps.csv").write_text(text)
    assert read_base_nps(tmp_path / "nps.csv") is None


def test_an_estimate_is_read_as_training_writes_it(tmp_path):
    lines = ["estimate,value,low,high,n,trimmed,identified", "naive,17.2,14.1,20.3,2766,0,x"]
    lines += ["tilted,9.5,5.5,13.5,2766,0,x", "bounds,,-68.3,77.6,2766,0,x"]
    (tmp_path / "nps.csv").write_text("\n".join(lines) + "\n")
    assert read_base_nps(tmp_path / "nps.csv") == BASE


def test_every_line_has_its_months_in_words_and_stays_on_its_canvas(company, pages):
    lines = company.figures.filter(level="month").group_by("kpi", "metric", "kind").len()
    assert pages["en"].count('role="img" aria-label="By month: ') == lines.height
    months = figures(company, "month", "nps").sort("month")
    line = draw_month_line(months, 20.0, Language.from_code("en"))
    places = [tuple(map(float, point.split(","))) for point in f"{line.points} {line.band}".split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert line.words.count(";") == months.height - 1
    assert draw_month_line(months.head(1), None, Language.from_code("en")) is None


def test_the_spreadsheet_and_the_table_hold_the_same_figures(lake, company, settings, tmp_path):
    journey = compute_journey_map(lake, settings, company.as_of, 90)
    write_figures(journey, company, tmp_path / "kpis.csv")
    write_spreadsheet(journey, company, tmp_path / "kpis.xlsx", Language.from_code("en"))
    table = pl.read_csv(tmp_path / "kpis.csv", infer_schema_length=None)
    assert table.height == journey.figures.height + company.figures.height
    sheet = openpyxl.load_workbook(tmp_path / "kpis.xlsx")["kpis"]
    assert sheet.max_row == company.figures.height + 1
    assert [cell.value for cell in sheet[1]] == company.figures.columns


def test_kpis_of_nothing_are_a_page_too(company, settings, tmp_path):
    nothing = replace(company, figures=company.figures.clear(), missing={"grr": "no amounts"})
    write_kpi_page(tmp_path / "page", nothing, None, Language.from_code("en"))
    assert "Gross revenue retention cannot be computed: no amounts" in (tmp_path / "page").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "soft", "accent", "bad", "warm"])
def test_contrast_of_text_is_that_of_wcag_aa_by_day_and_by_night(scheme, text):
    blocks = re.findall(r":root \{([^}]*)\}", STYLE)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", blocks[scheme == "dark"]))
    assert all(contrast(colours[text], colours[ground]) >= 4.5 for ground in ("paper", "ground"))
    assert contrast(colours["bad"], colours["badtint"]) >= 4.5
