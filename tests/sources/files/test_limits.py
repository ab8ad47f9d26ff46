"""What comes in is bounded, each by a limit of the settings and with one message that names it."""

import time
import zipfile

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources import open_source
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.limits import Limits

ORDERS = [["order_id", "amount"], ["o1", 9.5], ["o2", 3]]


def write_workbook(path, cells=(), rows=ORDERS):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Orders")
        for row, values in enumerate(rows):
            sheet.write_row(row, 0, values)
        for row, column, value in cells:
            sheet.write(row, column, value)
        book.add_worksheet("Other").write(70_000, 16383, "stray, on a sheet that is not read")
    return path


def read(path, **options):
    return pl.concat(list(read_file(path, "orders", FileOptions(**options))), how="diagonal_relaxed")


def rewrite(path, change):
    """Change the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


STRAY = {
    "the last cell of all": [(1048575, 16383, "x")],
    "far right and far down": [(0, 16383, "x"), (1048575, 0, "x")],
}


@pytest.mark.parametrize("cells", STRAY.values(), ids=STRAY)
def test_a_stray_cell_is_one_message_and_no_memory(tmp_path, cells):
    path = write_workbook(tmp_path / "orders.xlsx", cells)
    with pytest.raises(DataError, match=r"at most 40,000,000 cells \(limits.sheet_cells\), found .*XFD1048576"):
        read(path, sheet="Orders")


DECOYS = {
    "single quotes": lambda xml: xml.replace(b'r="XFD1048576"', b"r='XFD1048576'"),
    "blanks": lambda xml: xml.replace(b' r="XFD1048576"', b'\n  r = "XFD1048576" '),
    "another attribute first": lambda xml: xml.replace(b'<c r="XFD1048576"', b'<c s=" r=\'A1\' " r="XFD1048576"'),
    "a prefixed attribute": lambda xml: xml.replace(b'<c r="XFD1048576"', b'<c x:r="A1" r="XFD1048576"'),
    "a long tag": lambda xml: xml.replace(b'<c r="XFD1048576"', b"<c" + b" " * 3_000_000 + b'r="XFD1048576"'),
    "in capitals and small letters": lambda xml: xml.replace(b'r="XFD1048576"', b'r="xFd1048576"'),
    "zeros before": lambda xml: xml.replace(b'r="XFD1048576"', b'r="XFD01048576"'),
    "beside a column": lambda xml: xml.replace(b'<c r="XFD1048576"', b'<c\tr="XFD1048576"').replace(
        b"<sheetData>", b'<conditionalFormatting/><c r="A1"/><sheetData>'
    ),
    "with a prefix": lambda xml: xml.replace(b'<c r="XFD1048576"', b'<x:c r="XFD1048576"').replace(
        b"<v>7</v></c>", b"<v>7</v></x:c>"
    ),
    "small letters": lambda xml: xml.replace(b'r="XFD1048576"', b'r="xfd1048576"'),
    "no places": lambda xml: xml.replace(b'<c r="A1"', b"<c").replace(
        b'<c r="XFD1048576"', b"<c" + b' r="XFD1048576"'
    ),
}


@pytest.mark.parametrize("change", DECOYS.values(), ids=DECOYS)
def test_a_stray_cell_is_seen_however_it_is_written(tmp_path, change):
    path = write_workbook(tmp_path / "orders.xlsx", [(5, 5, 7)])
    rewrite(path, lambda xml: change(xml.replace(b'r="F6"', b'r="XFD1048576"')))
    with pytest.raises(DataError, match=r"sheet_cells|cells with a reference|a workbook"):
        read(path, sheet="Orders")


def test_cells_that_are_only_coloured_do_not_count(tmp_path):
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        grey = book.add_format({"bg_color": "#eeeeee"})
        for row, values in enumerate(ORDERS):
            sheet.write_row(row, 0, values)
        sheet.write_blank(70_000, 16383, None, grey)
    assert read(path)["order_id"].to_list() == ["o1", "o2"]


def test_a_workbook_without_places_is_read(tmp_path):
    path = rewrite(
        write_workbook(tmp_path / "orders.xlsx"),
        lambda xml: b"".join(
            b"<c" + part[part.index(b'"', 6) + 1 :] if part.startswith(b'<c r="') else part
            for part in (b"<" + tag for tag in xml.split(b"<")[1:])
        ),
    )
    assert read(path, sheet="Orders")["order_id"].to_list() == ["o1", "o2"]


def test_the_limit_is_a_setting_and_the_message_names_it(tmp_path):
    write_workbook(
        tmp_path / "orders.xlsx",
        rows=[["order_id", "customer_id", "ordered_at", "amount"], ["o1", "c1", "2026-01-01", 2]],
    )
    (tmp_path / "customers.csv").write_text("customer_id\nc1\n")
    settings = (
        '[limits]\nsheet_cells = {}\n[sources]\ncustomers.files = "customers.csv"\norders.files = "orders.xlsx"\n'
        'orders.sheet = "Orders"\n'
    )
    (tmp_path / "lealtad.toml").write_text(settings.format(7))
    with pytest.raises(DataError, match=r"at most 7 cells \(limits.sheet_cells\), found .*8 up to D2"):
        list(open_source(str(tmp_path)).tables["orders"]())
    (tmp_path / "lealtad.toml").write_text(settings.format(8))
    assert sum(batch.rows.height for batch in open_source(str(tmp_path)).tables["orders"]()) == 1
    (tmp_path / "lealtad.toml").write_text("[limits]\nsheet_cell = 9\n")
    with pytest.raises(SettingsError, match=r"sheet_cells|cells with a reference|a workbook"):
        open_source(str(tmp_path))


def make_ods(path, rows):
    head = (
        '<?xml version="1.0"?>'
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Orders">'
    )
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", head + rows + tail)
        archive.writestr("META-INF/manifest.xml", "<m/>")
    return path


CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def test_repeated_cells_of_an_open_document_are_counted(tmp_path):
    bomb = (
        '<table:table-row table:number-rows-repeated="9000">'
        + CELL.format(' table:number-columns-repeated="9000"', "x")
        + "</table:table-row>"
    )
    with pytest.raises(DataError, match=r"81,000,000 up to MHD9000 in sheet 'Orders'"):
        read(make_ods(tmp_path / "orders.ods", bomb))
    # what programs write behind the last row is empty
    usual = "".join(
        "<table:table-row>"
        + CELL.format("", value)
        + '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        for value in ("order_id", "o1")
    )
    usual += '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    assert read(make_ods(tmp_path / "orders.ods", usual))["order_id"].to_list() == ["o1"]


def test_a_parquet_file_of_rows_that_take_no_room_is_refused(tmp_path):
    path = tmp_path / "orders.parquet"
    with pq.ParquetWriter(path, pa.schema([("order_id", pa.string()), ("amount", pa.float64())])) as writer:
        rows = pa.table({"order_id": ["o"] * 1_000_000, "amount": [1.0] * 1_000_000})
        for _ in range(2):
            writer.write_table(rows)
    with pytest.raises(
        DataError, match=r"at most 8 rows per byte of a file \(limits.rows_per_byte\), found .*2,000,000"
    ):
        read(path)
    assert read(path, limits=Limits(rows_per_byte=10_000)).height == 2_000_000


def test_a_long_text_that_stands_once_is_measured_before_it_is_written_out(tmp_path):
    path = tmp_path / "orders.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 400_000, pa.int32()), ["x" * 1_000_000])
    pq.write_table(pa.table({"order_id": list(map(str, range(400_000))), "comment": text}), path)
    assert path.stat().st_size < 20_000_000
    with pytest.raises(
        DataError, match=r"at most 2,147,483,648 bytes at once \(limits.row_group_bytes\), found .*400,000"
    ):
        read(path)


def test_a_large_row_group_is_refused_by_the_setting(tmp_path):
    path = tmp_path / "orders.parquet"
    pl.DataFrame({"order_id": [str(i) for i in range(5_000)]}).write_parquet(path)
    with pytest.raises(
        DataError, match=r"at most 1,000 bytes at once \(limits.row_group_bytes\), found .*a row group"
    ):
        read(path, limits=Limits(row_group_bytes=1_000))


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Binary, pl.Date, pl.Boolean, pl.Float64])
def test_all_kinds_of_columns_come_out_of_parquet_as_before(tmp_path, dtype):
    values = {pl.Binary: [b"a", None], pl.Date: [0, None], pl.Boolean: [True, None], pl.Float64: [0.5, None]}
    column = pl.Series("x", values.get(dtype, ["a", None])).cast(dtype)
    column.to_frame().write_parquet(tmp_path / "a.parquet")
    came = read(tmp_path / "a.parquet")["x"]
    assert came.cast(pl.String if dtype == pl.Categorical else dtype).to_list() == column.to_list()
    column.to_frame().to_pandas().to_parquet(tmp_path / "b.parquet")
    assert read(tmp_path / "b.parquet").height == 2


def test_files_of_a_pattern_are_bounded(tmp_path):
    for i in range(6):
        (tmp_path / f"orders-{i}.csv").write_text("order_id,customer_id,ordered_at,amount\n1,c1,2026-01-01,2\n")
    (tmp_path / "lealtad.toml").write_text('[limits]\nfiles = 5\n[sources]\norders.files = "orders-*.csv"\n')
    with pytest.raises(DataError, match=r"at most 5 files \(limits.files\), found more that match"):
        open_source(str(tmp_path))


@pytest.mark.parametrize("pattern", ["/**", "/**/*.nothing", "/*/**/x*.csv", "~/../../**/*.nothing"])
def test_a_pattern_over_the_whole_disk_ends_soon(tmp_path, pattern):
    (tmp_path / "lealtad.toml").write_text(f'[sources]\norders.files = "{pattern}"\n')
    started = time.perf_counter()
    with pytest.raises(DataError, match=r"at most 200,000 files and folders|at most 10,000 files"):
        open_source(str(tmp_path))
    assert time.perf_counter() - started < 20


def test_patterns_match_what_they_did(tmp_path):
    for name in ("a.csv", "b/a.csv", "b/c/a.csv", "b/c/x.txt", ".hidden/a.csv", "b/.a.csv", "odd[1].csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("order_id\n1\n")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    from lealtad.sources.file_names import choose_files

    def chosen(pattern):
        return [str(path.relative_to(tmp_path)) for path in choose_files("orders", [pattern], tmp_path)]

    assert chosen("*.csv") == ["a.csv", "odd[1].csv"]
    assert chosen("**/*.csv") == ["a.csv", "b/a.csv", "b/c/a.csv", "odd[1].csv"]
    assert chosen("**/a.csv") == ["a.csv", "b/a.csv", "b/c/a.csv"]
    assert chosen("b/**") == ["b/a.csv", "b/c/a.csv", "b/c/x.txt"]
    assert chosen("?/*/*.csv") == ["b/c/a.csv", "b/loop/a.csv", "b/loop/odd[1].csv"]
    assert chosen(".hidden/*") == [".hidden/a.csv"]
    assert chosen("b/.a*") == ["b/.a.csv"]
    assert chosen("odd[1].csv") == ["odd[1].csv"]
    assert chosen("b/../a.csv") == ["b/../a.csv"]


def test_an_id_of_a_megabyte_is_rejected_at_once_and_a_long_text_too(tmp_path):
    from datetime import UTC, datetime

    from lealtad.lake.loading import load

    long = "x" * 1_000_000
    (tmp_path / "customers.csv").write_text(f"customer_id,attr_note\nc1,a\n{long},b\nc2,{long}\nc3,c\n")
    (tmp_path / "orders.csv").write_text(
        f"order_id,customer_id,ordered_at,amount\n1,c1,2026-01-01,2\n{long},c1,2026-01-01,2\n2,{long},2026-01-01,2\n"
    )
    started = time.perf_counter()
    loaded = load(
        tmp_path / "lake", open_source(str(tmp_path)), loaded_at=datetime(2026, 2, 1, tzinfo=UTC), reject_limit=1
    )
    assert time.perf_counter() - started < 5
    assert {name: (counts.valid, counts.rejected) for name, counts in loaded.counts.items()} == {
        "customers": (2, 2),
        "orders": (1, 2),
    }
    reasons = "\n".join(loaded.rejected["reasons"])
    assert "customer_id must have at most 256 bytes in UTF-8 (limits.id_bytes)" in reasons
    assert "attr_note must have at most 100,000 bytes in UTF-8 (limits.text_bytes)" in reasons
    assert loaded.rejected["row"].str.len_bytes().max() < 10_000
