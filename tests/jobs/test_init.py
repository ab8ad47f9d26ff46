"""A starter maps what it recognises, asks for the rest, names nobody, and loads as it is."""

import json
import re

import polars as pl
import pytest

from lealtad.sources.configuration import read_sources
from lealtad.sources.opening import read
from tests.jobs import exports

EXPORTS = {
    # rows in, and rejected: one kind of interaction, the zebra, has no stage, and waits for a person to say
    exports.spanish_retailer: {"customers": (40, 0), "surveys": (300, 0), "orders": (711, 0)},
    exports.english_software: {"customers": (40, 0), "touchpoints": (400, 8), "subscriptions": (50, 0)},
    exports.helpdesk: {"customers": (40, 0), "ticket_events": (600, 0)},
    exports.typed_warehouse: {"customers": (40, 0), "orders": (711, 0)},
}


def sections(folder):
    return read_sources(folder / "lealtad.toml").tables


@pytest.mark.parametrize(("export", "rows"), EXPORTS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_the_starter_loads_as_it_is_and_names_nobody(run, folder, model, export, rows):
    export(folder)
    done = run("init", folder)
    assert (done.code, done.err) == (0, "")
    text = (folder / "lealtad.toml").read_text()
    assert not re.search(r"Persona \d|@|Printer \d|u_\d|C\d\d\d", text)
    report = json.loads(run("check", folder / "lealtad.toml", "--model", model, "--json").out)
    assert {one["table"]: (one["rows_in"], one["rejected"]) for one in report["tables"]} == rows


def test_a_spanish_retailer_is_understood(run, folder):
    run("init", exports.spanish_retailer(folder))
    (orders,), (customers,), (surveys,) = (sections(folder)[name] for name in ("orders", "customers", "surveys"))
    assert orders.files == ("pedidos_*.csv",)
    assert (orders.encoding, orders.dates, orders.decimal) == (("cp1252",), "day first", ",")
    assert orders.columns == {
        "order_id": "Nº pedido",
        "customer_id": "Código cliente",
        "ordered_at": "Fecha",
        "amount": "Importe",
        "is_return": "Devolución",
    }
    assert orders.values == {"is_return": {"Sí": "true"}}
    assert customers.columns == {"customer_id": "Código", "became_customer_at": "Fecha de alta"}
    assert customers.attributes == ("Provincia",)
    assert surveys.constants == {"metric": "nps", "kind": "relational", "scale_min": 0, "scale_max": 10}
    text = (folder / "lealtad.toml").read_text()
    assert "Left out, personal data: Nombre, Email" in text
    assert "known too late to learn from: Baja" in text


def test_software_contracts_and_a_log_are_understood(run, folder):
    run("init", exports.english_software(folder))
    (customers,), (log,), (contracts,) = (
        sections(folder)[name] for name in ("customers", "touchpoints", "contracts")
    )
    assert customers.columns["segment"] == "tier"
    assert "churned" not in customers.attributes
    assert {"started_at", "ended_at"} <= set(contracts.columns)
    assert not contracts.query
    assert log.values["stage"]["Support chat"] == "service"
    assert log.values["initiated_by"] == {"inbound": "customer", "outbound": "company"}
    assert re.search(r'^# "Zebra" = .*awareness', (folder / "lealtad.toml").read_text(), re.MULTILINE)


def test_contracts_say_nothing_in_the_past_that_a_renewal_writes_over(run, folder):
    """The start of a contract is the same in exports of before and after its renewal, but for the price."""
    head = "subscription_id,customer_id,started_at,ended_at,monthly_price,term_end"
    ended = "".join(f"s{i},c{i},2024-01-01,2025-03-0{1 + i % 9},9.9,2026-01-01\n" for i in range(40))
    starts = []
    for name, today in (("before", "9.9,2025-06-01"), ("after", "12.9,2027-06-01")):
        (folder / name).mkdir()
        (folder / name / "contracts.csv").write_text(f"{head}\n{ended}k,c,2024-06-01,,{today}\n")
        run("init", folder / name)
        rows = read(str(folder / name))["contracts"]
        starts.append(rows.filter(pl.col("subscription_id") == "k").rows(named=True))
    (before,), (after,) = starts
    assert (before.pop("amount_monthly"), after.pop("amount_monthly")) == ("9.9", "12.9")
    assert before == after
    text = (folder / "after" / "lealtad.toml").read_text()
    comments = " ".join(text.split("\n#   "))
    assert '"term_end" is left out: each renewal overwrites it' in comments
    assert 'The start has the current price, "monthly_price"' in comments
    assert "# Left out, today's value, not the one at the start: term_end" in text


def test_flat_tickets_are_understood_and_their_subjects_are_no_categories(run, folder):
    run("init", exports.helpdesk(folder))
    (tickets,) = sections(folder)["tickets"]
    assert tickets.dates == "month first"
    assert {"created_at", "first_reply_at", "solved_at", "priority"} <= set(tickets.columns)
    assert "category" not in tickets.columns
    assert tickets.values == {"priority": {"High": "high", "Low": "low"}}


def test_priorities_in_spanish_are_mapped_and_the_check_tells_of_those_that_are_not(run, folder, model):
    priorities = ["Baja", "Normal", "Alta", "Urgente", "VIP"]
    rows = [f"{i};c{i % 9};{1 + i % 28:02d}/03/2025 09:15;{priorities[i % 5]}" for i in range(60)]
    (folder / "tickets.csv").write_text("\n".join(["Ticket;Cliente;Fecha apertura;Prioridad", *rows]))
    run("init", folder)
    (tickets,) = sections(folder)["tickets"]
    assert tickets.values["priority"] == {"Baja": "low", "Normal": "normal", "Alta": "high", "Urgente": "urgent"}
    settings = folder / "lealtad.toml"
    written = settings.read_text()
    settings.write_text(written + "[sla]\nlow = 16\nnormal = 8\nhigh = 4\nurgent = 2\n")
    findings = json.loads(run("check", folder, "--model", model, "--json").out)["findings"]
    (finding,) = [one["finding"] for one in findings if one["column"] == "priority"]
    assert finding.startswith(
        "12 of 60 tickets (20%) have a priority without hours in [sla], and are never late: 'VIP'"
    )


def test_contacts_with_an_id_of_their_own_are_events_and_no_customers(run, folder, model):
    people = [f"C{i};{'Sí' if i % 3 else 'No'}" for i in range(9)]
    (folder / "clientes.csv").write_text("\n".join(["Código cliente;Acepta comunicaciones", *people]))
    reasons = ["Consulta", "Queja"]
    rows = [f"K{i};C{i % 9};{1 + i % 28:02d}/03/2025 09:{i % 60:02d};web;{reasons[i % 2]}" for i in range(60)]
    head = "Id contacto;Código cliente;Fecha contacto;Canal;Tipo"
    (folder / "contactos.csv").write_text("\n".join([head, *rows]))
    run("init", folder)
    (customers,), (contacts,) = (sections(folder)[name] for name in ("customers", "touchpoints"))
    assert customers.columns == {"customer_id": "Código cliente", "consent_contact": "Acepta comunicaciones"}
    assert {name: contacts.columns[name] for name in ("touchpoint_id", "customer_id", "occurred_at")} == {
        "touchpoint_id": "Id contacto",
        "customer_id": "Código cliente",
        "occurred_at": "Fecha contacto",
    }
    report = json.loads(run("check", folder, "--model", model, "--json").out)
    assert {one["table"]: (one["rows_in"], one["rejected"]) for one in report["tables"]} == {
        "customers": (9, 0),
        "touchpoints": (60, 0),
    }


def test_contacts_of_whom_nothing_tells_the_kind_are_of_the_kind_of_their_channel(run, folder):
    rows = [f"K{i};C{i % 9};{1 + i % 28:02d}/03/2025;{'web' if i % 2 else 'tienda'}" for i in range(60)]
    (folder / "contactos.csv").write_text("\n".join(["Id;Cliente;Fecha;Canal", *rows]))
    run("init", folder)
    (contacts,) = sections(folder)["touchpoints"]
    assert contacts.columns["touchpoint"] == contacts.columns["channel"] == "Canal"


@pytest.mark.slow
def test_effort_without_a_direction_is_said_and_mended_as_said(run, folder, model):
    rows = [f"E{i};C{i % 9};{1 + i % 28:02d}/03/2025;{1 + i % 7}" for i in range(60)]
    (folder / "encuesta_ces.csv").write_text("\n".join(["id;cliente;fecha;puntuacion", *rows]))
    run("init", folder)
    settings = folder / "lealtad.toml"
    assert "constants.higher_is_easier = true" in " ".join(settings.read_text().split("\n#  "))

    def codes():
        findings = json.loads(run("check", folder, "--model", model, "--json").out)["findings"]
        return {one["code"]: one["finding"] for one in findings}

    assert codes()["ces_undirected"].startswith("60 of 60 answers on effort (100%)")
    fixed = settings.read_text().replace(
        "[sources.surveys]", "[sources.surveys]\nconstants.higher_is_easier = true"
    )
    settings.write_text(fixed)
    assert "ces_undirected" not in codes()


def test_a_column_that_bears_a_contract_name_and_means_something_else_is_left_out(run, folder):
    run("init", exports.typed_warehouse(folder))
    (orders,) = sections(folder)["orders"]
    assert orders.columns["amount"] == "net_revenue"
    assert "margin" not in orders.query


def test_dates_that_could_be_either_are_asked_and_the_check_says_the_same(run, folder):
    rows = "\n".join(f"{i},c{i % 3},0{1 + i % 9}/0{1 + i % 8}/2025,5" for i in range(30))
    (folder / "orders.csv").write_text(f"order_id,customer_id,ordered_at,amount\n{rows}")
    run("init", folder)
    assert '# dates = "day first"' in (folder / "lealtad.toml").read_text()
    assert read_sources(folder / "lealtad.toml").orders[0].dates == "iso"
    check = run("check", folder)
    assert check.code == 1
    assert "'dd/dd/dddd'" in check.out
    assert "State how they are written (dates" in check.out.replace("\n            ", " ")


def test_what_is_not_recognised_is_said_and_the_check_says_the_same(run, folder):
    (folder / "weather.csv").write_text("station,rain\na,1\nb,2\n")
    (folder / "broken.parquet").write_text("no")
    done = run("init", folder)
    text = (folder / "lealtad.toml").read_text()
    for shown in (text, done.out):
        assert "Missing: customers." in shown
        assert "weather.csv" in shown
    assert "broken.parquet: cannot be read" in text
    for source in (folder, folder / "lealtad.toml"):
        check = run("check", source)
        assert (check.code, check.out) == (2, "")
        assert "such as [sources.orders]" in check.err


def test_it_never_overwrites_and_an_empty_folder_is_refused(run, folder):
    empty = run("init", folder)
    assert (empty.code, list(folder.iterdir())) == (2, [])
    exports.helpdesk(folder)
    (folder / "lealtad.toml").write_text("# mine")
    again = run("init", folder)
    assert again.code == 2
    assert "never overwritten" in again.err
    assert (folder / "lealtad.toml").read_text() == "# mine"


def test_sheets_of_a_workbook_are_tables(run, folder):
    import xlsxwriter

    with xlsxwriter.Workbook(str(folder / "crm.xlsx")) as book:
        for name, rows in {
            "Clientes": [["Código", "Alta"], *[[f"C{i}", f"0{1 + i}/12/2024"] for i in range(9)]],
            "Pedidos": [
                ["Pedido", "Cliente", "Fecha", "Importe"],
                *[[i, f"C{i % 9}", f"{13 + i % 9}/01/2025", 7.5] for i in range(40)],
            ],
        }.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    run("init", folder)
    assert {one.sheet for (one,) in sections(folder).values()} == {"Clientes", "Pedidos"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_is_looked_at_and_its_address_stays_a_reference(run, folder, tmp_path, monkeypatch, kind):
    exports.typed_warehouse(folder)
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("fct_orders", "dim_customers")}
    home = tmp_path / "home"
    home.mkdir()
    _fill(home / f"crm.{kind}", kind, tables)
    monkeypatch.setenv("CRM_URL", f"{kind}:///crm.{kind}")
    done = run("init", home, "--database", "${CRM_URL}")
    text = (home / "lealtad.toml").read_text()
    assert (done.code, done.err) == (0, "")
    assert f"crm.{kind}" not in text + done.out
    report = json.loads(run("check", home, "--json").out)
    assert {one["table"]: (one["rows_in"], one["rejected"]) for one in report["tables"]} == EXPORTS[
        exports.typed_warehouse
    ]


def _fill(path, kind, tables):
    import duckdb

    with duckdb.connect(str(path) if kind == "duckdb" else ":memory:") as con:
        for name, rows in tables.items():
            if kind == "duckdb":
                con.register("given", rows.to_arrow())
                con.execute(f"create table {name} as select * from given")  # noqa: S608 - our own names
    if kind == "sqlite":
        import sqlite3

        with sqlite3.connect(path) as con:
            for name, rows in tables.items():
                text = rows.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M:%S"))
                con.execute(f"create table {name} ({', '.join(text.columns)})")
                marks = ", ".join("?" * text.width)
                con.executemany(f"insert into {name} values ({marks})", text.rows())  # noqa: S608 - our own names
        con.close()


def test_a_password_in_plain_words_is_refused_and_not_repeated(run, folder):
    done = run("init", folder, "--database", "postgresql://me:hunter2@localhost/crm")
    assert done.code == 2
    assert "hunter2" not in done.err + done.out
    assert not list(folder.iterdir())
