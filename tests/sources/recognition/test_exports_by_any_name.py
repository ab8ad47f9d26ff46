"""What an export holds is read from its columns, whatever its file is called and whatever stands above."""

import pytest

from lealtad.sources.recognition.sections.consent import read_consent_direction
from tests.sources.exports import lines, proposed, proposed_and_loaded, when, write


def test_surveymonkey_is_known_by_its_columns_alone(tmp_path):
    header = (
        "Respondent ID,Collector ID,Date Created,Date Modified,Email Address,"
        "How likely is it that you would recommend us?,How satisfied were you?\n,,,,,Response,Response"
    )
    row = lambda i: (118000 + i, 4001, *["01/31/2024 09:30:00 PM"] * 2, f"c{i % 9}@x.com", i % 11, i % 5 + 1)  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, export_csv=lines(header, row, 44, ",")))
    assert dict(tables["surveys"]["metric"].value_counts().iter_rows()) == {"nps": 44, "csat": 44}


def test_orders_of_prestashop_with_the_customers_id_are_orders(tmp_path):
    header = "ID;Referencia;Nuevo cliente;Cliente;Total;Pago;Estado;Fecha;id_customer"
    states = ("Pago aceptado", "Entregado", "Cancelado", "Reembolsado")
    row = lambda i: (  # noqa: E731
        *(i, f"XK{i:04}", 1, f"A. Pérez {i % 9}", f"{i + 5},50 €", "Tarjeta", states[i % 4]),
        *(f"{i % 28 + 1:02}/03/2024 10:00:00", 1000 + i % 9),
    )
    _, tables = proposed_and_loaded(write(tmp_path, export_csv=lines(header, row, 60, ";")))
    assert tables["orders"].height == 30
    assert tables["orders"]["amount"].sort()[:2].to_list() == [5.5, 6.5]
    assert tables["customers"].height == 9


def test_the_time_to_the_first_agent_reply_is_read(tmp_path):
    header = "Ticket ID,Ticket name,Create date,Close date,Time to first agent reply,Associated Contact IDs"
    row = lambda i: (9000 + i, "Cannot log in", "2024-01-31 09:30", "", f"{i % 30}:15:00", 100 + i % 9)  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, tickets_csv=lines(header, row, 60, ",")))
    replies = tables["ticket_events"].filter(event="agent_reply")
    assert replies.height == 60
    assert replies["occurred_at"].min().hour == 9


@pytest.mark.parametrize(
    "header", ["Total (IVA incl.)", "Importe con IVA", "Total excl. VAT", "Importe sin impuestos"]
)
def test_an_amount_with_or_without_tax_below_a_title_and_above_a_total_is_an_amount(tmp_path, header):
    row = lambda i: (f"P-{i}", f"C{i % 9}", f"{i % 28 + 1:02}/03/2024 09:30 p. m.", f"{i % 50 + 5},50")  # noqa: E731
    text = f"Informe de ventas\n\n{lines(f'N.º pedido;Cliente;Fecha;{header}', row, 60, ';')}TOTAL;;;1.770,00\n"
    text_of_settings, tables = proposed_and_loaded(write(tmp_path, ventas_csv=text))
    assert 'order_id = "N.º pedido"' in text_of_settings
    assert tables["orders"].height == 60
    assert tables["orders"]["amount"].sum() == pytest.approx(sum(i % 50 + 5.5 for i in range(60)))
    assert tables["orders"]["ordered_at"].dt.hour().unique().to_list() == [21]


@pytest.mark.parametrize(
    ("header", "way"),
    [
        *((header, "refuses") for header in ("No molestar", "No llamar", "Do not disturb", "No contactable")),
        *((header, "accepts") for header in ("Contactable", "Receive emails", "recibir_emails")),
        *(
            (header, None)
            for header in ("Nombre de contacto", "no_contacts", "Emails received", "Sin información", "no_info")
        ),
    ],
)
def test_headers_say_who_may_be_contacted_and_who_may_not(header, way):
    assert read_consent_direction(header) == way


