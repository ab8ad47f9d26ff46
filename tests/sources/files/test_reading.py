"""Files of every kind give all their rows, at their places, or say in one sentence why not."""

import gzip
import zipfile
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError
from lealtad.sources.files import FileOptions, delimited, read_file, unpacking

TEXT = "id,name\n1,Peña\n2,Núñez\n"


def rows_of(path, **options):
    frames = list(read_file(path, "orders", FileOptions(**options)))
    return pl.concat(frames, how="diagonal_relaxed")


def file(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path, **options):
    with pytest.raises(DataError) as error:
        rows_of(path, **options)
    return str(error.value)


@pytest.mark.parametrize("packing", ["", ".gz", ".zip"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet", "xlsx"])
def test_every_kind_is_read_packed_or_not(tmp_path, kind, packing):
    frame = pl.DataFrame({"id": ["1", "2"], "name": ["Peña", None]})
    path = tmp_path / f"orders.{kind}"
    {
        "csv": frame.write_csv,
        "tsv": lambda path: frame.write_csv(path, separator="\t"),
        "jsonl": frame.write_ndjson,
        "parquet": frame.write_parquet,
        "xlsx": frame.write_excel,
    }[kind](path)
    if packing == ".gz":
        path = file(tmp_path, f"orders.{kind}.gz", gzip.compress(path.read_bytes()))
    elif packing == ".zip":
        with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
            archive.write(path, f"exports/orders.{kind}")
            archive.writestr("__MACOSX/exports/._orders", "")
        path = tmp_path / "packed.zip"
    before = sorted(tmp_path.iterdir())
    assert rows_of(path).with_columns(pl.col("name").fill_null("")).rows() == [("1", "Peña"), ("2", "")]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("utf-16"), None),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), None),
        (TEXT.encode("utf-32"), None),
        (TEXT.encode("latin-1"), "latin-1"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-8-sig"), "latin-1"),
    ],
)
def test_letters_are_read_by_their_mark_or_as_declared(tmp_path, content, encoding):
    assert rows_of(file(tmp_path, "a.csv", content), encoding=encoding)["name"].to_list() == ["Peña", "Núñez"]


def test_a_byte_that_is_no_letter_is_named_with_its_place(tmp_path):
    path = file(tmp_path, "a.csv", TEXT.encode("latin-1"))
    assert "a.csv: byte 0xf1 at position 12, in line 2" in refused(path)
    long = file(tmp_path, "b.csv", b"id\n" + b"1\n" * 1_000_000 + b"\xf1\n")
    assert "byte 0xf1 at position 2,000,003, in line 1,000,002" in refused(long)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_header(tmp_path, separator):
    text = f'id{separator}"name, full"{separator}at\n1{separator}x{separator}"2,5"\n'
    assert rows_of(file(tmp_path, "a.csv", text)).rows() == [("1", "x", "2,5")]


def test_a_header_of_two_separators_asks_which_and_is_told(tmp_path):
    path = file(tmp_path, "a.csv", "a;b,c;d,e\n1;2;3\n")
    assert 'separator = ";"' in refused(path)
    assert rows_of(path, separator=";").rows() == [("1", "2", "3")]


def test_a_row_that_does_not_fit_keeps_its_text_and_its_place(tmp_path):
    rows = rows_of(file(tmp_path, "a.csv", 'a,b\n1,2\n3\n4,"x, y",6\n\n7,8\n9\n'))
    assert rows.rows() == [
        ("1", "2", None),
        (None, None, "3"),
        (None, None, '4,"x, y",6'),
        ("7", "8", None),
        (None, None, "9"),
    ]


def test_rows_stay_in_place_across_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "_BLOCK", 100)
    fits = [i % 7 != 3 and i % 11 != 5 for i in range(500)]
    text = "a,b\n" + "".join(f"{i},x\n" if fit else f"{i}\n" for i, fit in enumerate(fits))
    frames = list(read_file(file(tmp_path, "a.csv", text), "orders"))
    rows = pl.concat(frames, how="diagonal")
    assert len(frames) > 10
    assert rows.select(pl.coalesce("a", "source_text")).to_series().to_list() == [str(i) for i in range(500)]
    assert rows["source_text"].is_null().to_list() == fits


cells = st.text(alphabet=st.sampled_from('ab",;\n ñ€'), max_size=5)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=10), st.sampled_from([",", ";"]))
def test_quoted_cells_are_read_back_whatever_they_hold(tmp_path_factory, rows, separator):
    quoted = ["{}{}{}".format(*(_quoted(first), separator, _quoted(second))) for first, second in rows]
    path = file(tmp_path_factory.mktemp("cells"), "a.csv", "\n".join([f"first{separator}second", *quoted]) + "\n")
    assert rows_of(path).rows() == rows


