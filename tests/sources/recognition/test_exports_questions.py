"""Exports whose rows need an answer of a person: two parties, movements of points, headings, long answers."""

from __future__ import annotations

import pytest

from lealtad.base.errors import SettingsError
from tests.sources.exports import lines, loaded, orders, proposed, proposed_and_loaded, when, write

OURS = "34910000000"


def party(i):
    customer = f"34600{i % 23:06}"
    return (customer, OURS) if i % 3 else (OURS, customer)


@pytest.mark.parametrize(("sender", "receiver"), [("src", "dst"), ("caller", "callee"), ("from", "to")])
def test_two_parties_are_asked_for_the_customer(tmp_path, sender, receiver):
    row = lambda i: (f"u{i}", *party(i), f"{when():%Y-%m-%d %H:%M:%S}", 30)  # noqa: E731
    text = proposed(
        write(tmp_path, calls_csv=lines(f"uniqueid,{sender},{receiver},calldate,billsec", row, 100, ","))
    )
    asked = " ".join(text.replace("\n#", "").split())
    assert f"Are '{OURS}' the company's?" in asked
    assert f'case when "{sender}" in (\'{OURS}\') then "{receiver}" else "{sender}" end as customer_id' in asked
    assert "files = " not in text


def test_a_journey_between_two_places_has_no_parties(tmp_path):
    row = lambda i: (f"R{i}", f"C{i % 9:04}", "MAD", "BCN", f"{when():%Y-%m-%d}", "80.00")  # noqa: E731
    _, tables = proposed_and_loaded(
        write(tmp_path, bookings_csv=lines("booking_id,customer_id,from,to,date,amount", row, separator=","))
    )
    assert tables["orders"].height == 40


def test_calls_with_a_direction_need_no_kind(tmp_path):
    def row(i):
        return "Soporte", f"{when():%d/%m/%Y %H:%M}", 30, ("inbound", "outbound")[i % 2], f"+34 600 00 {i % 9:04}"

    _, tables = proposed_and_loaded(
        write(tmp_path, calls_csv=lines("line,datetime,duration,direction,number", row, 40, ","))
    )
    assert tables["touchpoints"]["initiated_by"].value_counts()["count"].to_list() == [20, 20]
    assert tables["touchpoints"]["touchpoint"].unique().to_list() == ["call"]


def test_movements_of_points_are_neither_orders_nor_contacts(tmp_path):
    row = lambda i: (f"M{i}", f"S{i % 9}", f"{when():%d/%m/%Y}", "Canje", (100, -50)[i % 2])  # noqa: E731
    text = proposed(write(tmp_path, movimientos_csv=lines("Id movimiento;Nº socio;Fecha;Tipo;Puntos", row)))
    assert "movements of points" in text
    assert "files = " not in text


def test_names_as_headings_are_asked_for_as_a_column(tmp_path):
    rows = ["Fecha,Tipo,Núm.,Importe,Saldo"]
    for customer in "ABCDE":
        rows += [
            f"Cliente {customer},,,,",
            *(f"0{day}/01/2024,Factura,{customer}{day},9.50,9.50" for day in (1, 2, 3)),
        ]
    text = proposed(write(tmp_path, ventas_csv="\n".join(rows) + "\n"))
    assert 'such as "Cliente A"' in " ".join(text.replace("\n#", "").split())
    assert "files = " not in text


def test_questions_in_rows_are_asked_for_a_section_each(tmp_path):
    asked = ("¿Nos recomendaría? (0-10)", "Satisfacción general (1-5)", "Comentario")
    given = (range(11), (1, 5, 4), ("bien",))
    row = lambda i: (f"E{i // 3}", f"C{i % 9}", "05/01/2024", asked[i % 3], given[i % 3][i % len(given[i % 3])])  # noqa: E731
    text = proposed(write(tmp_path, respuestas_csv=lines("Id;Cód. cliente;Fecha;Pregunta;Respuesta", row, 120)))
    comments = " ".join(text.replace("\n#", "").split())
    assert 'only."Pregunta" = "¿Nos recomendaría? (0-10)", columns.score = "Respuesta"' in comments
    assert 'constants.metric = "csat", constants.scale_min = 1, constants.scale_max = 5' in comments


