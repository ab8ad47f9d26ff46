"""Amounts in cents or thousands, statuses in one word, numbers that mean no answer, and amounts that are none."""

from __future__ import annotations

import json

import pytest

from tests.sources.exports import answers, lines, loaded, orders, proposed, proposed_and_loaded, when, write

SEVEN = (
    "Strongly disagree", "Disagree", "Somewhat disagree", "Neutral", "Somewhat agree", "Agree", "Strongly agree",
)  # fmt: skip


def charges(**more):
    rows = [
        {
            "id": f"ch_{i:04}",
            "customer": f"cus_{i % 9:04}",
            "created": 1_700_000_000 + 86_400 * i,
            "currency": "eur",
            "status": "failed" if i % 4 == 0 else "succeeded",
            **{key: value(i) for key, value in more.items()},
        }
        for i in range(40)
    ]
    return json.dumps({"object": "list", "data": rows})


def test_charges_of_an_api_are_in_cents(tmp_path):
    files = {"charges_json": charges(amount=lambda _: 1999, amount_refunded=lambda _: 0, paid=lambda i: i % 4 > 0)}
    _, tables = proposed_and_loaded(write(tmp_path, **files))
    assert tables["orders"]["amount"].to_list() == [19.99] * 30


def test_whole_numbers_of_a_document_may_be_cents(tmp_path):
    text = proposed(write(tmp_path, sales_json=charges(amount=lambda _: 1999)))
    assert '# amount = "their amount"' in text
    assert "is it in cents?" in text
    answered = text.replace('# amount = "their amount"', 'amount = "their amount" #')
    scaled = answered.replace("[sources.orders]\n", "[sources.orders]\nscale.amount = 0.01\n", 1)
    (tmp_path / "lealtad.toml").write_text(scaled, "utf-8")
    assert loaded(tmp_path)[0]["orders"]["amount"].unique().to_list() == [19.99]


@pytest.mark.parametrize("currency", ["CLP", "JPY"])
def test_a_currency_without_cents_is_not_asked_about(tmp_path, currency):
    rows = charges(amount=lambda i: 1999 + i).replace('"eur"', f'"{currency}"')
    assert "is it in cents?" not in proposed(write(tmp_path, sales_json=rows))


@pytest.mark.parametrize("vendor", [True, False], ids=["stripe", "another"])
def test_currencies_with_and_without_cents_are_asked_about(tmp_path, vendor):
    more = {"amount_refunded": lambda _: 0, "paid": lambda i: i % 4 > 0} if vendor else {}
    rows = json.loads(charges(amount=lambda i: 1999 + i, **more))
    for row in rows["data"][::3]:
        row["currency"] = "clp"
    text = proposed(write(tmp_path, **{"charges_json" if vendor else "sales_json": json.dumps(rows)}))
    assert '# amount = "their amount"' in text
    assert "does it count cents, but whole units of CLP?" in text


@pytest.mark.parametrize(
    ("header", "total"), [("Importe (miles €)", 480_000), ("Importe (k€)", 480_000), ("Importe", 480)]
)
def test_thousands_that_a_header_names_are_multiplied(tmp_path, header, total):
    _, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders(("12,00",)).replace("Importe", header)))
    assert tables["orders"]["amount"].sum() == pytest.approx(total)


def test_miles_without_money_are_asked_about(tmp_path):
    text = proposed(write(tmp_path, pedidos_csv=orders(("12,00",)).replace("Importe", "Importe en miles")))
    assert "in thousands or millions?" in text
    assert '# amount = "Importe en miles"' in text


def test_the_stage_of_a_deal_is_read_in_one_word(tmp_path):
    stages = ("closedwon", "closedlost", "appointmentscheduled", "closedwon")
    row = lambda i: (f"D{i}", f"c{i % 9}@example.com", f"{when():%Y-%m-%d}", "2024-05-06", "10.00", stages[i % 4])  # noqa: E731
    rows = lines("id,contact_email,created_at,closedate,amount,dealstage", row, separator=",")
    _, tables = proposed_and_loaded(write(tmp_path, deals_csv=rows))
    assert tables["orders"]["amount"].sum() == pytest.approx(200)
    assert {str(at.date()) for at in tables["orders"]["ordered_at"]} == {"2024-05-06"}


