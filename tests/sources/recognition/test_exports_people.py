"""Whose a row is: constants, names, documents and addresses; contacts and who began them."""

from __future__ import annotations

from tests.sources.exports import lines, orders, proposed, proposed_and_loaded, when, write


def test_a_value_that_all_rows_share_is_no_customer(tmp_path):
    kinds = ["Open", "Click", "Sent"]
    rows = lines(
        "ClientID,SubscriberKey,EventDate,EventType",
        lambda i: ("100001", f"c{i % 9}", f"{when():%Y-%m-%d %H:%M:%S}", kinds[i % 3]),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, Tracking_csv=rows))
    assert tables["touchpoints"]["customer_id"].n_unique() == 9, text


def test_a_document_identifies_better_than_a_name(tmp_path):
    rows = lines(
        "Nº pedido;Comprador;DNI;Fecha;Total",
        lambda i: (f"P{i}", ["Ana Ruiz", "Luis Gil"][i % 2], f"{30000000 + i % 9}", f"{when():%d/%m/%Y}", "9,50"),
    )
    text, tables = proposed_and_loaded(write(tmp_path, ventas_csv=rows))
    assert tables["orders"]["customer_id"].n_unique() == 9, text
    gaps = lines(
        "Nº pedido;Comprador;DNI;Fecha;Total",
        lambda i: (f"P{i}", "Ana Ruiz", "" if i % 2 else "30000000", f"{when():%d/%m/%Y}", "9,50"),
    )
    assert 'customer_id = "Comprador"' in proposed(
        write(tmp_path, ventas_csv=gaps.replace("Ana Ruiz", "Luis Gil", 1))
    )


def test_a_contract_of_many_customers_is_a_product(tmp_path):
    events = ["Subscribe", "Renew", "Cancel"]
    rows = lines(
        "Event Date,Event,Subscription ID,Subscriber ID",
        lambda i: (f"2024-0{i % 3 + 1}-{i // 3 % 28 + 1:02}", events[i % 3], "1234567890", f"s{i // 3}"),
        count=60,
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, Subscription_Event_csv=rows))
    assert tables["subscriptions"]["subscription_id"].n_unique() == 20, text


def test_directions_say_who_called_whatever_their_column_is_called(tmp_path):
    rows = lines(
        "CALL ID,TIMESTAMP,CALL TYPE,CUSTOMER ID",
        lambda i: (f"3{i:04}", when(), ["Inbound", "Outbound"][i % 2], f"c{i % 9}"),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, Call_Log_csv=rows))
    assert (tables["touchpoints"]["initiated_by"] == "company").sum() == 20, text


def test_a_list_of_people_is_of_customers_by_any_name(tmp_path):
    consent = ["SUBSCRIBED", "NEVER_SUBSCRIBED", "UNSUBSCRIBED"]
    people = lines(
        "Email,First Name,Last Name,Email Marketing Consent,Created On",
        lambda i: (f"k{i}@example.com", "Ana", "Ruiz", consent[i % 3], f"{when():%Y-%m-%d}"),
        count=30,
        separator=",",
    )
    bought = lines(
        "order_id,email,created_at,total", lambda i: (i, f"k{i % 30}@example.com", when(), "9.5"), separator=","
    )
    text, tables = proposed_and_loaded(write(tmp_path, list_export_csv=people, orders_csv=bought))
    assert tables["customers"]["consent_contact"].sum() == 10, text


def test_people_who_unsubscribed_by_their_status_are_asked_about(tmp_path):
    people = lines(
        "Contact ID,Email,Status",
        lambda i: (i + 1, f"k{i}@example.com", ["Active", "Unsubscribed"][i % 2]),
        separator=",",
    )
    bought = lines(
        "order_id,email,created_at,total", lambda i: (i, f"k{i % 30}@example.com", when(), "9.5"), separator=","
    )
    text = proposed(write(tmp_path, contacts_csv=people, orders_csv=bought))
    assert '# consent_contact = "Status"' in text