def test_signs_that_nobody_knows_are_asked_for_their_scores(tmp_path):
    row = lambda i: (i, f"C{i % 9}", f"{when():%Y-%m-%d}", "😡😐😀"[i % 3])  # noqa: E731
    text = proposed(write(tmp_path, feedback_csv=lines("id,customer_id,created_at,rating", row, separator=",")))
    assert "which score is each" in " ".join(text.replace("\n#", "").split())


def test_orders_of_two_files_are_no_contracts(tmp_path):
    first = orders().replace("Importe", "Importe;Estado").replace("12,50", "12,50;Pendiente")
    files = {"pedidos_202401_csv": first, "pedidos_202402_csv": first.replace("Pendiente", "Completado")}
    text = " ".join(proposed(write(tmp_path, **files)).replace("\n#", "").split())
    assert 'list the same "Nº pedido" again' in text
    assert "snapshots" not in text


def test_payments_with_fees_and_a_balance_are_a_ledger(tmp_path):
    def row(i):
        money = ("20,00", "-0,60") if i % 3 else ("-50,00", "0,00")
        return f"T{i}", f"c{i % 9}@example.com", f"{when():%d/%m/%Y}", "Completed", *money, "100,00"

    rows = lines("Transaction ID;From Email Address;Date;Status;Gross;Fee;Balance", row)
    assert "entries of a ledger" in proposed(write(tmp_path, download_csv=rows))


def test_empty_cells_beside_ids_are_no_headings(tmp_path):
    row = lambda i: (f"CUST{i:03}", "" if i % 2 else "2024-01-05", "" if i % 2 else "ES")  # noqa: E731
    text = proposed(write(tmp_path, customers_csv=lines("customer_id,created_at,country", row, separator=",")))
    assert "[sources.customers]" in text


def test_readings_of_a_meter_are_neither_orders_nor_contacts(tmp_path):
    row = lambda i: (f"ES{i % 9:04}XX", f"{when():%d/%m/%Y}", 200 + i, "Real")  # noqa: E731
    text = proposed(write(tmp_path, lecturas_csv=lines("CUPS;Fecha lectura;Consumo kWh;Tipo lectura", row)))
    assert 'readings of a meter ("Consumo kWh")' in " ".join(text.replace("\n#", "").split())
    assert "files = " not in text


def test_customers_named_in_the_first_row_of_their_group_are_asked_for(tmp_path):
    rows = ["Cliente;Pedido;Fecha;Importe"]
    for whose in range(12):
        rows += [f"{'' if row else f'C{whose:03}'};P{whose}{row};{1 + row:02}/01/2024;9,50" for row in range(4)]
        rows.append(f"Total C{whose:03};;;38,00")
    text = proposed(write(tmp_path, ventas_csv="\n".join(rows) + "\n"))
    assert "do the rows below a name belong to it" in " ".join(text.replace("\n#", "").split())
    assert "files = " not in text


def test_one_column_per_choice_is_asked_for_in_one(tmp_path):
    choices = ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"]
    header = "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,How satisfied are you?,,,,"
    rows = [header, f",,,,,,{','.join(choices)}"]
    for i in range(40):
        given = ",".join(choice if i % 5 == step else "" for step, choice in enumerate(choices))
        day = f"2024-01-{1 + i % 28:02}"
        rows.append(f"{9000 + i},4400,{day},{day},,c{i % 9}@x.org,{given}")
    text = proposed(write(tmp_path, survey_csv="\n".join(rows) + "\n"))
    assert "columns hold one choice of a question each" in " ".join(text.replace("\n#", "").split())
    assert "files = " not in text


