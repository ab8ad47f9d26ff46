"""What facts mean: which rows count, who consents, what a contract costs, how long a reply took."""

import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.recognition.columns.order_statuses import read_status, says_what_counts
from lealtad.sources.recognition.sections.consent import read_consent_direction
from tests.sources.exports import lines, loaded, proposed, proposed_and_loaded, when, write

DAY = "%Y-%m-%d %H:%M"


def orders(column, values, total="10.00"):
    return lines(
        f"Order ID,Customer ID,Date,Total,{column}",
        lambda i: (f"O{i}", f"C{i % 9}", f"{when():{DAY}}", total, values[i % len(values)]),
        separator=",",
    )


@pytest.mark.parametrize(
    ("column", "values", "counted"),
    [
        ("Order Status", ["Completed", "Cancelled", "Awaiting Payment", "Refunded"], 10),
        ("Estado", ["Completado", "Pago fallido", "Anulado", "Reembolsado"], 10),
        ("Situación", ["Servido", "Pendiente"], 20),
        ("payment_status", ["PAID", "UNPAID", "VOID", "draft"], 10),
        ("Financial Status", ["paid", "partially_refunded", "voided", "expired"], 20),
        ("Anulado", ["No", "Sí"], 20),
        ("Fulfillment Status", ["shipped", "pending"], 40),
        ("State", ["CA", "NY"], 40),
    ],
)
def test_a_status_decides_which_orders_count(tmp_path, column, values, counted):
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=orders(column, values)))
    assert tables["orders"].height == counted


@pytest.mark.parametrize(
    "values", [["A", "B"], ["Completed", "Zugestellt"], ["1", "2", "3"], ["pending", "draft"]]
)
def test_a_status_that_nobody_can_tell_is_asked_and_no_order_loaded(tmp_path, values):
    text = proposed(write(tmp_path, orders_csv=orders("Order Status", values)))
    assert '# order_id = "Order ID"' in text
    assert "which orders count" in text
    with pytest.raises(DataError, match="order_id"):
        loaded(tmp_path)


@pytest.mark.parametrize(
    ("name", "says"),
    [("Estado", True), ("Refunded Amount", True), ("Lineitem fulfillment status", False), ("Total", False)],
)
def test_a_column_that_says_what_counts_is_known_by_its_name(name, says):
    assert says_what_counts(name) == says


@pytest.mark.parametrize(
    ("value", "means"),
    [
        ("Parcialmente reembolsado", "partly"),
        ("Cancelled - refunded", "nothing"),
        ("pago-pendiente", "nothing"),
        ("wc-completed", "counts"),
        ("Devuelto", "returned"),
        ("Cierre ganado", "counts"),
    ],
)
def test_words_of_both_languages_are_known(value, means):
    assert read_status(value) == means


def test_what_was_paid_back_is_taken_off(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=orders("Refund Total", ["0.00", "2.50"])))
    assert 'minus.amount = ["Refund Total"]' in text
    assert tables["orders"]["amount"].sum() == 20 * 10.0 + 20 * 7.5


def test_abonada_is_not_taken_for_a_return(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, facturas_csv=orders("Abonada", ["Sí", "Sí", "Sí", "No"])))
    assert '"Abonada" can mean paid or refunded' in text
    assert "is_return" not in tables["orders"].columns


# lines of orders


def lined(total, blank):
    """Three lines an order: the order's cells repeat, or stand on the first alone."""
    rows = []
    for order in range(20):
        for line in range(3):
            first = line == 0 or not blank
            own = (f"5500{order}", "paid", total) if first else ("", "", "")
            rows.append((f"#{order}", f"c{order % 7}@x.es", *own, f"2024-01-{order + 1:02}", 2, "5.00"))
    head = "Name,Email,Id,Financial Status,Total,Created at,Lineitem quantity,Lineitem price"
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


@pytest.mark.parametrize("blank", [True, False])
def test_further_lines_of_an_order_are_no_orders_and_no_rejects(tmp_path, blank):
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=lined("34.95", blank)))
    assert tables["orders"].select("amount", "items").unique().rows() == [(34.95, 6)]
    assert tables["orders"].height == 20


def test_without_a_total_lines_are_added_up(tmp_path):
    text = lines(
        "order_id,customer_id,order_date,quantity,unit_price",
        lambda i: (f"O{i // 2}", f"C{i // 2 % 9}", f"2024-01-{i // 2 + 1:02}", 1 + i % 2, "9.50"),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, order_items_csv=text))
    assert tables["orders"].select("amount", "items").unique().rows() == [(28.5, 3)]


