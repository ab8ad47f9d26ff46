"""Reports rather than tables: totals among the rows, no header, two decimal marks, times of day, cards."""

import polars as pl
import pytest

from lealtad.sources.recognition.tables.doubtful_tables import has_no_header
from lealtad.sources.recognition.tables.total_rows import find_totals_column
from tests.sources.exports import lines, proposed, proposed_and_loaded, when, write


def report(total, customers=8):
    """Return a report with five invoices a customer, and what `total` writes below them."""
    rows = ["Fecha;Cliente;Documento;Importe"]
    for customer in range(customers):
        rows += [f"{1 + 5 * i:02}/0{1 + customer}/2024;CL{customer};FV-{customer}{i};30,00" for i in range(5)]
        rows.append(total(customer))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "total",
    [
        lambda customer: f"Total CL{customer};;;150,00",
        lambda customer: f"28/0{1 + customer}/2024;CL{customer};Subtotal cliente;150,00",
    ],
)
def test_totals_in_the_middle_are_no_orders(tmp_path, total):
    text, tables = proposed_and_loaded(write(tmp_path, facturacion_csv=report(total)))
    assert "skip_totals" in text
    assert (tables["orders"].height, tables["orders"]["amount"].sum()) == (40, 1200.0)
    assert tables["customers"].height == 8


def test_a_name_that_begins_with_total_is_no_total():
    rows = pl.DataFrame({"Producto": ["Total Gym", "Cinta", "Pesas"] * 4, "Importe": ["9,50", "3,00", "4,00"] * 4})
    assert find_totals_column(rows) is None


def test_a_file_without_a_header_is_asked_and_its_first_row_is_not_shown(tmp_path):
    rows = "".join(f"C{i % 9:04},2024-01-{1 + i % 28:02},{1 + i % 3},12.50\n" for i in range(40))
    text = proposed(write(tmp_path, compras_csv=rows))
    assert "its first row looks like data" in text
    assert "C0000" not in text
    assert not has_no_header(["cliente", "ene-24", "feb-24", "total 2024"])


def test_two_decimal_marks_in_one_column_are_asked(tmp_path):
    row = lambda i: (f"F{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", ("1.234,50", "56.25")[i % 2])  # noqa: E731
    text = proposed(write(tmp_path, facturas_csv=lines("Factura;Cliente;Fecha;Importe", row)))
    assert '"Importe" has numbers with a decimal comma' in text
    assert "[sources.orders]" not in text


def test_the_time_of_day_of_orders_counts(tmp_path):
    header = "Fecha;Hora;Nº ticket;Tarjeta cliente;Total €"
    row = lambda i: (f"{1 + i % 28:02}/03/2024", f"{9 + i % 12:02}:30", f"T{i}", f"29{i % 9:05}", "12,30")  # noqa: E731
    text, tables = proposed_and_loaded(write(tmp_path, tickets_tpv_csv=lines(header, row)))
    assert 'times_of_day.ordered_at = "Hora"' in text
    assert {at.minute for at in tables["orders"]["ordered_at"]} == {30}
    assert tables["orders"]["customer_id"].n_unique() == 9


def test_receipts_without_a_card_are_left_out(tmp_path):
    row = lambda i: (f"T{i}", f"{when():%Y-%m-%d}", f"88{i % 9:05}" if i % 2 else "", "10,00")  # noqa: E731
    text, tables = proposed_and_loaded(
        write(tmp_path, tickets_csv=lines("ticket_id;fecha;tarjeta_fidelidad;importe", row))
    )
    assert "50% of its rows have no customer" in text
    assert tables["orders"].height == 20


def test_a_card_that_pays_is_no_customer(tmp_path):
    row = lambda i: (f"T{i}", f"{when():%Y-%m-%d}", f"4548******{i % 9:04}", "10,00")  # noqa: E731
    text = proposed(write(tmp_path, tickets_csv=lines("ticket_id;fecha;tarjeta cliente;importe", row)))
    assert "[sources.orders]" not in text


def test_a_number_such_as_1001_with_a_hash_is_an_order(tmp_path):
    header = "Name,Email,Created at,Financial Status,Total,Cancelled at"
    row = lambda i: (  # noqa: E731
        *(f"#10{i:02}", f"c{i % 9}@example.com", f"{when()}", ("paid", "pending")[i % 4 == 0], "50.00"),
        f"{when()}" if i % 4 == 1 else "",
    )
    text, tables = proposed_and_loaded(write(tmp_path, export_csv=lines(header, row, separator=",")))
    assert tables["orders"].height == 20, text  # neither pending nor cancelled


def test_documents_with_and_without_marks_are_the_same_people(tmp_path):
    people = lines(
        "DNI;Nombre;Fecha alta", lambda i: (f"{10000000 + i}-Z", f"N{i}", f"{1 + i % 28:02}/01/2022"), 20
    )
    row = lambda i: (f"P{i}", f"{10000000 + i % 20}z", f"{when():%d/%m/%Y}", "20,00")  # noqa: E731
    folder = write(tmp_path, clientes_csv=people, pedidos_csv=lines("Pedido;DNI cliente;Fecha;Importe", row))
    text, tables = proposed_and_loaded(folder)
    assert 'ids.customer_id = "letters and digits"' in text
    assert set(tables["orders"]["customer_id"]) == set(tables["customers"]["customer_id"])