def test_an_id_that_recurs_is_suggested_as_the_customer(tmp_path):
    row = lambda i: (f"G{i}", f"D{i % 9:05}", f"{when():%Y-%m-%d}", "20.00")  # noqa: E731
    text = proposed(write(tmp_path, orders_csv=lines("order_id,constituent_id,date,amount", row, separator=",")))
    assert 'is it "constituent_id", which recurs?' in " ".join(text.replace("\n#", "").split())


def test_months_are_no_days_of_orders(tmp_path):
    row = lambda i: (f"{1 + i % 12:02}/2024", f"C{i % 9:03}", f"F{i}", "9,50")  # noqa: E731
    text = proposed(write(tmp_path, ventas_csv=lines("Mes;Cliente;Nº factura;Importe", row)))
    assert '"Mes" names months, and a fact needs its day' in " ".join(text.replace("\n#", "").split())
    assert "files = " not in text


def test_members_who_pay_by_interval_are_asked_for_their_contracts(tmp_path):
    row = lambda i: (7000 + i, f"{when():%Y-%m-%d}", "5.00", ("monthly", "annual")[i % 2])  # noqa: E731
    header = "User ID,Patronage Since Date,Pledge Amount,Charge Frequency"
    text = proposed(write(tmp_path, members_csv=lines(header, row, separator=",")))
    assert '"Charge Frequency" says how often customers pay' in " ".join(text.replace("\n#", "").split())


def test_a_dump_names_the_database_to_read(tmp_path):
    write(tmp_path, orders_sql="INSERT INTO orders VALUES (1);")
    with pytest.raises(SettingsError, match=r"only orders\.sql \(load a dump into its database"):
        proposed(tmp_path)


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (
            "Pedido;Cliente;Fecha;Importe",
            lambda i: (f"P{i}", f"C{i % 9}", ("2024-01-05", "05/01/2024", "45296")[i % 3], "9,50"),
            '"Fecha" has dates written in several ways ("2024-01-05", "05/01/2024", "45296")',
        ),
        (
            "Pedido;Cliente;Fecha;Importe",
            lambda i: (f"P{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", "9,50" if i % 9 else "Gratis"),
            '"Importe" has "Gratis" among its amounts',
        ),
        (
            "Cliente;NPS 2023;NPS 2024",
            lambda i: (f"C{i:03}", i % 11, (i + 3) % 11),
            "no column says when its answers were given",
        ),
    ],
    ids=["dates", "words", "answers"],
)
def test_what_cannot_be_read_is_said(tmp_path, header, row, said):
    text = proposed(write(tmp_path, nps_y_pedidos_csv=lines(header, row)))
    assert said in " ".join(text.replace("\n#", "").split())


def test_an_order_id_that_is_asked_about_can_be_mapped_once_the_status_is_known(tmp_path):
    row = lambda i: (i, f"C{i % 9}", 1 + i % 4, f"{when():%Y-%m-%d %H:%M:%S}", "9.50")  # noqa: E731
    header = "order_id,customer_id,order_status_id,date_added,total"
    folder = write(tmp_path, orders_csv=lines(header, row, separator=","))
    text = proposed(folder)
    settings = folder / "lealtad.toml"
    answered = text.replace('# order_id = "their order_id"', 'order_id = "their order_id" #')
    assert answered != text
    only = '[sources.orders]\nonly.order_status_id = ["2", "3"]\n'
    settings.write_text(answered.replace("[sources.orders]\n", only, 1), "utf-8")
    tables, rejected = loaded(folder)
    assert (tables["orders"].height, rejected.height) == (20, 0)


def test_a_mark_for_no_customer_is_nobody(tmp_path):
    row = lambda i: (f"P{i}", "n/a" if i % 4 == 0 else f"c{i % 9}@x.org", f"{when():%Y-%m-%d}", "9.50")  # noqa: E731
    _, tables = proposed_and_loaded(
        write(tmp_path, orders_csv=lines("Order ID,Email,Order Date,Total", row, separator=","))
    )
    assert (tables["orders"].height, tables["customers"].height) == (30, 9)