def test_guests_are_told_by_their_mail(tmp_path):
    text = lines(
        "Order ID,Customer ID,Billing Email,Date,Total",
        lambda i: (f"O{i}", i % 2 and i % 9, f"c{i % 9}@x.es", f"{when():{DAY}}", "5.00"),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=text))
    assert tables["orders"].height == 40
    assert set(tables["orders"]["customer_id"]) == {f"c{number}@x.es" for number in range(9)}


def test_deals_are_orders_when_they_were_won_and_closed(tmp_path):
    stages = ["Cierre ganado", "Presentación programada", "Cierre perdido", "Cita programada"]
    text = lines(
        "ID negocio,Etapa del negocio,Fecha de cierre,Fecha de creación,Importe,ID cliente",
        lambda i: (f"N{i}", stages[i % 4], "2024-03-05 10:00", "2024-01-05 10:00", "30.00", f"C{i % 9}"),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, negocios_csv=text))
    assert tables["orders"].height == 10
    assert set(tables["orders"]["ordered_at"].dt.month()) == {3}


def test_cells_with_several_ids_are_asked(tmp_path):
    text = lines(
        "Deal ID,Associated Contact IDs,Close date,Amount",
        lambda i: (f"N{i}", "7;8" if i == 3 else i, f"{when():{DAY}}", "30.00"),
        separator=",",
    )
    assert "more than one id" in proposed(write(tmp_path, deals_csv=text))


def test_several_currencies_are_asked_and_rates_bring_them_together(tmp_path):
    folder = write(tmp_path, orders_csv=orders("Currency", ["EUR", "usd"]))
    text = proposed(folder)
    assert "several currencies (EUR, USD)" in text
    with pytest.raises(DataError, match="EUR, USD"):
        loaded(folder)
    (folder / "lealtad.toml").write_text(text + '\n[currencies]\nkeep = "EUR"\nrates = { USD = 0.5 }\n')
    assert loaded(folder)[0]["orders"]["amount"].sum() == 20 * 10.0 + 20 * 5.0
    (folder / "lealtad.toml").write_text(text + '\n[currencies]\nkeep = "EUR"\n')
    assert loaded(folder)[0]["orders"].height == 20


# consent


@pytest.mark.parametrize(
    ("name", "values", "consenting"),
    [
        ("Baja comunicaciones", ("Sí", "No"), 20),
        ("Robinson", ("S", "N"), 20),
        ("HasOptedOutOfEmail", ("TRUE", "FALSE"), 20),
        ("Do Not Contact", ("yes", "no"), 20),
        ("Unsubscribed from all email", ("true", "false"), 20),
        ("Acepta publicidad", ("No", "Sí"), 20),
        ("Email Marketing Consent", ("revoked", "granted"), 20),
        ("Consentimiento", ("Revocado", "Concedido"), 20),
        ("Email Marketing Status", ("unsubscribed", "subscribed"), 20),
        ("No desea recibir publicidad", ("Sí", "No"), 20),
    ],
)
def test_who_refuses_does_not_consent(tmp_path, name, values, consenting):
    people = lines(f"customer id,{name}", lambda i: (f"C{i}", values[i % 4 != 0]), separator=",")
    bought = lines(
        "order id,customer id,date,total", lambda i: (i, f"C{i}", f"{when():{DAY}}", "5.00"), separator=","
    )
    _, tables = proposed_and_loaded(write(tmp_path, customers_csv=people, orders_csv=bought))
    consent = tables["customers"].sort("customer_id")["consent_contact"]
    assert (consent.sum(), (~consent).sum()) == (30, 10)
    assert consenting


@pytest.mark.parametrize("column", ["Fecha baja newsletter", "Acepta emails,No acepta SMS"])
def test_what_may_go_either_way_is_asked(tmp_path, column):
    values = ("2024-01-05", "") if "Fecha" in column else ("Sí,No", "No,Sí")
    people = lines(f"customer id,{column}", lambda i: (f"C{i}", values[i % 2]), separator=",")
    text = proposed(write(tmp_path, customers_csv=people))
    assert "# consent_contact = " in text
    assert "which way does it go" in text


@pytest.mark.parametrize("name", ["Fecha baja", "Baja", "Número de contacto", "Estado", "No. cliente", "Plan"])
def test_other_columns_say_nothing_of_consent(name):
    assert read_consent_direction(name) is None


# contracts


def contracts(head, row):
    return lines(head, row, separator=",")


def ended(i, value="2024-06-01"):
    return value if i % 4 == 0 else ""


