"""Ledgers and lists of payments, each beside orders that resemble them."""

from __future__ import annotations

import pytest

from tests.sources.exports import lines, orders, proposed, proposed_and_loaded, when, write


def _entries(header, amounts):
    return lines(
        header, lambda i: (f"M{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", *amounts(i), f"{300 + i},00"), count=30
    )


@pytest.mark.parametrize("names", ["Cargo;Abono;Saldo", "Debe;Haber;Saldo", "Debit;Credit;Balance"])
def test_debits_and_credits_are_a_ledger(tmp_path, names):
    rows = _entries(f"Nº movimiento;Cliente;Fecha;{names}", lambda i: ("50,00", "") if i % 2 else ("", "20,00"))
    text = proposed(write(tmp_path, movimientos_csv=rows))
    assert "entries of a ledger" in text
    assert "files = " not in text


def test_amounts_of_both_signs_beside_a_balance_are_a_ledger(tmp_path):
    rows = _entries("Nº movimiento;Cliente;Fecha;Importe;Saldo", lambda i: ("-50,00" if i % 2 else "20,00",))
    assert "entries of a ledger" in proposed(write(tmp_path, movimientos_csv=rows))


@pytest.mark.parametrize(("names", "amount"), [("Total;Saldo", "20,00"), ("Total;Estado;Saldo", "20,00;Pagada")])
def test_an_invoice_with_a_balance_is_an_order(tmp_path, names, amount):
    rows = _entries(f"Nº factura;Cliente;Fecha;{names}", lambda _: (amount,))
    text, tables = proposed_and_loaded(write(tmp_path, facturas_csv=rows))
    assert "ledger" not in text
    assert tables["orders"].height == 30


def test_payments_by_their_status_are_no_contacts(tmp_path):
    kinds = ["Settled", "Authorised", "Refused", "Refunded"]
    rows = lines(
        "psp,merchant,shopper_id,created_at,amount,type",
        lambda i: (f"8{i:05}", "Acme", f"s{i % 9}", when(), "25.00", kinds[i % 4]),
        separator=",",
    )
    assert "[sources.touchpoints]" not in proposed(write(tmp_path, received_csv=rows))


def test_a_type_in_the_words_of_a_status_decides_which_orders_count(tmp_path):
    kinds = ["Completed", "Failed", "Completed", "Cancelled"]
    rows = lines(
        "order_id,customer_id,created_at,amount,result",
        lambda i: (f"O{i}", f"c{i % 9}", when(), "25.00", kinds[i % 4]),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=rows))
    assert tables["orders"].height == 20, text


def test_a_mark_of_cancelled_orders_is_read(tmp_path):
    rows = lines(
        "Factura;Solicitante;Fecha;Importe;Anulada",
        lambda i: (f"9{i:05}", f"S{i % 9}", f"{when():%d/%m/%Y}", "10,50", "" if i % 4 else "X"),
    )
    text, tables = proposed_and_loaded(write(tmp_path, facturas_csv=rows))
    assert tables["orders"].height == 30, text


def test_quotes_are_orders_only_if_their_status_says_which_were_sold(tmp_path):
    row = lambda i: (f"S{i}", f"c{i % 9}", when(), "99.5", ["Sales Order", "Quotation", "Cancelled"][i % 3])  # noqa: E731
    header = "order_id,customer_id,date,amount,"
    _, tables = proposed_and_loaded(write(tmp_path, quotations_csv=lines(f"{header}status", row, 30, ",")))
    assert tables["orders"].height == 10
    plain = lines(f"{header}place", row, 30, ",")
    assert "[sources.orders]" not in proposed(write(tmp_path, quotations_csv=plain))


def test_discounts_below_zero_are_turned(tmp_path):
    rows = lines(
        "order_id,customer_id,created_at,amount,discount",
        lambda i: (f"O{i}", f"c{i % 9}", when(), "$25.00", "-$2.00"),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=rows))
    assert "scale.discount = -1" in text
    assert tables["orders"]["discount"].sum() == pytest.approx(80)


def test_a_document_of_a_sale_is_an_order_and_one_of_a_person_is_not(tmp_path):
    row = lambda i: (["Boleta", "Factura"][i % 2], 1000 + i, f"{when():%d-%m-%Y}", f"{1200 + i % 9}-K", "8403")  # noqa: E731
    rows = lines("Tipo Documento;Nº Documento;Fecha;RUT Cliente;Total", row)
    text, tables = proposed_and_loaded(write(tmp_path, ventas_csv=rows))
    assert tables["orders"]["order_id"].n_unique() == 40, text
    person = lines("Tipo Documento;Nº Documento;Fecha;Total", lambda i: ("DNI", 1000 + i % 9, *row(i)[2::2]))
    assert 'order_id = "Nº Documento"' not in proposed(write(tmp_path, ventas_csv=person))


def test_plain_orders_stay_as_they_were(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders()))
    assert tables["orders"].height == 40, text


@pytest.mark.parametrize(
    ("sides", "is_ledger"), [(("Abono", "Cargo", "Nota"), True), (("Alta", "Baja", "Nota"), False)]
)
def test_signed_amounts_beside_debit_and_credit_are_a_ledger(tmp_path, sides, is_ledger):
    amounts = ("30,00", "-500,00", "1.045,00")
    row = lambda i: (f"{when():%d/%m/%Y}", amounts[i % 3], f"c{i % 9}@example.com", f"T{i}", sides[i % 3])  # noqa: E731
    header = "Fecha;Bruto;Correo del remitente;Id. de transacción;Efecto en el saldo"
    assert ("entries of a ledger" in proposed(write(tmp_path, descargar_csv=lines(header, row)))) == is_ledger


def test_a_report_of_sales_by_customer_lists_no_customers(tmp_path):
    row = lambda i: (f"{when():%d/%m/%Y}", f"{1000 + i}", "40,00")  # noqa: E731
    text = proposed(write(tmp_path, sales_by_customer_detail_csv=lines("Date;Num;Amount", row)))
    assert "[sources.customers]" not in text
