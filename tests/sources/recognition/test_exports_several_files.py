"""Exports of several files: contacts of accounts, numbers and formats of each file, metrics beside tickets."""

# ruff: noqa: E731 - rows are short

from __future__ import annotations

import pytest

from lealtad.base.errors import DataError
from lealtad.sources import open_source
from tests.sources.exports import lines, loaded, orders, proposed, proposed_and_loaded, when, write

ACCOUNTS = lines("account_id,account_name,created_at", lambda i: (f"A{i:03}", f"Co {i}", "2022-01-05"), 20, ",")
CONTACTS = lines(
    "contact_id,account_id,email,created_at",
    lambda i: (f"K{i:03}", f"A{i % 20:03}", f"c{i}@x.org", "2022-02-05"),
    40,
    ",",
)
ANSWERS = lines(
    "response_id,contact_id,answered_at,nps_score",
    lambda i: (i, f"K{i % 40:03}", f"{when():%Y-%m-%d}", i % 11),
    40,
    ",",
)
INVOICES = lines(
    "invoice_id,account_id,invoice_date,amount",
    lambda i: (f"I{i}", f"A{i % 20:03}", f"{when():%Y-%m-%d}", 9.5),
    40,
    ",",
)


def say(text):
    return " ".join(text.replace("\n#", "").split())


def test_contacts_are_other_names_of_their_accounts_where_facts_name_both(tmp_path):
    files = {"accounts_csv": ACCOUNTS, "contacts_csv": CONTACTS, "answers_csv": ANSWERS, "invoices_csv": INVOICES}
    text, tables = proposed_and_loaded(write(tmp_path, **files))
    assert "[sources.identities]" in text
    assert tables["customers"]["customer_id"].n_unique() == 20
    assert (tables["surveys"].height, tables["surveys"]["score"].sum()) == (40, sum(i % 11 for i in range(40)))


def test_contacts_that_no_fact_names_are_no_customers(tmp_path):
    files = {"accounts_csv": ACCOUNTS, "contacts_csv": CONTACTS, "invoices_csv": INVOICES}
    text, tables = proposed_and_loaded(write(tmp_path, **files))
    assert "contacts, and no fact names them: their accounts are the customers" in say(text)
    assert tables["customers"].height == 20


def test_accounts_that_no_fact_names_are_no_customers(tmp_path):
    files = {"accounts_csv": ACCOUNTS, "contacts_csv": CONTACTS, "answers_csv": ANSWERS}
    _, tables = proposed_and_loaded(write(tmp_path, **files))
    assert set(tables["customers"]["customer_id"]) == {f"K{i:03}" for i in range(40)}


def sell(first, customer):
    row = lambda i: (first + i, customer(i), f"{when():%d/%m/%Y %H:%M}", "9,50")
    return lines("Nº ticket;Tarjeta cliente;Fecha;Total", row, 40)


def test_numbers_that_two_shops_share_are_told_apart_by_their_file(tmp_path):
    files = {"ventas_sur_csv": sell(1, lambda i: f"T{i % 9}"), "ventas_norte_csv": sell(1, lambda i: f"T{i % 7}")}
    text, tables = proposed_and_loaded(write(tmp_path, **files))
    assert (tables["orders"].height, tables["orders"]["amount"].sum()) == (80, 760)
    assert set(tables["orders"]["order_id"].str.head(11)) == {"ventas_sur-", "ventas_nort"}
    assert 'Other files have the same "Nº ticket" for other customers' in say(text)


def test_numbers_of_one_series_stay_as_they_are(tmp_path):
    files = {"ventas_sur_csv": sell(1, lambda i: f"T{i % 9}"), "ventas_norte_csv": sell(41, lambda i: f"T{i % 7}")}
    _, tables = proposed_and_loaded(write(tmp_path, **files))
    assert set(tables["orders"]["order_id"]) == {str(i) for i in range(1, 81)}


@pytest.mark.parametrize("dates", ["%d/%m/%Y", "%m/%d/%Y"])
def test_files_of_similar_names_are_read_by_their_own_formats(tmp_path, dates):
    files = {
        "ventas_2023_csv": orders(("1.234,56", "99,90")),
        "ventas_2024_csv": orders(("1234.56",), date=dates, separator=",").replace("P0", "Q0"),
    }
    _, tables = proposed_and_loaded(write(tmp_path, **files))
    assert tables["orders"].height == 80
    assert tables["orders"]["amount"].sum() == pytest.approx(20 * 1234.56 + 20 * 99.90 + 40 * 1234.56)


def test_totals_in_two_currencies_are_not_summed(tmp_path):
    row = lambda i: (f"P{i}", f"C{i % 9}", f"{when():%Y-%m-%d}", "9.50")
    spain = lines("Order ID,Customer ID,Order date,Total (EUR)", row, 40, ",")
    folder = write(tmp_path, orders_es_csv=spain, orders_uk_csv=spain.replace("P", "U").replace("EUR", "GBP"))
    text = proposed(folder)
    assert 'constants.currency = "EUR"' in text
    with pytest.raises(DataError, match="currenc"):
        loaded(folder)
    settings = folder / "lealtad.toml"
    settings.write_text(f'{text}\n[currencies]\nkeep = "EUR"\nrates.GBP = 1.2\n', "utf-8")
    tables, _ = loaded(folder)
    assert tables["orders"]["amount"].sum() == pytest.approx(40 * 9.5 + 40 * 9.5 * 1.2)