@pytest.mark.parametrize(
    ("head", "row", "monthly"),
    [
        (
            "subscription_id,customer_id,start_date,end_date,amount_cents,interval",
            lambda i: (f"s{i}", f"C{i}", "2024-01-05", ended(i), 2500, "month"),
            25.0,
        ),
        (
            ("uuid,account_code,plan_code,quantity,unit_amount,activated_at,canceled_at,expires_at,"
            "plan_interval_length,plan_interval_unit"),
            lambda i: (f"u{i}", f"C{i}", "p", 2, "60.00", "2024-01-05", ended(i, "2024-05-02"), ended(i), 6,
            "month"), 20.0,
        ),
        (
            "Nº póliza,Cliente,Fecha alta,Fecha baja,Prima anual",
            lambda i: (f"P{i}", f"C{i}", "2024-01-05", ended(i) or "2999-12-31", 240),
            20.0,
        ),
        (
            "Contrato,Cliente,Fecha inicio,Fecha fin,Periodicidad,Importe",
            lambda i: (f"P{i}", f"C{i}", "2024-01-05", ended(i) or "9999-12-31", "Trimestral", 60),
            20.0,
        ),
        (
            "Contrato,Cliente,Fecha alta,Fecha solicitud baja,Fecha baja,Cuota mensual",
            lambda i: (f"P{i}", f"C{i}", "2024-01-05", ended(i, "2024-05-01"), ended(i), 20),
            20.0,
        ),
        (
            "id,customer,created,canceled_at,cancel_at_period_end,current_period_end,plan_amount,plan_interval",
            lambda i: (
                f"s{i}", f"C{i}", "2024-01-05", ended(i, "2024-05-01"), "true" if i % 4 == 0 else "false",
                "2024-06-01", "30.00", "month",
            ),
            30.0,
        ),
    ],
)  # fmt: skip
def test_a_list_of_contracts_tells_ends_from_requests_and_years_from_months(tmp_path, head, row, monthly):
    _, tables = proposed_and_loaded(write(tmp_path, contratos_subscriptions_csv=contracts(head, row)))
    rows = tables["subscriptions"]
    assert rows.filter(event="start").height == 40
    ends = rows.filter(event="end")["occurred_at"].dt.strftime("%Y-%m")
    assert (ends.len(), set(ends)) == (10, {"2024-06"})
    assert rows["amount_monthly"].drop_nulls().unique().to_list() == [monthly]
    requests = rows.filter(event="cancel_request").height
    assert requests == (10 if "cancel" in head or "solicitud" in head else 0)


def test_a_price_for_months_and_years_alike_is_asked(tmp_path):
    text = contracts(
        "subscription_id,customer_id,start_date,end_date,plan,price",
        lambda i: (
            f"s{i}",
            f"C{i}",
            "2024-01-05",
            ended(i),
            ("Pro Monthly", "Pro Annual")[i % 2],
            (25, 20)[i % 2],
        ),
    )
    assert '# amount = "price"' in proposed(write(tmp_path, subscriptions_csv=text))


def test_a_state_without_a_date_says_that_and_not_when(tmp_path):
    text = contracts(
        "Contrato,Cliente,Fecha alta,Estado", lambda i: (f"P{i}", f"C{i}", "2024-01-05", ("Activo", "Baja")[i % 2])
    )
    assert "no column says when" in proposed(write(tmp_path, contratos_csv=text))


@pytest.mark.parametrize("long", [True, False])
def test_monthly_snapshots_are_asked(tmp_path, long):
    months = [
        "\n".join(
            f"{f'2024-{month:02},' if long else ''}S{i},{'Baja' if i < month else 'Activo'},30" for i in range(30)
        )
        for month in range(1, 7)
    ]
    if long:
        write(tmp_path, socios_csv="Periodo,ID socio,Estado,Cuota\n" + "\n".join(months))
    else:
        for month, rows in enumerate(months, 1):
            (tmp_path / f"socios_2024{month:02}.csv").write_text("ID socio,Estado,Cuota\n" + rows)
    assert "snapshots, month by month" in proposed(tmp_path)


# tickets


@pytest.mark.parametrize(
    ("column", "value", "minutes"),
    [
        ("First reply time in minutes", lambda _: 90, 90),
        ("First response time (in hrs)", lambda _: "26:30:00", 1590),
        ("Tiempo primera respuesta", lambda _: "1 d 3 h", 1620),
        ("Tiempo de primera respuesta (horas)", lambda _: 2, 120),
    ],
)
def test_how_long_the_first_reply_took_is_read(tmp_path, column, value, minutes):
    text = lines(
        f"Ticket ID,Customer ID,Created at,{column}",
        lambda i: (i, f"C{i % 9}", f"2024-01-05 {i % 20:02}:00", value(i)),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, tickets_csv=text))
    both = (
        tables["ticket_events"]
        .group_by("ticket_id")
        .agg(wait=pl.col("occurred_at").max() - pl.col("occurred_at").min())
    )
    assert both["wait"].dt.total_minutes().unique().to_list() == [minutes]


