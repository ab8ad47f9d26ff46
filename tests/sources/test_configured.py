"""A company's own columns, words and files become those of the contract, row by row and nothing lost."""

import gzip
from datetime import UTC, date, datetime

import polars as pl
import pytest

from lealtad.base.errors import DataError
from lealtad.lake.loading import load
from lealtad.sources import open_source, read
from lealtad.sources.contract import get_table, split
from lealtad.sources.shaping import shape_rows
from lealtad.sources.table_source import TableSource

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CLIENTES = "Código;Alta;Plan;Provincia;Notas\n1;31/01/2025;Básico;Madrid;x\n2;15/02/2025;N/A;Sevilla;y\n"
CONTACTOS = (
    "id;cliente;fecha;tipo;importe\n"
    "t1;1;01/03/2026 10:00;Compra web;1.234,50\n"
    "t2;2;02/03/2026 11:30;Soporte;\n"
    "t3;1;03/03/2026 12:00;Fiesta;5,00\n"
    "t4;1;2026\n"
)
SETTINGS = """
[sources]
reject_limit = 0.6
[sources.customers]
files = "exports/clientes*.csv.gz"
zone = "Europe/Madrid"
dates = "day first"
columns = { customer_id = "Código", became_customer_at = "Alta" }
attributes = ["Plan", "Provincia"]
[sources.touchpoints]
files = "exports/contactos.csv"
zone = "Europe/Madrid"
dates = "day first"
decimal = ","
constants = { channel = "web", initiated_by = "customer" }
[sources.touchpoints.columns]
touchpoint_id = "id"
customer_id = "cliente"
occurred_at = "fecha"
stage = "tipo"
touchpoint = "tipo"
value = "importe"
[sources.touchpoints.values]
stage = { "Compra web" = "purchase", "Soporte" = "service" }
"""


