"""A file of any kind loses the customer and nothing else; what cannot be cut out goes as a whole."""

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing

import polars as pl
import pytest

from lealtad.base.seal import open_seal, seal
from lealtad.base.spreadsheet import write_csv
from lealtad.privacy.files import clean_file
from lealtad.privacy.search import Needles, search_folder
from tests.privacy import planted

ID, OTHER = planted.ID, planted.OTHER
NEEDLES = Needles.from_ids([ID])
ROWS = pl.DataFrame({"customer_id": [ID, OTHER], "note": ['a\n"b", c', "d"]})


@pytest.mark.parametrize("plant", planted.PLACES, ids=lambda each: each.__name__)
def test_every_planted_id_leaves(tmp_path, plant):
    plant(tmp_path)
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file():
            clean_file(path, tmp_path, NEEDLES)
    assert search_folder(tmp_path, NEEDLES) == []


def clean(path):
    change = clean_file(path, path.parent, NEEDLES)
    assert change.how == "shortened"
    assert search_folder(path.parent, NEEDLES) == []
    assert clean_file(path, path.parent, NEEDLES) is None
    return change.number


def test_rows_of_others_stay_as_they_are(tmp_path):
    for name, write in {
        "a.parquet": ROWS.write_parquet,
        "a.arrow": ROWS.write_ipc,
        "a.csv": lambda path: write_csv(ROWS, path),
    }.items():
        path = tmp_path / name
        write(path)
        assert clean(path) == 1
        read = {"a.parquet": pl.read_parquet, "a.arrow": pl.read_ipc, "a.csv": pl.read_csv}[name]
        assert read(path).equals(ROWS.tail(1))


def test_archives_are_packed_anew(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(ROWS.write_csv().encode()))
    assert clean(tmp_path / "a.csv.gz") == 1
    assert pl.read_csv(gzip.decompress((tmp_path / "a.csv.gz").read_bytes())).height == 1
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", ROWS.write_csv())
        archive.writestr("b.txt", "other")
    assert clean(tmp_path / "a.zip") == 1
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.read("b.txt") == b"other"


def test_sealed_json_is_sealed_anew(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(seal({"rows": [{"id": ID, "n": 1}, {"id": OTHER, "n": 2}], "by": {ID: 1, OTHER: 2}, "n": 2}))
    assert clean(path) == 2
    assert open_seal(path.read_text()) == {"rows": [{"id": OTHER, "n": 2}], "by": {OTHER: 2}, "n": 2}


def test_lines_of_json_leave(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"customer_id": each}) + "\n" for each in (ID, OTHER)))
    assert clean(path) == 1
    assert path.read_text() == json.dumps({"customer_id": OTHER}) + "\n"


def test_a_card_leaves_with_all_that_it_says(tmp_path):
    path = tmp_path / "a.html"
    card = "<article><h3>{}</h3><ul><li>fact of {}<br></li></ul><p class=quote>late</p></article>"
    path.write_text(
        f"<main><h1>List</h1>{card.format(ID, ID)}{card.format(OTHER, OTHER)}<table><tr><td>{ID}</td>"
        f"<td>x</td></tr><tr><td>{OTHER}</td></tr></table></main>"
    )
    assert clean(path) == 2
    assert path.read_text() == (
        f"<main><h1>List</h1>{card.format(OTHER, OTHER)}<table><tr><td>{OTHER}</td></tr></table></main>"
    )


def test_a_page_says_once_that_it_was_shortened(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(f'<html lang="es"><main id="content"><p>{ID}</p><p>{OTHER}</p></main></html>')
    assert clean(path) == 1
    assert path.read_text().count("Recortada después, porque se borraron clientes.") == 1
    clean_file(path, tmp_path, Needles.from_ids([OTHER]))
    assert path.read_text().count("Recortada") == 1


def test_a_quotation_leaves_by_its_words(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<blockquote>box came late <b>worst</b></blockquote><blockquote>all fine</blockquote>")
    change = clean_file(path, tmp_path, Needles.from_ids([]), lambda text: "box came late" in text)
    assert change.number == 1
    assert path.read_text() == "<blockquote>all fine</blockquote>"


def test_a_workbook_keeps_its_other_rows_and_links(tmp_path):
    import openpyxl
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, each in enumerate([ID, OTHER]):
            sheet.write_url(row, 0, f"https://crm.example/{each}", string=each)
            sheet.write(row, 1, row)
    assert clean(path) == 1
    sheet = openpyxl.load_workbook(path).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [[None, None], [OTHER, 1]]
    assert sheet["A2"].hyperlink.target == f"https://crm.example/{OTHER}"


@pytest.mark.parametrize(("columns", "rows"), [(["theme", "text"], 2), (["customer_id", "text"], 3)])
def test_words_that_others_wrote_too_stay_in_their_rows(tmp_path, columns, rows):
    import openpyxl

    path = tmp_path / "a.xlsx"
    pl.DataFrame([["x", "box came late"], ["y", "all fine"]], schema=columns, orient="row").write_excel(path)
    clean_file(path, tmp_path, Needles.from_ids([]), lambda text: text == "box came late")
    sheet = openpyxl.load_workbook(path).active
    assert sum(row[0].value is not None for row in sheet.iter_rows()) == rows


def test_a_database_keeps_its_other_rows(tmp_path):
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table t (words text, n int)")
        connection.executemany("insert into t values (?, ?)", [(f"call {ID}", 1), (OTHER, 2)])
    assert clean(path) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select * from t").fetchall() == [("call [erased]", 1), (OTHER, 2)]


def test_what_cannot_be_cut_goes_as_a_whole(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{ID}</body></html>")
    assert clean_file(path, tmp_path, NEEDLES).how == "removed"
    assert not path.exists()
