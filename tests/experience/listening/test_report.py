"""The whole report of a small company: what was known, the page in both languages, and nothing personal in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from lealtad.base.errors import TooLittleDataError
from lealtad.base.language import LANGUAGES, Language
from lealtad.experience.listening import (
    ListeningReport,
    Taxonomy,
    listen,
    read_comments,
    write_listening_page,
    write_listening_spreadsheet,
    write_theme_table,
)
from lealtad.experience.listening.proposals import propose_themes
from lealtad.experience.listening.verbatims import choose_verbatims
from lealtad.experience.listening.wording import read_words
from lealtad.lake.timeline import find_end_of_data
from tests.lakes import lake_of

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake
    from lealtad.sources.simulated import SimulatedCompany

DAY = datetime(2026, 6, 30, tzinfo=UTC)

pytestmark = pytest.mark.slow  # loads a lake


def survey(number: int, comment: str | None, score: float | None = 3.0, **more: object) -> dict[str, object]:
    answered_at = DAY - timedelta(days=number % 50 + 1)
    row = {
        "survey_id": f"s{number}",
        "customer_id": f"c{number}",
        "metric": "nps",
        "kind": "relational",
        "sent_at": answered_at - timedelta(hours=1),
        "answered_at": answered_at,
        "score": score,
        "scale_min": 0.0,
        "scale_max": 10.0,
        "comment": comment,
    }
    return row | more


def lake_with(tmp_path: Path, rows: list[dict[str, object]]) -> Lake:
    return lake_of(tmp_path / "lake", {"surveys": pl.DataFrame(rows, infer_schema_length=None)})


def test_coverage_counts_and_shares(report: ListeningReport):
    assert report.comments > 500
    assert report.languages["es"] > report.languages["en"] > 0
    assert report.coverage > 0.9
    assert report.themes["share"].is_between(0, 1).all()
    assert report.months["comments"].sum() > 0
    assert set(report.verbatims["theme"]) <= set(report.taxonomy.codes)


def test_what_is_known_later_changes_nothing(
    small: SimulatedCompany, lake: Lake, taxonomy: Taxonomy, tmp_path: Path
):
    date = find_end_of_data(lake) - timedelta(days=60)
    cut = dict(small.tables)
    for name, clock in (("surveys", "sent_at"), ("ticket_events", "occurred_at"), ("touchpoints", "occurred_at")):
        cut[name] = cut[name].filter(pl.max_horizontal(clock, "recorded_at") < date)
    late = pl.col("answered_at") >= date
    blank = [pl.when(~late).then(name).alias(name) for name in ("score", "comment", "answered_at")]
    cut["surveys"] = cut["surveys"].with_columns(blank)
    past = lake_of(tmp_path / "past", cut)
    assert read_comments(lake, date, 300).equals(read_comments(past, date, 300))
    one, other = listen(lake, taxonomy, date, 300), listen(past, taxonomy, date, 300)
    assert one.sentences.equals(other.sentences)
    assert one.themes.equals(other.themes)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_whole_in_both_languages(report: ListeningReport, tmp_path: Path, code: str):
    page = tmp_path / "listening.html"
    write_listening_page(page, report, Language.from_code(code))
    text = page.read_text()
    assert read_words(code)["page"]["title"] in text
    assert "http" not in text


def test_both_languages_say_the_same_things():
    english, spanish = read_words("en"), read_words("es")
    assert english.keys() == spanish.keys()
    for part, sentences in english.items():
        if part != "glossary":
            assert sentences.keys() == spanish[part].keys()


def test_files_hold_the_rows(report: ListeningReport, tmp_path: Path):
    write_theme_table(report, tmp_path / "themes.csv")
    assert pl.read_csv(tmp_path / "themes.csv").height == report.themes.height
    write_listening_spreadsheet(report, tmp_path / "listening.xlsx", Language.from_code("es"))
    book = openpyxl.load_workbook(tmp_path / "listening.xlsx")
    defined = {row[0].value for row in book["definitions"].iter_rows()}
    for name in book.sheetnames[:-1]:
        assert {cell.value for cell in book[name][1]} <= defined


def test_nothing_personal_is_shown(tmp_path: Path, taxonomy: Taxonomy):
    words = (
        "Hi, my name is Laura Gómez and I waited on hold, call me at 612 345 678 or laura.gomez@mail.example",
        "Hola, soy Andrés Pérez y llevo esperando; mi IBAN es ES91 2100 0418 4502 0005 1332 y la factura está mal",
        "Zbigniew waited two weeks for an answer, card 4111 1111 1111 1111",
    )
    rows = [survey(k, words[k % 3] + f" {k}") for k in range(60)]
    tables = {
        "surveys": pl.DataFrame(rows),
        "contacts": pl.DataFrame(
            {"customer_id": [f"c{k}" for k in range(60)], "name": ["Zbigniew Kowalski"] * 60}
        ),
    }
    lake = lake_of(tmp_path / "lake", tables)
    report = listen(lake, taxonomy, DAY, 90)
    page, book = tmp_path / "l.html", tmp_path / "l.xlsx"
    write_listening_page(page, report, Language.from_code("es"))
    write_listening_spreadsheet(report, book, Language.from_code("es"))
    cells = [
        str(cell.value) for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows() for cell in row
    ]
    shown = page.read_text() + " ".join(cells)
    assert report.verbatims.height
    for personal in (
        "Laura",
        "Gómez",
        "Andrés",
        "Pérez",
        "Zbigniew",
        "612 345",
        "mail.example",
        "2100 0418",
        "4111",
    ):
        assert personal not in shown
    assert "sentence" not in report.sentences.columns  # sentences are kept without their text


@pytest.mark.parametrize(
    "rows",
    [
        [survey(k, "👍👍") for k in range(40)],
        [survey(k, "<html><body><p>Muy lento</p></body></html>\n> quoted") for k in range(40)],
        [survey(k, "no " * 20_000) for k in range(2)],
        [survey(k, "Todo bien", None) for k in range(40)],
        [survey(k, "Slow and expensive") for k in range(29)],
        [survey(k, "Slow", 5.0, metric="ces", kind="transactional", scale_max=7.0) for k in range(40)],
    ],
    ids=["only emoji", "html and threads", "too long", "no scores", "fewer than 30", "no direction"],
)
def test_odd_comments_are_read(tmp_path: Path, taxonomy: Taxonomy, rows: list[dict[str, object]]):
    report = listen(lake_with(tmp_path, rows), taxonomy, DAY, 90)
    assert report.comments == len(rows)
    assert report.sentiment.method == "lexicon"
    assert report.themes["impact"].null_count() == report.themes.height
    write_listening_page(tmp_path / "l.html", report, Language.from_code("en"))
    assert report.wordless == (len(rows) if rows[0]["comment"] == "👍👍" else 0)


@pytest.mark.parametrize("more", [{"customer_id": "c1"}, {"score": 5.0}], ids=["one customer", "one score"])
def test_scores_that_teach_nothing_of_others_leave_it_to_the_list_of_words(
    tmp_path: Path, taxonomy: Taxonomy, more: dict[str, object]
):
    rows = [survey(k, f"slow delivery {k}", float(k % 11)) | more for k in range(600)]
    report = listen(lake_with(tmp_path, rows), taxonomy, DAY, 90)
    assert report.sentiment.method == "lexicon"
    write_listening_page(tmp_path / "l.html", report, Language.from_code("en"))
    assert "600 scored comments all have the same score" in (tmp_path / "l.html").read_text()


def test_no_comment_ends_in_one_sentence(tmp_path: Path, taxonomy: Taxonomy):
    with pytest.raises(TooLittleDataError, match="Load surveys with a column comment"):
        listen(lake_with(tmp_path, [survey(1, "  "), survey(2, None)]), taxonomy, DAY, 90)


def test_verbatims_are_of_different_customers_and_texts():
    sentences = pl.DataFrame(
        {
            "sentence": [
                "I waited for two weeks",
                "I waited for two weeks",
                "I waited for three weeks",
                "wait",
                "I WAITED FORTWO weeks!",
            ],
            "language": ["en"] * 5,
            "themes": [["wait"]] * 5,
            "value": [-0.5, -0.5, -0.9, -1.0, -0.5],
            "customer_id": ["a", "b", "a", "c", "d"],
        }
    )
    assert choose_verbatims(sentences, ["wait"])["text"].to_list() == ["I waited for two weeks"]


def test_what_the_taxonomy_misses_is_proposed():
    parking = [f"the parking garage was full on level {k}" for k in range(40)]
    music = [f"loud music played upstairs {k}" for k in range(40)]
    sentences = pl.DataFrame({"sentence": parking + music, "language": ["en"] * 80, "themes": [[]] * 80})
    found = propose_themes(sentences.with_columns(pl.col("themes").cast(pl.List(pl.String))))
    words = {word for row in found["words"] for word in row}
    assert {"parking", "music"} <= words
    assert found["share"].sum() <= 1