@pytest.mark.parametrize(
    ("price", "monthly"),
    [
        ("precio_anual", 10),
        ("cuota_trimestral", 40),
        ("ARR", 10),
        ("importe semestral", 20),
        ("cuota_mensual", 120),
    ],
)
def test_a_price_that_names_its_period_is_paid_by_the_month(tmp_path, price, monthly):
    row = lambda i: (  # noqa: E731
        f"K{i}",
        f"C{i}",
        f"2024-03-{i % 28 + 1:02}",
        f"2024-09-{i % 28 + 1:02}" if i % 5 else "",
        120,
    )
    header = f"contrato,cliente,fecha_alta,fecha_baja,{price}"
    _, tables = proposed_and_loaded(write(tmp_path, contratos_csv=lines(header, row, 60, ",")))
    assert tables["subscriptions"]["amount_monthly"].drop_nulls().unique().to_list() == [monthly]


def test_credit_notes_among_invoices_are_returns_whatever_their_sign(tmp_path):
    row = lambda i: (  # noqa: E731
        f"D{i}",
        "Abono" if i % 10 == 0 else "Factura",
        f"C{i % 9}",
        f"2024-03-{i % 28 + 1:02}",
        f"{i + 5}.50",
    )
    text, tables = proposed_and_loaded(
        write(tmp_path, documentos_csv=lines("documento,tipo,cliente,fecha,importe", row, 60, ","))
    )
    assert "are returns" in text
    assert tables["orders"].filter("is_return").height == 6


def test_a_kind_of_document_that_nobody_knows_is_asked_for(tmp_path):
    kinds = ("Factura", "Abono", "Parte")
    row = lambda i: (f"D{i}", kinds[i % 3], f"C{i % 9}", f"2024-03-{i % 28 + 1:02}", f"{i + 5}.50")  # noqa: E731
    text = proposed(write(tmp_path, documentos_csv=lines("documento,tipo,cliente,fecha,importe", row, 60, ",")))
    assert 'is "Parte"?' in text


def test_a_code_beyond_the_scale_is_asked_for(tmp_path):
    row = lambda i: (i, f"C{i % 9}", f"2024-03-{i % 28 + 1:02}", 9 if i % 30 == 0 else i % 5 + 1)  # noqa: E731
    text = proposed(write(tmp_path, csat_csv=lines("survey_id,customer_id,answered_at,csat", row, 90, ",")))
    assert "9: is that an answer or none" in text
    assert "scale_max = 10" not in text


def test_contracts_of_which_none_has_ended_are_contracts(tmp_path):
    row = lambda i: (f"K{i}", f"C{i}", f"2024-03-{i % 28 + 1:02}", "", 20 + i)  # noqa: E731
    header = "contrato,cliente,fecha_alta,fecha_baja,cuota_mensual"
    _, tables = proposed_and_loaded(write(tmp_path, contratos_csv=lines(header, row, 40, ",")))
    assert tables["subscriptions"]["event"].unique().to_list() == ["start"]
    assert tables["subscriptions"].height == 40


@pytest.mark.parametrize(
    ("header", "kinds", "is_asked"),
    [
        ("Payment method", ("Credit card", "Invoice"), False),
        ("forma_pago", ("Factura", "Abono"), False),
        ("producto", ("Ticket", "Abono"), False),
        ("tipo", ("Ticket", "Abono"), True),
    ],
)
def test_what_is_no_kind_of_document_makes_no_returns(tmp_path, header, kinds, is_asked):
    row = lambda i: (f"D{i}", kinds[i % 2], f"C{i % 9}", f"2024-03-{i % 28 + 1:02}", f"{i + 5}.50")  # noqa: E731
    text = proposed(write(tmp_path, ventas_csv=lines(f"pedido,{header},cliente,fecha,importe", row, 60, ",")))
    assert "is_return =" not in text.replace("Map is_return =", "")
    assert ('is "Abono"?' in text) == is_asked


def test_a_code_beyond_the_scale_is_seen_in_decimals_too(tmp_path):
    row = lambda i: (i, f"C{i % 9}", f"2024-03-{i % 28 + 1:02}", "9.0" if i % 30 == 0 else f"{i % 5 + 1}.0")  # noqa: E731
    text = proposed(write(tmp_path, csat_csv=lines("survey_id,customer_id,answered_at,csat", row, 90, ",")))
    assert "9: is that an answer or none" in text


@pytest.mark.parametrize(
    "header", ["Nº venta;Cód. cliente;F. venta;Importe", "Sale ID;Customer Ref;Sold On;Net Amount"]
)
def test_short_names_of_dates_are_dates(tmp_path, header):
    row = lambda i: (f"V{i}", f"C{i % 9:03}", f"{when():%d/%m/%Y}", "9,50")  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, ventas_csv=lines(header, row)))
    assert tables["orders"].height == 40