def _quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a,b\n1,"x\n2,y\n3,z\n', "unexpected end of data"),
        ('a,b\n1,"x\n2,"y"\n3,z\n', "in the row that ends in line 3"),
    ],
)
def test_a_quote_that_stays_open_swallows_no_rows_in_silence(tmp_path, text, message):
    assert message in refused(file(tmp_path, "a.csv", text))


def test_a_row_with_a_nul_byte_is_damaged_and_the_others_are_not(tmp_path):
    rows = rows_of(file(tmp_path, "a.csv", "a,b\n1,x\0y\n3,4\n5\n"))
    assert rows.rows() == [(None, None, "1,x\0y"), ("3", "4", None), (None, None, "5")]
    assert "utf-16-le" in refused(file(tmp_path, "b.csv", "a,b\n1,2\n".encode("utf-16-le")))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "an empty file"),
        ("a.csv", "\n\n", "an empty file"),
        ("a.csv", "\n".join(["a,b", *["1"] * 100_001]), "more than 100,000 that have others"),
        ("a.csv", 'a,b\n1,"' + "x" * (1 << 26), "Close the quote"),
        ("a.jsonl", "", "an empty file"),
        ("a.jsonl", b"\xff\xfea", "text in utf-16-le"),
        ("a.jsonl", '{"a": "' + "x" * (1 << 25), "a line of more than"),
        ("a.parquet", "PAR1", "a whole, readable file a.parquet"),
        ("a.xlsx", "no workbook", "expected a workbook"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n" * 10_000)[:-9], "a whole, readable file a.csv.gz"),
        ("a.csv.gz", "no gzip", "a whole, readable file a.csv.gz"),
        ("a.csv.zip", "no zip", "a whole, readable file a.csv.zip"),
        ("a.doc", "", "a file that ends in .csv"),
        ("a.xslx", "", "Did you mean '.xlsx'"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, message):
    text = refused(file(tmp_path, name, content))
    assert message in text
    assert text.startswith("table 'orders': expected")


def test_a_column_named_twice_is_numbered(tmp_path):
    rows = rows_of(file(tmp_path, "a.csv", "a,b,a,a (2),a\n1,2,3,4,5\n"))
    assert rows.columns == ["a", "b", "a (3)", "a (2)", "a (4)"]
    assert rows.row(0) == ("1", "2", "3", "4", "5")


def test_a_zip_holds_one_file_of_data(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.csv", TEXT)
        archive.writestr("two.csv", TEXT)
    assert "one.csv, two.csv" in refused(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.zip", "a.parquet.gz", "a.xlsx"])
def test_a_file_that_grows_beyond_reason_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1_000_000)
    content, path = b"x" * 3_000_000, tmp_path / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", content)
    assert "that become more than 1,000,000" in refused(path)


def test_every_value_of_json_is_kept_as_it_was_written(tmp_path):
    text = (
        '{"id": 12345678901234567890, "amount": 1.50, "flag": true, "none": null, "more": {"a": [1]}}\nnot json\n'
    )
    rows = rows_of(file(tmp_path, "a.jsonl", text + '["a list"]\n{"late": "x"}\n'))
    assert rows.row(0)[:4] == ("12345678901234567890", "1.50", "true", None)
    assert rows["source_text"].to_list() == [None, "not json", '["a list"]', None]
    assert rows["late"].to_list() == [None, None, None, "x"]


def test_a_workbook_keeps_dates_and_asks_which_sheet(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet, _ = book.add_worksheet("Pedidos"), book.add_worksheet("Notas")
        sheet.write_row(0, 0, ["id", "alta", "nota", "mixta"])
        for row in range(1, 4):
            sheet.write_number(row, 0, 17_850 + row)
            sheet.write_datetime(row, 1, date(2026, 1, row), days)
            sheet.write_string(row, 2, "0123")
            sheet.write(row, 3, row if row % 2 else "uno")
        sheet.write_string(9, 2, "  ")
    assert "Pedidos, Notas" in refused(tmp_path / "a.xlsx")
    assert "'Pedido'" in refused(tmp_path / "a.xlsx", sheet="Pedido")
    rows = rows_of(tmp_path / "a.xlsx", sheet="Pedidos")
    assert rows["alta"].to_list() == [datetime(2026, 1, day) for day in (1, 2, 3)]  # noqa: DTZ001 - of no zone
    assert rows["nota"].to_list() == ["0123"] * 3
    assert rows["mixta"].to_list() == ["1", "uno", "3"]
    assert "nothing in sheet 'Notas'" in refused(tmp_path / "a.xlsx", sheet="Notas")


def test_a_column_without_a_name_is_called_by_its_position(tmp_path):
    assert rows_of(file(tmp_path, "a.csv", ",id\n0,a\n")).columns == ["(column 1)", "id"]


def test_a_table_without_rows_still_says_its_columns(tmp_path):
    rows = rows_of(file(tmp_path, "a.csv", "a,b"))
    assert (rows.columns, rows.height) == (["a", "b"], 0)