@pytest.mark.parametrize(
    ("column", "value"),
    [("First response", "14:28:00"), ("First response time", "35"), ("Primera respuesta", "02:31")],
)
def test_what_may_be_a_time_of_day_or_has_no_unit_is_asked(tmp_path, column, value):
    text = lines(
        f"Ticket ID,Customer ID,Created at,{column}",
        lambda i: (i, f"C{i % 9}", f"{when():{DAY}}", value),
        separator=",",
    )
    assert "# first_reply_after = " in proposed(write(tmp_path, tickets_csv=text))


# events


@pytest.mark.parametrize(
    "names",
    [
        ("Envío", "Apertura", "Rebote", "Clic"),
        ("Received Email", "Opened Email", "Bounced Email", "Clicked Email"),
        ("messages.email.Send", "messages.email.Open", "messages.email.Bounce", "messages.email.Click"),
    ],
)
def test_what_a_mailing_does_is_the_companys_and_clicks_are_the_customers(tmp_path, names):
    text = lines(
        "Event ID,User ID,Event name,Time,Received at,Campaign",
        lambda i: (
            f"m{i}",
            "" if i == 0 else f"C{i % 9}",
            names[i % 4],
            f"2024-01-05 {i % 20:02}:00",
            "2024-02-01",
            "News",
        ),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, events_csv=text))
    rows = tables["touchpoints"]
    assert rows.height == 39
    assert set(rows.filter(initiated_by="customer")["touchpoint"]) == {names[3]}
    assert set(rows["stage"]) == {"consideration"}
    assert set(rows["recorded_at"].dt.month()) == {2}
    assert "m1" in rows["touchpoint_id"]


ABONADOS = """
[sources.customers]
files = "abonados_*.csv"
query = 'select distinct "Código cliente" as customer_id from rows order by 1'

[sources.subscriptions]
files = "abonados_*.csv"
decimal = ","
"""


def abonados(folder):
    """Three months: one stays and pays more, one is flagged, one vanishes and comes back, one is new."""
    months = {
        "202401": ("C1;Básico;Activo;20,00", "C2;Básico;Activo;20,00", "C3;Plus;Activo;35,00"),
        "202402": ("C1;Plus;Activo;35,00", "C2;Básico;Baja;20,00"),
        "202403": (
            "C1;Plus;Activo;35,00",
            "C2;Básico;Baja;20,00",
            "C3;Plus;Activo;35,00",
            "C4;Plus;Activo;35,00",
        ),
    }
    header = "Código cliente;Tarifa;Estado;Cuota mensual"
    for month, rows_of_month in months.items():
        (folder / f"abonados_{month}.csv").write_text("\n".join([header, *rows_of_month]) + "\n", "utf-8")


def test_what_init_asks_of_snapshots_unfolds_them_as_it_stands(tmp_path):
    abonados(tmp_path)
    text = " ".join(proposed(tmp_path).replace("\n#", " ").split())
    keys = text.partition("with its files and ")[2].partition(". A file")[0].split(", ")
    (tmp_path / "lealtad.toml").write_text(ABONADOS + "\n".join(keys) + "\n", "utf-8")
    tables, rejected = loaded(tmp_path)
    assert rejected.is_empty()
    found = tables["subscriptions"].sort("subscription_id", "occurred_at")
    assert found.select(
        "subscription_id", "event", found["occurred_at"].dt.date().cast(str), "amount_monthly"
    ).rows() == [
        ("C1", "start", "2024-01-31", 20.0),
        ("C1", "change", "2024-02-29", 35.0),
        ("C2", "start", "2024-01-31", 20.0),
        ("C2", "end", "2024-02-29", 20.0),
        ("C3", "start", "2024-01-31", 35.0),
        ("C3", "end", "2024-02-29", 35.0),
        ("C3", "start", "2024-03-31", 35.0),
        ("C4", "start", "2024-03-31", 35.0),
    ]


def test_snapshots_of_another_table_are_refused(tmp_path):
    (tmp_path / "lealtad.toml").write_text('[sources.orders]\nfiles = "x.csv"\nsnapshots = "month"\n', "utf-8")
    with pytest.raises(SettingsError, match="snapshots"):
        loaded(tmp_path)