@pytest.fixture
def company(tmp_path):
    (tmp_path / "exports").mkdir()
    head, *rows = CLIENTES.splitlines()
    for number, row in enumerate(rows):
        (tmp_path / "exports" / f"clientes{number}.csv.gz").write_bytes(gzip.compress(f"{head}\n{row}\n".encode()))
    (tmp_path / "exports" / "contactos.csv").write_text(CONTACTOS, encoding="utf-8")
    (tmp_path / "lealtad.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def test_a_companys_exports_go_in_as_its_settings_say(company):
    loaded = load(company / "lake", open_source(str(company)), loaded_at=NOW, reject_limit=0.6)
    customers = loaded.lake.read("customers").sort("customer_id")
    assert customers.select("customer_id", "attr_plan", "attr_provincia").rows() == [
        ("1", "Básico", "Madrid"),
        ("2", None, "Sevilla"),
    ]
    assert customers["became_customer_at"][0] == datetime(2025, 1, 30, 23, tzinfo=UTC)
    touchpoints = loaded.lake.read("touchpoints").sort("touchpoint_id")
    assert touchpoints.select("touchpoint", "stage", "channel", "initiated_by", "value").rows() == [
        ("Compra web", "purchase", "web", "customer", 1234.5),
        ("Soporte", "service", "web", "customer", None),
    ]
    rejected = loaded.rejected.select("source", "source_row", "rules").rows()
    assert rejected == [
        ("exports/contactos.csv", 2, "stage_is_allowed"),
        ("exports/contactos.csv", 3, "row_is_whole"),
    ]


def test_batches_say_where_rows_stood_and_what_was_left_out(company):
    batches = list(open_source(str(company / "lealtad.toml")).tables["customers"]())
    assert [(batch.origin, batch.first_row) for batch in batches] == [
        ("exports/clientes0.csv.gz", 0),
        ("exports/clientes1.csv.gz", 0),
    ]
    assert {batch.left_out for batch in batches} == {("Notas",)}


def test_reading_again_reads_anew(company):
    table = open_source(str(company)).tables["customers"]
    assert [batch.rows.height for batch in table()] == [batch.rows.height for batch in table()] == [1, 1]


def test_a_file_and_how_it_is_read_have_a_fingerprint(company):
    def prints():
        return {
            origin: file.fingerprint() for origin, file in open_source(str(company)).files["customers"].items()
        }

    before = prints()
    assert prints() == before
    (company / "exports" / "clientes1.csv.gz").write_bytes(gzip.compress(CLIENTES.encode()))
    changed = prints()
    assert [changed[name] == before[name] for name in before] == [True, False]
    (company / "lealtad.toml").write_text(SETTINGS.replace("Europe/Madrid", "Europe/Lisbon"), encoding="utf-8")
    assert not set(prints().values()) & set(changed.values())


def test_a_file_may_serve_a_table_twice(company):
    again = SETTINGS.replace("[sources.touchpoints]", "[[sources.touchpoints]]", 1)
    again = again.split("[[sources.touchpoints]]", 1)
    (company / "lealtad.toml").write_text("[[sources.touchpoints]]".join([*again, again[1]]), encoding="utf-8")
    assert list(open_source(str(company)).files["touchpoints"]) == [
        "exports/contactos.csv",
        "exports/contactos.csv (2)",
    ]


def test_a_column_that_is_not_there_names_the_nearest(company):
    (company / "lealtad.toml").write_text(SETTINGS.replace('"Código"', '"Codigo"'), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"column 'customer_id': expected a column 'Codigo'.* Did you mean 'Código'"
    ):
        read(str(company))


def test_a_file_that_is_not_there_names_what_is(company):
    (company / "lealtad.toml").write_text(SETTINGS.replace("contactos.csv", "contacto*.csv.gz"), encoding="utf-8")
    with pytest.raises(DataError, match=r"found clientes0.csv.gz, clientes1.csv.gz, contactos.csv"):
        open_source(str(company))


def test_lines_become_orders_by_a_query_and_rows_that_do_not_fit_stay_rejected(tmp_path):
    (tmp_path / "customers.csv").write_text("customer_id\n1\n")
    (tmp_path / "lines.csv").write_text(
        "ticket;who;day;euros\na;1;2026-01-05;2.5\na;1;2026-01-05;1\nb;1;2026-01-06;9\nb\n"
    )
    (tmp_path / "lealtad.toml").write_text(
        """
        [sources]
        reject_limit = 0.5
        customers.files = "customers.csv"
        [sources.orders]
        files = "lines.csv"
        columns = { order_id = "ticket", customer_id = "who", ordered_at = "day", amount = "total" }
        query = "select ticket, who, day, sum(euros::double) as total from rows group by all order by ticket"
        """
    )
    loaded = load(tmp_path / "lake", open_source(str(tmp_path)), loaded_at=NOW, reject_limit=0.5)
    assert loaded.lake.read("orders").sort("order_id").select("order_id", "amount").rows() == [
        ("a", 3.5),
        ("b", 9.0),
    ]
    assert loaded.rejected.select("rules", "source").rows() == [("row_is_whole", "query of lines.csv")]
    assert (loaded.counts["orders"].rows_in, loaded.counts["orders"].rejected) == (3, 1)


@pytest.mark.parametrize(
    "query",
    [
        "select nope from rows",
        "select * from read_csv('/etc/passwd')",
        "copy rows to 'stolen.csv'",
        "set enable_external_access = true",
        "not sql",
        "",
    ],
)
def test_a_query_reads_the_rows_and_nothing_else(tmp_path, query):
    (tmp_path / "customers.csv").write_text("customer_id\n1\n")
    text = f'[sources.customers]\nfiles = "customers.csv"\nquery = "{query or " "}"\n'
    (tmp_path / "lealtad.toml").write_text(text)
    with pytest.raises(DataError, match="expected a query that reads the table rows"):
        read(str(tmp_path / "lealtad.toml"))
    assert not list(tmp_path.glob("**/stolen.csv"))


def test_values_are_translated_whatever_type_they_have():
    rows = pl.DataFrame({"customer_id": [1, 2, 3], "consent_contact": [1.0, 2.0, None]})
    source = TableSource(files="a.parquet", values={"consent_contact": {"1": True, "2": False}})
    made = shape_rows(rows, get_table("customers"), source)
    assert split("customers", made.rows).valid["consent_contact"].to_list() == [True, False, None]


def test_a_value_may_be_mapped_to_nothing_and_a_constant_stands_over_a_column():
    rows = pl.DataFrame({"customer_id": ["1"], "became_customer_at": ["1900-01-01"], "country": ["FR"]})
    source = TableSource(
        files="a.csv",
        values={"became_customer_at": {"1900-01-01": ""}},
        constants={"country": "ES", "first_contact_at": date(2025, 1, 1)},
    )
    made = shape_rows(rows, get_table("customers"), source)
    valid = split("customers", made.rows).valid
    assert valid.select("became_customer_at", "country").row(0) == (None, "ES")
    assert valid["first_contact_at"][0] == datetime(2025, 1, 1, tzinfo=UTC)
    assert made.left_out == ("country",)


def test_a_folder_has_one_file_per_table_of_any_kind(tmp_path):
    (tmp_path / "customers.csv.gz").write_bytes(gzip.compress(b"customer_id\n1\n"))
    pl.DataFrame({"order_id": ["a"], "customer_id": ["1"]}).write_excel(tmp_path / "orders.xlsx")
    assert {name: rows.height for name, rows in read(str(tmp_path)).items()} == {"customers": 1, "orders": 1}
    (tmp_path / "orders.csv").write_text("order_id\n")
    with pytest.raises(DataError, match=r"table 'orders': expected one file, found orders.csv, orders.xlsx"):
        open_source(str(tmp_path))
