"""The page says everything in words, escapes the data, and can be read by all."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise, product
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.journey import compute_journey_map, write_page
from lealtad.experience.journey.cards import build_stages
from lealtad.experience.journey.mapping import JourneyMap
from lealtad.experience.journey.summary import summarise_journey
from lealtad.experience.sheet import write_figures, write_spreadsheet
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract.tables import STAGES

EVIL = "=cmd|'/c calc'!A0<script>alert(1)</script>"
STYLE = Path("src/lealtad/base/pages/page.css").read_text()


@pytest.fixture(scope="module")
def journey(lake, settings) -> JourneyMap:
    return compute_journey_map(lake, settings, find_end_of_data(lake), 90)


@pytest.fixture(scope="module")
def pages(journey, tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    for code in ("en", "es"):
        write_page(folder / code, journey, Language.from_code(code))
    return {code: (folder / code).read_text() for code in ("en", "es")}


class Outline(HTMLParser):
    """Tags that are open at the end, and the headings in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "es"])
def test_the_page_is_whole_and_its_headings_go_down_by_one(pages, code):
    outline = Outline()
    outline.feed(pages[code])
    assert outline.open == []
    levels = outline.headings
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert f'<html lang="{code}">' in pages[code]


def test_six_stages_in_the_order_of_the_journey(pages):
    assert re.findall(r'<h3 id="(\w+)">', pages["en"]) == list(STAGES)


def test_what_nobody_owns_says_so_in_words(pages):
    assert "No owner" in pages["en"]
    assert "Sin responsable" in pages["es"]
    assert "No owner" not in pages["es"]


def test_channels_are_told_in_the_language_of_the_page(journey, pages):
    shown = set(re.findall(r"<small>(.+?) · ", pages["es"]))
    assert {"teléfono", "correo electrónico"} <= shown
    assert not {"phone", "email", "store"} & shown
    assert "Tickets por phone" not in pages["es"]


def test_every_sign_has_words_beside_it(pages):
    for page in pages.values():
        for sign in "⚠⚑▲▼":
            for before in re.findall(f"(.{{25}}){sign}", page):
                assert before.endswith('aria-hidden="true">')


def test_misses_are_said_first_and_the_busiest_leads(journey, pages):
    missed = journey.figures.filter(pl.col("alert"), pl.col("level") == "touchpoint")
    assert missed.height
    misses = re.findall(r"<li><span aria-hidden=\"true\">⚠</span>(.*?):", pages["en"])
    named = missed.sort("volume", descending=True, maintain_order=True)["channel"][0]
    assert translate_name(named, "en").lower() in misses[0].lower()