def test_a_dash_is_no_amount_and_its_orders_are_left_out(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders(("12,50", "7,00", "-", "3,00"))))
    assert tables["orders"].height == 30
    assert tables["orders"]["amount"].sum() == pytest.approx(225)
    assert "25% of its rows have '-' for \"Importe\", no amount; they are left out." in text


def test_an_empty_amount_is_rejected_as_before(tmp_path):
    assert "where = " not in proposed(write(tmp_path, pedidos_csv=orders(("12,50", "7,00", ""))))


def test_purchases_without_an_id_below_zero_are_returns(tmp_path):
    row = lambda i: (f"C{i % 9:04}", f"{when():%d.%m.%Y}", "5,00-" if i % 4 == 0 else "12,50")  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, ventas_csv=lines("Cliente;Fecha;Importe", row)))
    assert tables["orders"].filter(~tables["orders"]["is_return"])["amount"].sum() == pytest.approx(375)
    assert tables["orders"]["is_return"].sum() == 10


def test_a_serial_date_may_have_a_decimal_comma(tmp_path):
    row = lambda i: (f"P{i}", f"C{i % 9}", f"{45_296 + i},3958", "12,50")  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=lines("Pedido;Cliente;Fecha;Importe", row)))
    assert str(tables["orders"]["ordered_at"].min())[:16] == "2024-01-05 09:29"


def test_the_total_of_a_document_counts_no_units(tmp_path):
    details = lambda i: {"totals": {"subtotal": "10.00", "grand_total": f"{12 + i}.50"}}  # noqa: E731
    assert "items =" not in proposed(write(tmp_path, sales_json=charges(details=details)))


def test_numbers_beyond_a_scale_of_ten_are_no_answers(tmp_path):
    scores = ("0", "5", "10", "98", "99", "NS/NC", "7", "10")
    _, tables = proposed_and_loaded(write(tmp_path, nps_csv=answers("¿Nos recomendaría? (0 a 10)", scores)))
    assert tables["surveys"]["score"].drop_nulls().sort().unique().to_list() == [0, 5, 7, 10]
    assert tables["surveys"]["score"].null_count() == 15


def test_a_hundred_steps_have_98_and_99(tmp_path):
    _, tables = proposed_and_loaded(
        write(tmp_path, csat_csv=answers("Satisfaction (0 to 100)", ("40", "98", "99")))
    )
    assert tables["surveys"]["score"].max() == 99


def test_seven_steps_of_agreement_are_read_if_they_have_a_middle(tmp_path):
    question = "The company made it easy to handle my issue"
    _, tables = proposed_and_loaded(write(tmp_path, e_csv=answers(question, SEVEN, 42)))
    assert tables["surveys"]["scale_max"].unique().to_list() == [7]
    assert tables["surveys"]["score"].sum() == 6 * 28
    assert tables["surveys"]["higher_is_easier"].all()


def test_answers_that_name_their_ticket_open_none(tmp_path):
    row = lambda i: (f"R{i}", f"C{i % 9}", f"T{i}", f"{when():%Y-%m-%d %H:%M}", "perhaps")  # noqa: E731
    rows = lines("response_id,customer_id,ticket_id,date,answer", row, separator=",")
    assert "[sources.tickets]" not in proposed(write(tmp_path, ces_csv=rows))


@pytest.mark.parametrize("kinds", [("V", "D"), ("Normal", "Devolución")])
def test_kinds_that_may_be_returns_are_asked_about(tmp_path, kinds):
    row = lambda i: (i, f"C{i % 9:04}", f"{when():%d/%m/%Y}", kinds[i % 4 == 0], "12,50")  # noqa: E731
    text = proposed(write(tmp_path, ventas_csv=lines("Nº operación;Cliente;Fecha;Tipo;Importe", row)))
    assert 'say first which rows of "Tipo" are returns' in text
    assert "\norder_id =" not in text


def test_millions_or_thousands_are_asked_about(tmp_path):
    text = proposed(write(tmp_path, pedidos_csv=orders(("12,00",)).replace("Importe", "Importe (M€)")))
    assert '# amount = "Importe (M€)"' in text


