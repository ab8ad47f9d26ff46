"""Workbooks by name alone: web pages and text that end in .xls are read as what they are."""

import polars as pl
import pytest

from lealtad.base.errors import DataError
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.files.signatures import find_file_kind

PAGE = (
    '<html><head><meta charset="windows-1252"><style>td {x: y}</style></head><body>'
    "<table><tr><td colspan=3>Informe de ventas</td></tr></table>"
    "<table><thead><tr><th>N&ordm; pedido<th>Cliente<th>Importe</tr></thead>"
    "<tr><td>P1</td><td>Núñez<br>Hijos</td><td>1.234,50&nbsp;&euro;</td></tr><tr><td>P2<td><td>7,00</table>"
)


def rows(path, **options):
    return pl.concat(read_file(path, "orders", FileOptions(**options)))


@pytest.fixture
def xls(tmp_path):
    return tmp_path / "ventas.xls"


def test_a_page_that_ends_in_xls_is_a_table(xls):
    xls.write_bytes(PAGE.replace(" colspan=3", "").encode("cp1252"))
    assert find_file_kind(xls) == "web page"
    read = rows(xls)
    assert read.columns == ["Nº pedido", "Cliente", "Importe"]
    assert read.rows() == [("P1", "Núñez Hijos", "1.234,50 €"), ("P2", None, "7,00")]


def test_a_title_as_wide_as_the_table_is_above_its_header(xls):
    xls.write_bytes(PAGE.encode("cp1252"))
    assert rows(xls, header_row=2)["Nº pedido"].to_list() == ["P1", "P2"]


def test_tables_with_one_header_are_one_table(xls):
    month = "<table><tr><th>Id<th>Total</tr>{}</table>"
    parts = ("<tr><td>1<td>5</tr>" * 3, "<tr><td>2<td>6</tr>")
    xls.write_text("".join(month.format(part) for part in parts))
    assert rows(xls)["Id"].to_list() == ["1", "1", "1", "2"]


def test_xml_of_a_spreadsheet_leaves_out_empty_cells(xls):
    cells = '<Cell><Data>7</Data></Cell><Cell ss:Index="3"><Data>9</Data></Cell>'
    header = "".join(f"<Cell><Data>{name}</Data></Cell>" for name in "ABC")
    xls.write_text(
        f'<?xml version="1.0"?><Workbook><Table><Row>{header}</Row><Row>{cells}</Row></Table></Workbook>'
    )
    assert rows(xls).rows() == [("7", None, "9")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_that_ends_in_xls_is_delimited(xls, encoding):
    xls.write_bytes("Pedido\tCliente\n1\tNúñez\n".encode(encoding))
    assert rows(xls).rows() == [("1", "Núñez")]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<html><body>Session expired</body></html>", "without one"),
        ("<table>" + "<tr><td>1<td>2" * 9 + "</table><table>" + "<tr><td>1<td>2<td>3" * 8 + "</table>", "differ"),
        ("<table><tr><th>Id</table>", "nothing there"),
    ],
)
def test_a_page_that_is_no_table_is_one_error(xls, page, found):
    xls.write_text(page)
    with pytest.raises(DataError, match=found):
        rows(xls)


def test_a_page_obeys_the_limit_of_cells(xls):
    xls.write_text("<table>" + "<tr><td>1" * 50 + "</table>")
    limits = FileOptions().limits.model_copy(update={"sheet_cells": 20})
    with pytest.raises(DataError, match="sheet_cells"):
        rows(xls, limits=limits)


def test_rows_that_add_up_others_are_left_out_by_the_column_that_says_so(tmp_path):
    path = tmp_path / "ventas.csv"
    path.write_text("Fecha;Id;Importe\n5/1;A;2\n6/1;B;3\nSubtotal enero;;5\n7/2;C;4\nTOTAL GENERAL;;9\n")
    assert rows(path, skip_totals="Fecha")["Id"].to_list() == ["A", "B", "C"]
    with pytest.raises(DataError, match="skip_totals"):
        rows(path, skip_totals="Fec")
