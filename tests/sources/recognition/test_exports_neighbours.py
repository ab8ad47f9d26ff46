"""Exports that look like others and mean something else, each beside a neighbour that must stay what it was."""

from __future__ import annotations

import json

import pytest

from tests.sources.exports import lines, loaded, orders, proposed, proposed_and_loaded, when, write


def _day():
    return f"{when():%d/%m/%Y %H:%M}"


def _folder(parent, name):
    (parent / name).mkdir()
    return parent / name


def _sales(header, row, count=30):
    return lines(header, row, count)


def test_a_ticket_with_an_amount_is_a_receipt(tmp_path):
    sales = _sales("Ticket;Cliente;Fecha;Importe", lambda i: (f"T{i}", f"C{i % 9}", _day(), "9,50"))
    text, tables = proposed_and_loaded(write(tmp_path, ventas_csv=sales))
    assert tables["orders"].height == 30, text
    assert "ticket_events" not in tables


@pytest.mark.parametrize("column", ["Fecha cierre", "Prioridad", "Agente"])
def test_a_ticket_that_is_solved_or_ranked_is_a_request_whatever_it_claims(tmp_path, column):
    value = {"Prioridad": "Alta", "Agente": "Ana"}
    header = f"Ticket;Cliente;Fecha apertura;{column};Importe reclamado"
    row = lambda i: (f"T{i}", f"C{i % 9}", _day(), value.get(column) or f"{when():%d/%m/%Y}", "9,50")  # noqa: E731
    text = proposed(write(tmp_path, tickets_csv=_sales(header, row)))
    assert "[sources.tickets]" in text
    assert "[sources.orders]" not in text


def test_rows_with_an_id_a_user_and_a_time_are_no_tickets(tmp_path):
    log = lines("id,user_id,received_at,screen", lambda i: (i, f"u{i % 9}", f"{when()}", f"s{i}"), separator=",")
    assert "[sources.tickets]" not in proposed(write(tmp_path, tracks_csv=log))


def test_amounts_below_zero_are_returns_if_nothing_else_says_so(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders(("12,50", "12,50", "12,50-"), count=30)))
    assert 'negative_amounts = "returns"' in text
    assert tables["orders"]["is_return"].sum() == 10
    assert "negative_amounts" not in proposed(write(tmp_path, pedidos_csv=orders()))


def test_a_flag_of_returns_counts_before_the_sign(tmp_path):
    rows = _sales(
        "Pedido;Cliente;Fecha;Importe;Devolución", lambda i: (f"P{i}", f"C{i % 9}", _day(), "-9,5", "No")
    )
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=rows))
    assert "negative_amounts" not in text
    assert not tables["orders"]["is_return"].any()


MEMBERS = "Nº socio;Fecha alta;Fecha baja;{}"


def _members(column, values):
    ended = lambda i: "" if i % 4 else "13/05/2024"  # noqa: E731
    row = lambda i: (i + 1, f"{i % 28 + 1:02}/03/2023", ended(i), values[i % len(values)])  # noqa: E731
    return _sales(MEMBERS.format(column), row)


def test_members_with_a_fee_are_contracts_too(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, socios_csv=_members("Cuota mensual", ["30,00"])))
    assert tables["subscriptions"]["event"].value_counts().sort("event").rows() == [("end", 8), ("start", 30)], (
        text
    )
    assert tables["subscriptions"]["amount_monthly"].max() == pytest.approx(30)


def test_what_customers_spent_is_no_fee(tmp_path):
    text = proposed(write(tmp_path, clientes_csv=_members("Gasto total", ["130,50"]), pedidos_csv=orders()))
    assert "\n[sources.contracts]\n" not in text
    assert '"Fecha baja" says when some customers ended' in text


def test_the_end_of_a_newsletter_ends_no_contract(tmp_path):
    members = _members("Cuota mensual", ["30,00"]).replace("Fecha baja", "Fecha baja newsletter")
    assert "[sources.contracts]" not in proposed(write(tmp_path, socios_csv=members))


def _plans(prices):
    header = "Nº contrato;Nº socio;Fecha alta;Fecha baja;Tipo;Precio"
    row = lambda i: (  # noqa: E731
        *(f"K{i}", f"S{i}", f"{i % 28 + 1:02}/03/2023", "" if i % 4 else "13/05/2024"),
        *(("Mensual", "Anual")[i % 2], prices[i % 2]),
    )
    return _sales(header, row)


def test_a_price_that_grows_with_the_period_pays_for_it(tmp_path):
    text = proposed(write(tmp_path, contratos_csv=_plans(("39,90", "399,00"))))
    assert 'interval = "Tipo"' in text


def test_a_price_that_does_not_grow_with_the_period_is_asked_about(tmp_path):
    text = proposed(write(tmp_path, contratos_csv=_plans(("39,90", "35,00"))))
    assert "which period does it pay for?" in text
    assert 'interval = "Tipo"' not in text


def _bills(header, row):
    return _sales(header, row, 40)