def test_metrics_in_a_second_file_are_those_of_the_tickets(tmp_path):
    tickets = lines(
        "id,requester_id,created_at,priority",
        lambda i: (600 + i, i % 9, f"2024-01-{1 + i % 28:02} 10:00:00", "high"),
        40,
        ",",
    )
    metrics = lines(
        "id,ticket_id,solved_at,reply_time_in_minutes_calendar,reply_time_in_minutes_business",
        lambda i: (9000 + i, 600 + i, f"2024-03-{1 + i % 28:02} 10:00:00" if i % 4 else "", 90, 30),
        40,
        ",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, tickets_csv=tickets, ticket_metrics_csv=metrics))
    events = tables["ticket_events"]
    times = events.filter(events["ticket_id"] == "601").sort("occurred_at")
    assert times["event"].to_list() == ["created", "agent_reply", "solved"]
    assert (times["occurred_at"][1] - times["occurred_at"][0]).total_seconds() == 90 * 60
    assert events.filter(events["event"] == "solved").height == 30
    assert "its columns are read with the tickets" in say(text)


def test_a_metric_that_no_section_reads_is_counted(tmp_path):
    row = lambda i: (f"R{i}", ("NPS", "CSAT")[i % 2], 5 + i % 2, f"c{i % 9}@x.org", f"{when():%Y-%m-%d %H:%M}")
    text = lines("Response ID,Survey Type,Score,Email,Responded At", row, 40, ",")
    folder = write(tmp_path, responses_csv=text)
    proposed(folder)
    later = "R40,PMF,3,c1@x.org,2024-12-01 10:00\nR41,PMF,3,c2@x.org,2024-12-01 10:00\n"
    write(folder, responses_csv=text + later)
    source = open_source(str(folder))
    rows = sum(batch.rows.height for batch in source.tables["surveys"]())
    assert rows == 40
    assert 'surveys: 2 rows left out: "Survey Type" is "PMF"' in source.remarks()


def test_the_same_people_in_two_lists_are_not_twice_as_many(tmp_path):
    crm = lines("Id CRM;Email;Fecha alta", lambda i: (f"K{i:03}", f"c{i}@x.org", "15/03/2022"), 30)
    shop = lines(
        "ID cliente;Correo electrónico;Fecha registro", lambda i: (9000 + i, f"C{i}@X.org ", "20/03/2022"), 30
    )
    sales = orders(customer=lambda i: 9000 + i % 30).replace("Código cliente", "ID cliente")
    cases = lines("Nº incidencia;Id CRM;Fecha apertura", lambda i: (i, f"K{i % 30:03}", f"{when():%d/%m/%Y}"), 40)
    files = {"clientes_crm_csv": crm, "clientes_tienda_csv": shop, "pedidos_csv": sales, "incidencias_csv": cases}
    text = proposed(write(tmp_path, **files))
    asked = say(text)
    assert "both list the same people, with ids of their own" in asked
    query = asked.split('query = """')[-1].split('"""')[0]
    files = '["clientes_tienda.csv", "clientes_crm.csv"]'
    section = f'[sources.identities]\nfiles = {files}\ndates = "day first"\nquery = """{query}"""\n'
    (tmp_path / "lealtad.toml").write_text(f"{text}\n{section}", "utf-8")
    tables, rejected = loaded(tmp_path)
    assert rejected.is_empty()
    assert (tables["customers"].height, tables["orders"].height) == (30, 40)
    assert tables["ticket_events"].height == 40


def test_cards_that_list_customers_again_join_their_sales(tmp_path):
    customers = lines("Id cliente;Fecha alta", lambda i: (f"C{i:03}", "15/03/2022"), 25)
    cards = lines("Nº tarjeta;Id cliente;Fecha emisión", lambda i: (2400 + i, f"C{i:03}", "15/03/2022"), 25)
    sales = orders(customer=lambda i: 2400 + i % 25).replace("Código cliente", "Nº tarjeta")
    files = {"clientes_csv": customers, "tarjetas_csv": cards, "ventas_csv": sales}
    text, tables = proposed_and_loaded(write(tmp_path, **files))
    assert "lists customers of clientes.csv again" in say(text)
    assert tables["customers"].height == 25
    assert tables["orders"].height == 40


def test_payments_of_invoices_are_no_orders_though_their_numbers_agree(tmp_path):
    amount = lambda i: f"{10 + 7 * i % 31}.50"
    invoices = lines("id,customer_id,date,total", lambda i: (i, f"C{i % 9}", "2024-01-05", amount(i)), 40, ",")
    payments = lines(
        "id,invoice_id,customer_id,date,amount",
        lambda i: (i, 39 - i, f"C{(39 - i) % 9}", "2024-02-05", amount(39 - i)),
        40,
        ",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, invoices_csv=invoices, payments_csv=payments))
    assert tables["orders"]["amount"].sum() == sum(float(amount(i)) for i in range(40))
    assert "it seems to repeat the orders of invoices.csv" in say(text)