def test_shortened_amounts_are_shown(tmp_path):
    text = proposed(write(tmp_path, pedidos_csv=orders(("1.2K", "950", "3.4M"))))
    assert 'has amounts such as "1.2K"' in " ".join(text.replace("\n#", "").split())


def test_headers_may_share_a_prefix(tmp_path):
    def row(i):
        won = i % 2 == 0
        return i, "10.50", ("Lost", "Won")[won], "2024-01-05", "2024-02-07" if won else "", f"Ann {i % 9}"

    names = ("ID", "Value", "Status", "Deal created", "Won time", "Contact person")
    rows = lines(",".join(f"Deal - {name}" for name in names), row, separator=",")
    _, tables = proposed_and_loaded(write(tmp_path, deals_csv=rows))
    assert tables["orders"]["amount"].sum() == pytest.approx(210)
    assert {str(at.date()) for at in tables["orders"]["ordered_at"]} == {"2024-02-07"}


def test_a_word_in_a_column_of_ends_is_no_end(tmp_path):
    row = lambda i: (  # noqa: E731
        f"K{i}", f"C{i % 30}", "05/01/2023", f"{i % 28 + 1:02}/06/2024" if i % 4 == 0 else "ACTIVO", "25,00",
    )  # fmt: skip
    rows = lines("Contrato;Cliente;Fecha alta;Fecha baja;Cuota mensual", row, 60)
    _, tables = proposed_and_loaded(write(tmp_path, contratos_csv=rows))
    assert tables["subscriptions"]["event"].value_counts().sort("event").rows() == [("end", 15), ("start", 60)]


@pytest.mark.parametrize("header", ["Descuento (%)", "% Dto.", "discount_pct"])
def test_a_discount_in_percent_is_no_amount(tmp_path, header):
    row = lambda i: (f"P{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", "20,00", (0, 5, 10)[i % 3])  # noqa: E731
    rows = lines(f"Pedido;Cliente;Fecha;Importe;{header}", row)
    _, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=rows))
    assert tables["orders"]["amount"].sum() == pytest.approx(800)
    assert tables["orders"].get_column("discount", default=None) is None


@pytest.mark.parametrize("header", ["First Response Due", "First response target", "Primera respuesta prevista"])
def test_a_reply_that_was_due_is_no_reply(tmp_path, header):
    row = lambda i: (i, f"C{i % 9}", "2024-01-05 10:00", "2024-01-05 12:00", "2024-01-06 09:00" if i % 2 else "")  # noqa: E731
    rows = lines(f"Ticket ID,Customer,Created at,{header},Resolved at", row, separator=",")
    _, tables = proposed_and_loaded(write(tmp_path, tickets_csv=rows))
    assert tables["ticket_events"]["event"].value_counts().sort("event").rows() == [
        ("created", 40),
        ("solved", 20),
    ]


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("Tipo documento", ("DNI", "NIE")),
        ("Tipo doc", ("CC", "NIT")),
        ("Tipo de IVA", ("G", "R")),
        ("Tipo", ("B2B", "B2C")),
    ],
)
def test_codes_of_something_else_are_not_asked_about(tmp_path, header, kinds):
    row = lambda i: (f"P{i}", f"C{i % 9:04}", f"{when():%d/%m/%Y}", kinds[i % 2], "12,50")  # noqa: E731
    _, tables = proposed_and_loaded(
        write(tmp_path, pedidos_csv=lines(f"Pedido;Cliente;Fecha;{header};Importe", row))
    )
    assert tables["orders"].height == 40


@pytest.mark.parametrize(("currency", "asked"), [("eur", True), ("EUR", False)])
def test_whole_amounts_beside_a_currency_of_an_api_may_be_cents(tmp_path, currency, asked):
    row = lambda i: (f"sub_{i}", f"cus_{i % 9}", f"{when():%Y-%m-%d}", "", 3000, currency, "month")  # noqa: E731
    header = "id,customer_id,start_date,ended_at,plan_amount,plan_currency,plan_interval"
    text = proposed(write(tmp_path, subscriptions_csv=lines(header, row, separator=",")))
    assert ("is it in cents?" in text) == asked