def test_invoices_of_listed_orders_are_asked_about(tmp_path):
    listed = _bills("Nº pedido;Cliente;Fecha;Total", lambda i: (f"P{i}", f"C{i % 9}", _day(), f"{10 + i},50"))
    bills = _bills(
        "Nº factura;Cliente;Fecha factura;Total", lambda i: (f"F{i}", f"C{i % 9}", _day(), f"{10 + i},50")
    )
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=listed, facturas_csv=bills))
    assert "it seems to repeat the orders of pedidos.csv" in " ".join(text.replace("\n#", "").split())
    assert tables["orders"].height == 40


def test_invoices_of_something_else_count(tmp_path):
    listed = _bills("Nº pedido;Cliente;Fecha;Total", lambda i: (f"P{i}", f"C{i % 9}", _day(), f"{10 + i},50"))
    bills = _bills(
        "Nº factura;Cliente;Fecha factura;Total", lambda i: (f"F{i}", f"C{i % 9}", _day(), f"{70 + i},25")
    )
    _, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=listed, facturas_csv=bills))
    assert tables["orders"].height == 80


def test_a_payment_date_is_not_that_of_the_invoice(tmp_path):
    header = "Nº factura;Cliente;Fecha pago;Fecha emisión;Total"
    text = proposed(
        write(tmp_path, facturas_csv=_bills(header, lambda i: (i, f"C{i % 9}", _day(), _day(), "9,5")))
    )
    assert 'ordered_at = "Fecha emisión"' in text