def judged(places, template):
    """Figures with a target: level, stage, touchpoint, and whether it is missed."""
    rows = [
        {**template, "level": level, "stage": stage, "touchpoint": point, "channel": "web", "alert": alert}
        for level, stage, point, alert in places
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


@pytest.mark.parametrize(
    ("places", "headline"),
    [
        # both stages are shown by what happens at their touchpoints, or not at all: the second is counted
        (
            [
                ("stage", "service", None, True),
                ("touchpoint", "service", "a", True),
                ("touchpoint", "service", "b", False),
                ("stage", "purchase", None, True),
                ("touchpoint", "purchase", "c", False),
            ],
            "2 of 4 figures miss their target beyond their interval.",
        ),
        (
            [("touchpoint", "service", "a", True), ("touchpoint", "service", "b", False)],
            "1 of 2 figures misses its target beyond its interval.",
        ),
    ],
)
def test_the_headline_counts_the_misses_that_are_told(journey, places, headline):
    [template] = journey.figures.filter(pl.col("alert"), pl.col("level") == "touchpoint").head(1).to_dicts()
    figures = judged(places, template)
    summary = summarise_journey(JourneyMap(journey.as_of, journey.window_days, figures), Language.from_code("en"))
    assert summary.headline == headline
    assert len(summary.misses) == int(headline.split()[0])


@pytest.mark.parametrize(
    ("volume", "customers", "words"),
    [(1, 1, "1 contacto, 1 cliente"), (3, 1, "3 contactos, 1 cliente"), (3, 2, "3 contactos, 2 clientes")],
)
def test_one_contact_and_one_customer_are_told_in_the_singular(journey, volume, customers, words):
    figures = journey.figures.with_columns(
        pl.lit(volume, pl.Float64).alias("volume"), pl.lit(customers).alias("customers")
    )
    stages = build_stages(JourneyMap(journey.as_of, journey.window_days, figures), Language.from_code("es"))
    assert {card.volume for stage in stages for card in stage.cards} == {words}


@pytest.mark.slow
def test_data_are_escaped_on_the_page_and_no_formula_in_the_tables(journey, company, tmp_path):
    evil = JourneyMap(
        journey.as_of,
        journey.window_days,
        journey.figures.with_columns(
            pl.when(pl.col("touchpoint").is_not_null()).then(pl.lit(EVIL)).alias(name)
            for name in ("touchpoint", "channel", "owner")
        ),
    )
    write_page(tmp_path / "page", evil, Language.from_code("en"))
    assert "alert(1)</script>" not in (tmp_path / "page").read_text()
    write_spreadsheet(evil, company, tmp_path / "book.xlsx", Language.from_code("en"))
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["journey"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == EVIL for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert all(cell.hyperlink is None for cell in cells)
    write_figures(evil, company, tmp_path / "table.csv")
    assert "'=cmd" in (tmp_path / "table.csv").read_text()
    assert ",=cmd" not in (tmp_path / "table.csv").read_text()


def test_every_column_is_explained(journey, company, tmp_path):
    write_spreadsheet(journey, company, tmp_path / "book.xlsx", Language.from_code("es"))
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    explained = {row[0].value: row[1].value for row in book["definitions"].iter_rows()}
    assert set(explained) == {*journey.figures.columns, *company.figures.columns}
    assert all(explained.values())


def test_the_same_map_gives_the_same_bytes(journey, company, tmp_path):
    for name in "ab":
        write_spreadsheet(journey, company, tmp_path / name, Language.from_code("en"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_map_of_nothing_is_a_page_too(journey, company, tmp_path):
    empty = JourneyMap(journey.as_of, 90, journey.figures.clear())
    write_page(tmp_path / "page", empty, Language.from_code("en"))
    write_spreadsheet(empty, company, tmp_path / "book.xlsx", Language.from_code("en"))
    assert "No figure here has a target in lealtad.toml" in (tmp_path / "page").read_text()


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", STYLE.split("}")[0]))
TEXT = [
    *product(("ink", "soft", "accent", "bad", "warm"), ("paper", "ground")),
    ("ink", "tint"),
    ("bad", "badtint"),
    ("warm", "warmtint"),
    ("on-accent", "accent"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_contrast_of_text_is_that_of_wcag_aa(text, ground):
    # 4.5 to 1 for text of ordinary size: Web Content Accessibility Guidelines 2.2, 1.4.3
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


def test_the_ratio_is_computed_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_page_names_touchpoints_and_owners_as_the_company_does(journey, company, tmp_path):
    points = journey.figures.filter(pl.col("owner").is_not_null(), pl.col("touchpoint") != "ticket")
    point, owner = points["touchpoint"][0], points["owner"][0].split(", ")[0]
    names = {"es": {"touchpoints": {point: "Punto <nuevo>"}, "owners": {owner: "Equipo nuevo"}}}
    language = Language.from_code("es", names=names)
    write_page(tmp_path / "page", journey, language)
    text = (tmp_path / "page").read_text()
    assert "Punto &lt;nuevo&gt;" in text
    assert "Equipo nuevo" in text
    english = Language.from_code("en", names=names)
    assert build_stages(journey, english) == build_stages(journey, Language.from_code("en"))
    write_figures(journey, company, tmp_path / "kpis.csv")
    assert point in (tmp_path / "kpis.csv").read_text()