def test_date_and_time_of_day_in_two_columns_are_one_time(tmp_path):
    row = lambda i: (f"I{i}", f"C{i % 9}", "25/03/2024", f"{8 + i % 9:02}:30", "25/03/2024", f"{10 + i % 9}:00")  # noqa: E731
    header = "Nº incidencia;Cliente;Fecha apertura;Hora apertura;Fecha cierre;Hora cierre"
    text, tables = proposed_and_loaded(write(tmp_path, incidencias_csv=lines(header, row)))
    events = tables["ticket_events"]
    first = events.filter(events["ticket_id"] == "I0").sort("occurred_at")["occurred_at"].dt.to_string("%R")
    assert first.to_list() == ["08:30", "10:00"], text


def test_a_duration_beside_a_date_is_no_time_of_day(tmp_path):
    rows = lines(
        "call_id,customer_id,call_date,call_time,direction",
        lambda i: (i, f"c{i % 9}", f"2024-03-{i % 28 + 1:02}", f"00:0{i % 9}:31", ["inbound", "outbound"][i % 2]),
        separator=",",
    )
    assert "combines" not in proposed(write(tmp_path, calls_csv=rows))


def test_ids_that_a_spreadsheet_keeps_as_text_join(tmp_path):
    for number, form in enumerate(('="{:05}"', "'{:05}")):
        folder = tmp_path / str(number)
        folder.mkdir()
        bought = lines(
            "Nº pedido;Cliente;Fecha;Importe",
            lambda i, form=form: (i, form.format(i % 20), f"{when():%d/%m/%Y %H:%M}", "9,50"),
        )
        people = lines("Cliente;Fecha alta", lambda i: (f"{i:05}", "05/01/2022"), count=20)
        text, tables = proposed_and_loaded(write(folder, pedidos_csv=bought, clientes_csv=people))
        assert 'ids.customer_id = "spreadsheet text"' in text
        assert set(tables["orders"]["customer_id"]) <= set(tables["customers"]["customer_id"])


def test_dates_with_dots_and_months_first_by_name_are_read(tmp_path):
    for number, form in enumerate(("%d.%m.%y %H.%M", "%b-%d-%y")):
        folder = tmp_path / str(number)
        folder.mkdir()
        bought = lines(
            "order_id;customer_id;date;amount",
            lambda i, form=form: (i, f"c{i % 9}", f"{when():{form}}", "9,50"),
        )
        text, tables = proposed_and_loaded(write(folder, orders_csv=bought))
        assert set(tables["orders"]["ordered_at"].dt.year()) == {2023, 2024}, text


def test_intervals_count_by_a_column_named_like_them(tmp_path):
    rows = lines(
        "Subscription ID,Customer ID,Price,Billing Interval,Billing Frequency,Started At,Canceled At",
        lambda i: (f"s{i}", f"c{i}", "120.00", "month", ["1", "3"][i % 2], "2024-01-05", ""),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, subscriptions_csv=rows))
    assert set(tables["subscriptions"]["amount_monthly"]) == {120.0, 40.0}, text


def test_customers_with_a_row_per_address_are_listed_once(tmp_path):
    kinds = ("Facturación", "Envío")
    row = lambda i: (f"C{i // 2:03}", "15/03/2022", kinds[i % 2], ("Madrid", "Jaén")[i % 2], "Sí")  # noqa: E731
    header = "Código cliente;Fecha alta;Tipo dirección;Provincia;Acepta comunicaciones"
    text, tables = proposed_and_loaded(
        write(
            tmp_path, clientes_csv=lines(header, row, 40), pedidos_csv=orders(customer=lambda i: f"C{i % 20:03}")
        )
    )
    assert tables["customers"]["customer_id"].n_unique() == 20, text
    assert "attr_provincia" not in tables["customers"].columns
    assert "without what differs between these (Tipo dirección, Provincia)" in " ".join(
        text.replace("\n#", "").split()
    )