def _changes(events):
    return lines(
        "account_id,event,event_at",
        lambda i: (f"a{i % 12}", events[i // 12 % len(events)], f"2024-0{i // 12 + 1}-1{i % 9}"),
        36,
        ",",
    )


def test_changes_that_name_no_contract_are_those_of_their_customer(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, events_csv=_changes(["created", "upgraded", "cancelled"])))
    assert "touchpoints" not in tables, text
    assert tables["subscriptions"].filter(event="end").height == 12


def test_events_of_an_app_stay_touchpoints(tmp_path):
    assert "[sources.touchpoints]" in proposed(
        write(tmp_path, events_csv=_changes(["login", "created", "export"]))
    )


def test_a_plan_is_no_contract(tmp_path):
    header = "account_id,event_type,event_at,plan,mrr"
    row = lambda i: (  # noqa: E731
        *(f"a{i % 12}", ("subscription_created", "cancelled")[i // 12], f"2024-0{i // 12 + 1}-11"),
        *(("basic", "pro")[i % 2], "29.00"),
    )
    text = proposed(write(tmp_path, subscription_events_csv=lines(header, row, 24, ",")))
    assert 'subscription_id = "account_id"' in text


def test_the_scale_of_another_metric_is_not_that_of_nps(tmp_path):
    header = "Score,Comment,Email,Response At (UTC),Survey Sent At (UTC),Survey Type,Permalink"
    row = lambda i: (i % 5 + 1, "", f"d{i}@example.com", f"{when()}", f"{when()}", "CSAT", "x")  # noqa: E731
    text = proposed(write(tmp_path, delighted_csv=lines(header, row, 40, ",")))
    assert "scale_max = 5 " in text


@pytest.mark.slow
def test_prices_of_an_api_are_in_the_smallest_unit(tmp_path):
    def subscription(i, currency):
        price = {"unit_amount": 2900, "recurring": {"interval": "month", "interval_count": 1}}
        times = {"created": 1_700_000_000 + i, "start_date": 1_700_000_000 + i * 86_400, "ended_at": None}
        items = {"data": [{"quantity": 2, "price": price}]}
        one = {"id": f"sub_{i}", "customer": f"cus_{i}", "canceled_at": None, "cancel_at_period_end": False}
        return json.dumps({**one, **times, "currency": currency, "items": items})

    def export(currency):
        return "\n".join(subscription(i, currency) for i in range(20))

    text, tables = proposed_and_loaded(write(_folder(tmp_path, "eur"), subscriptions_jsonl=export("eur")))
    assert tables["subscriptions"]["amount_monthly"].unique().to_list() == [58.0], text
    assert "in cents?" in proposed(write(_folder(tmp_path, "clp"), subscriptions_jsonl=export("clp")))


def test_lines_with_a_discount_are_summed_as_they_cost(tmp_path):
    header = "Nº factura;Cliente;Fecha;Artículo;Cantidad;Precio;% Dto;Importe"

    def row(i):
        bill = i // 2
        return (
            f"F{bill}",
            f"C{bill % 9}",
            f"{bill % 28 + 1}/03/2024",
            f"A{i % 2}",
            "2,00",
            "10,50",
            "10,00",
            "18,90",
        )

    text, tables = proposed_and_loaded(write(tmp_path, lineas_csv=lines(header, row, 40)))
    assert tables["orders"]["amount"].unique().to_list() == [pytest.approx(37.8)], text
    assert text.count('amount = "Importe"') == 2  # of the order, and of its lines


def test_a_doubtful_date_of_customers_keeps_no_customer_out(tmp_path):
    customers = lines("Código cliente;Fecha alta", lambda i: (f"C{i:04}", "05/02/2022"), 29)
    text, tables = proposed_and_loaded(write(tmp_path, clientes_csv=customers, pedidos_csv=orders()))
    assert tables["customers"].height == 29
    assert '# became_customer_at = "Fecha alta"' in text


def test_one_column_shows_how_a_file_writes_dates(tmp_path):
    row = lambda i: (i, f"C{i % 9}", f"{i % 28 + 1:02}/03/2024", "04/05/2024" if i % 2 else "")  # noqa: E731
    tickets = lines("Nº incidencia;Cliente;Fecha apertura;Fecha cierre", row)
    text = proposed(write(tmp_path, incidencias_csv=tickets))
    assert 'dates = "day first"' in text
    assert "# dates" not in text


@pytest.mark.parametrize(
    ("write_time", "first"),
    [
        (lambda at: f"{at:%Y%m%d%H%M%S}", "2023"),
        (lambda at: str(int(at.timestamp()) * 1_000_000), "2023"),
    ],
)
def test_times_in_one_number(tmp_path, write_time, first):
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=orders(date=write_time)))
    assert str(tables["orders"]["ordered_at"].min()).startswith(first), text


def test_customers_that_only_an_address_names(tmp_path):
    customers = lines("email,created_at", lambda i: (f"c{i}@example.com", "2024-01-05"), 20, ",")
    sales = lines(
        "order_id,email,created_at,total", lambda i: (i, f"c{i % 20}@example.com", when(), "9.5"), 40, ","
    )
    _, tables = proposed_and_loaded(write(tmp_path, customers_csv=customers, orders_csv=sales))
    assert tables["customers"].height == 20
    assert tables["customers"]["first_contact_at"].null_count() == 0


def test_the_wording_of_a_question_stands_below_its_header(tmp_path):
    header = "ResponseId,ExternalReference,EndDate,RecordedDate,DistributionChannel,Finished,Q1"
    wording = (
        "Response ID,External Data Reference,End Date,Recorded Date,Channel,Finished,How likely to recommend us?"
    )
    ids = ",".join('"{""ImportId"":""x""}"' for _ in header.split(","))
    row = lambda i: (f"R{i}", f"C{i}", "2024-01-05 10:00:00", "2024-01-05 10:01:00", "email", "True", i % 11)  # noqa: E731
    body = lines(header, row, 40, ",").partition("\n")[2]
    text, tables = proposed_and_loaded(write(tmp_path, answers_csv=f"{header}\n{wording}\n{ids}\n{body}"))
    assert tables["surveys"]["metric"].unique().to_list() == ["nps"], text


@pytest.mark.parametrize("header", ["NIF tomador", "CUIT cliente", "RUC", "Titular"])
def test_who_holds_a_policy_is_its_customer(tmp_path, header):
    row = lambda i: (f"P{i}", f"2000{i:04}", f"{i % 28 + 1}/03/2023", "" if i % 3 else "13/05/2024", "360,00")  # noqa: E731
    policies = lines(f"Nº póliza;{header};Fecha efecto;Fecha anulación;Prima anual", row, 30)
    text, tables = proposed_and_loaded(write(tmp_path, polizas_csv=policies))
    assert tables["subscriptions"].filter(event="end").height == 10, text
    assert tables["subscriptions"]["amount_monthly"].max() == pytest.approx(30)


def test_unreadable_rows_of_negative_amounts_are_rejected_as_before(tmp_path):
    sales = orders(tuple(f"{amount},25" for amount in range(-9, 51)), count=60).replace(";7,25", ";siete")
    proposed(write(tmp_path, pedidos_csv=sales))
    _, rejected = loaded(tmp_path)
    assert rejected.height == 1


@pytest.mark.parametrize("name", ["quotes_csv", "abandoned_checkouts_csv", "carritos_csv"])
def test_what_was_never_sold_is_no_order(tmp_path, name):
    sales = lines("id,customer_id,date,amount", lambda i: (i, f"c{i % 9}", f"{when()}", "9.5"), separator=",")
    assert "[sources.orders]" not in proposed(write(tmp_path, **{name: sales}))


def test_points_that_a_customer_collects_answer_no_question(tmp_path):
    points = lines("Nº socio;Fecha;Puntos", lambda i: (f"S{i % 9}", _day(), 10 + i))
    assert "[sources.surveys]" not in proposed(write(tmp_path, movimientos_csv=points))


def test_a_status_is_no_duration(tmp_path):
    header = "Ticket ID;Contact ID;Created;First response status;First response time (in hrs)"
    row = lambda i: (i, f"C{i % 9}", f"2024-03-{i % 28 + 1:02} 09:00", "Within SLA", "02:31:12")  # noqa: E731
    text = proposed(write(tmp_path, tickets_csv=lines(header, row)))
    assert 'first_reply_after = "First response time (in hrs)"' in text
