"""Text of others in what people open: nothing runs, nothing is hidden, nothing turns the reading around."""

import csv
import io
import sys

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base import job
from lealtad.base.language import Language
from lealtad.base.spreadsheet import ColumnStyle, add_table_sheet, open_workbook, write_csv
from lealtad.base.visible_text import reveal, reveal_all_but_colours
from tests.hostile import PAYLOADS, find_formula, find_unseen


def read_back(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def write(values, path, **more):
    write_csv(pl.DataFrame({"customer_id": values}, schema={"customer_id": pl.String}).with_columns(**more), path)
    return path


def test_every_cell_is_quoted_numbers_and_nothing_too(tmp_path):
    path = write(["c1", None], tmp_path / "a.csv", n=pl.Series([1.5, None]), ok=pl.Series([True, None]))
    assert path.read_text() == '"customer_id","n","ok"\n"c1","1.500000","true"\n"","",""\n'


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_a_formula_in_any_program(tmp_path, payload):
    text = write([payload], tmp_path / "a.csv").read_text(encoding="utf-8")
    assert find_formula(text) == []
    assert find_unseen(text) == []


@given(
    st.lists(st.text(st.sampled_from("=+-@;\t\r\n'\" ,|aＡ＝＋－＠−\ufeff\u202e\x00\x1b"), max_size=8), max_size=4)
)
def test_no_text_of_such_signs_is_a_formula(values):
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = write(values, Path(folder) / "a.csv")
        text = path.read_text(encoding="utf-8")
        assert find_formula(text) == []
        assert find_unseen(text) == []
        assert len(read_back(path)) == len(values) + 1


@given(st.text())
def test_usual_text_is_left_alone(value):
    assert reveal(reveal(value)) == reveal(value)
    assert find_unseen(reveal(value)) == []


@pytest.mark.parametrize(
    "text", ["María Ñúñez", "אבג", "👩‍👩‍👧", "می‌خواهم", "a-b; c", "€ 1.234,5", "one\ntwo", "soft\u00adhyphen"]
)
def test_what_people_write_stays_as_it_is(text):
    assert reveal(text) == text


def test_a_workbook_shows_what_a_csv_shows(tmp_path):
    from datetime import UTC, datetime

    rows = pl.DataFrame({"customer_id": [*PAYLOADS, "x" * 40_000]})
    with open_workbook(tmp_path / "a.xlsx", "t", datetime(2026, 1, 1, tzinfo=UTC)) as book:
        add_table_sheet(book, "t", rows, ColumnStyle(lambda _: {}, lambda _: 9))
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["t"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(find_unseen(cell.value) == [] for cell in cells)
    assert len(cells[-1].value) == 32_767


def test_a_page_shows_direction_and_escapes_markup():
    from lealtad.base.web_page import render_page

    page = render_page("tests", "hostile.html.jinja", Language.from_code("en"), names=PAYLOADS)
    assert find_unseen(page) == []
    assert "<script" not in page
    assert "[U+202E]" in page


def test_stderr_shows_escapes_and_stdout_keeps_the_colours_of_a_report(capsys):
    job.show("customer \x1b[2J\u202egone\rover", sys.stderr)
    job.show("\x1b[1mbold\x1b[0m \x1b]0;title\x07 \u2066x")
    output = capsys.readouterr()
    assert output.err == "customer [U+001B][2J[U+202E]gone[U+000D]over\n"
    assert output.out == "\x1b[1mbold\x1b[0m [U+001B]]0;title[U+0007] [U+2066]x\n"
    assert reveal_all_but_colours("plain") == "plain"
