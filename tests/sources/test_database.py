"""Databases are read in batches, may be cut off in the middle, and keep their secrets."""

import logging
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote

import duckdb
import polars as pl
import pytest

from lealtad.base.errors import DataError, LealtadError, SettingsError
from lealtad.lake import Lake
from lealtad.lake.loading import load
from lealtad.sources import open_source
from lealtad.sources.database import read_any, read_database
from lealtad.sources.driver_rows import build_frame
from tests.sources.postgres import PASSWORD

NAIVE = datetime(2026, 1, 1, 9)  # noqa: DTZ001 - as drivers give it
NOW = datetime(2026, 6, 1, tzinfo=UTC)
CUSTOMERS = [(str(i), "ES", 1) for i in range(40)]
ORDERS = [(i, str(i % 40), f"2026-01-{i % 28 + 1:02d} 10:00:00", i / 4) for i in range(400)]


def settings(folder, address):
    (folder / "lealtad.toml").write_text(
        f"""
        [sources]
        customers.database = "{address}"
        customers.query = "select customer_id, country from customers order by customer_id"
        orders.database = "{address}"
        orders.table = "orders"
        """  # noqa: S608 - a file of settings
    )
    return str(folder / "lealtad.toml")


def filled(con):
    con.execute("create table customers (customer_id text, country text, plan integer)")
    con.execute(
        "create table orders (order_id integer, customer_id text, ordered_at timestamp, amount numeric(9, 2))"
    )
    con.executemany("insert into customers values (?, ?, ?)", CUSTOMERS)
    con.executemany("insert into orders values (?, ?, ?, ?)", ORDERS)


@pytest.fixture
def sqlite_file(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as con:
        filled(con)
    con.close()
    return tmp_path


@pytest.fixture
def duckdb_file(tmp_path):
    with duckdb.connect(tmp_path / "shop.db") as con:
        filled(con)
    return tmp_path


def assert_is_loaded(lake):
    orders = lake.read("orders").sort(pl.col("order_id").cast(pl.Int64))
    assert orders["amount"].to_list() == [order[3] for order in ORDERS]
    assert orders["ordered_at"].dt.to_string("%F %T").to_list() == [order[2] for order in ORDERS]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_in_a_file_is_loaded_beside_its_settings(kind, request):
    folder = request.getfixturevalue(f"{kind}_file")
    before = (folder / "shop.db").read_bytes()
    source = open_source(settings(folder, f"{kind}:///shop.db"))
    assert_is_loaded(load(folder / "lake", source, loaded_at=NOW).lake)
    assert (folder / "shop.db").read_bytes() == before


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_database_is_read_and_never_written(kind, request):
    folder = request.getfixturevalue(f"{kind}_file")
    before = (folder / "shop.db").read_bytes()
    for statement in ("delete from orders", "drop table orders", "insert into orders values (1, '1', null, 2)"):
        with pytest.raises(DataError, match="to read from the database"):
            list(read_database("orders", f"{kind}:///shop.db", None, statement, folder))
    assert (folder / "shop.db").read_bytes() == before


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_table_that_is_not_there_names_the_nearest(kind, request):
    folder = request.getfixturevalue(f"{kind}_file")
    with pytest.raises(
        DataError, match=r"expected a table order in the database, found none. Did you mean 'orders'"
    ):
        list(read_database("orders", f"{kind}:///shop.db", "order", None, folder))
    with pytest.raises(DataError, match=r"nowhere.db"):
        list(read_database("orders", f"{kind}:///nowhere.db", "orders", None, folder))
    assert not (folder / "nowhere.db").exists()


def test_a_file_that_is_no_database_is_one_error(tmp_path):
    (tmp_path / "no.db").write_bytes(b"no database at all" * 100)
    for kind in ("sqlite", "duckdb"):
        with pytest.raises(DataError, match=f"to read from the database {kind}"):
            list(read_database("orders", f"{kind}:///no.db", "orders", None, tmp_path))


def test_columns_of_one_kind_are_typed_and_others_are_text():
    rows = [
        (
            1,
            Decimal("2.50"),
            Decimal(3),
            date(2026, 1, 1),
            NAIVE,
            True,
            2**70,
            b"\xff",
            [1],
            None,
        ),
        (None, None, Decimal(10**20), None, datetime(2026, 1, 1, 9, tzinfo=UTC), None, 1, None, "x", None),
    ]
    frame = build_frame(list("abcdefghij"), rows)
    assert frame.row(0)[:4] == (1, 2.5, "3", date(2026, 1, 1))
    assert frame["c"][1] == str(10**20)
    assert frame["e"].to_list() == ["2026-01-01 09:00:00", "2026-01-01 09:00:00+00:00"]
    assert frame.row(0)[5:] == (True, str(2**70), "\ufffd", "[1]", None)
    assert build_frame(["a", "b"], []).columns == ["a", "b"]


def test_a_driver_that_is_missing_says_how_to_install_it(tmp_path):
    with pytest.raises(SettingsError, match=r"pip install \"ibis-framework\[mysql\]\""):
        list(read_database("orders", "mysql://host/shop", "orders", None, tmp_path))


def test_a_database_that_is_none_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("BAD", "postgresql://reader:p@ss/word:x@[host/crm")
    for address in ("nonsense://host/x", "orders.csv", "${BAD}"):
        with pytest.raises(LealtadError) as refused:
            list(read_database("orders", address, "orders", None, tmp_path))
        assert "p@ss" not in str(refused.value)
        assert "word" not in str(refused.value).replace("password", "")


# PostgreSQL for real


TABLES = ("customers", "touchpoints", "surveys", "ticket_events", "subscriptions", "orders", "interventions")


def types_of(frame):
    kinds = {pl.String: "text", pl.Float64: "double precision", pl.Int64: "bigint", pl.Boolean: "boolean"}
    return {name: kinds.get(dtype.base_type(), "timestamptz") for name, dtype in frame.schema.items()}


def keep(postgres, name, frame):
    """Put a frame into a table of the server."""
    import psycopg

    columns = ", ".join(f"{column} {kind}" for column, kind in types_of(frame).items())
    postgres.run(f"drop table if exists crm.{name}", f"create table crm.{name} ({columns})")
    address = postgres.address.replace("reader:${CRM_PASSWORD}@", "")
    with (
        psycopg.connect(address, user="owner", password=PASSWORD) as con,
        con.cursor() as cursor,
        cursor.copy(f"copy crm.{name} from stdin") as copy,
    ):
        for row in frame.iter_rows():
            copy.write_row(row)


@pytest.fixture
def company(postgres, simulated):
    postgres.run("drop schema if exists crm cascade", "create schema crm")
    tables = {name: simulated.tables[name] for name in TABLES if name in simulated.tables}
    for name, frame in tables.items():
        keep(postgres, name, frame)
    return tables


def write_company(folder, address, tables):
    parts = [f'[sources.{name}]\ndatabase = "{address}"\ntable = "crm.{name}"\n' for name in tables]
    (folder / "lealtad.toml").write_text("\n".join(parts))
    return str(folder / "lealtad.toml")


@pytest.mark.slow
def test_a_companys_tables_come_out_of_postgresql_as_they_are(postgres, company, tmp_path):
    from_server = load(
        tmp_path / "one", open_source(write_company(tmp_path, postgres.address, company)), loaded_at=NOW
    )
    for name, frame in company.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "lealtad.toml").unlink()
    from_files = load(tmp_path / "two", open_source(str(tmp_path)), loaded_at=NOW)
    assert set(company) == set(TABLES)
    assert from_server.counts == from_files.counts
    for name in company:
        one, two = from_server.lake.read(name), from_files.lake.read(name)
        assert one.sort(pl.all()).equals(two.select(one.columns).sort(pl.all()))


@pytest.mark.slow
def test_a_backend_of_which_nothing_is_known_is_read_by_ibis(postgres, company):
    """Such a one is not installed here: PostgreSQL stands for it."""
    import ibis

    con = ibis.connect(postgres.address.replace("${CRM_PASSWORD}", quote(PASSWORD, safe="")))
    frames = list(read_any("orders", con, "crm.orders", None))
    con.disconnect()
    assert sum(frame.height for frame in frames) == company["orders"].height
    assert frames[0].columns == company["orders"].columns


_READ = """
import resource, sys
from pathlib import Path
from lealtad.sources.database import read_any, read_database
heights = []
for frame in read_database("touchpoints", sys.argv[1], None, sys.argv[2], Path(".")):
    heights.append(frame.height)
    if len(heights) == 3:
        early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sum(heights), max(heights), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early)
"""


@pytest.mark.slow
def test_memory_follows_the_batch_and_not_the_table(postgres):
    query = "select i as touchpoint_id, repeat('x', 500) as comment from generate_series(1, 400000) i"
    done = subprocess.run(  # noqa: S603 - memory is that of a process
        [sys.executable, "-c", _READ, postgres.address, query], capture_output=True, text=True, check=True
    )
    rows, largest, grown_kb = map(int, done.stdout.split())
    assert (rows, largest) == (400_000, 50_000)
    assert grown_kb < 60_000  # all of it would be 200 MB


@pytest.mark.slow
def test_a_connection_that_is_cut_leaves_the_lake_as_it_was_and_a_retry_completes_it(postgres, company, tmp_path):
    address = postgres.address
    small = {"customers": company["customers"], "orders": company["orders"]}
    path = write_company(tmp_path, address, small)
    before = load(tmp_path / "lake", open_source(path), loaded_at=NOW)
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader'"
    source = open_source(write_company(tmp_path, address, company))

    def cut_off():
        for number, batch in enumerate(source.tables["touchpoints"]()):
            if number:
                postgres.run(cut)
            yield batch

    broken = type(source)({**source.tables, "touchpoints": cut_off}, source.ground_truth, source.files)
    touchpoints = company["touchpoints"]
    keep(postgres, "touchpoints", pl.concat([touchpoints] * (200_000 // touchpoints.height + 1)))
    with pytest.raises(DataError, match="terminating connection due to administrator command") as cut_error:
        load(tmp_path / "lake", broken, loaded_at=NOW)
    assert PASSWORD not in str(cut_error.value)
    assert Lake.open(tmp_path / "lake").versions == before.lake.versions
    done = load(tmp_path / "lake", source, loaded_at=NOW)
    assert done.lake.read("touchpoints").height == touchpoints.height
    assert done.counts["orders"].added == 0


@pytest.mark.slow
def test_nothing_can_be_written_through_a_source(postgres, company, tmp_path):
    for statement in (
        "delete from crm.orders",
        "with gone as (delete from crm.orders returning *) select * from gone",
        "select nextval('crm.counter')",
        "select pg_sleep('x')",
    ):
        with pytest.raises(DataError, match="to read from the database"):
            list(read_database("orders", postgres.address, None, statement, tmp_path))
    assert postgres.run("select count(*) from crm.orders") == [(company["orders"].height,)]


@pytest.mark.slow
def test_the_password_is_shown_nowhere(  # noqa: PLR0913, PLR0917 - everything that could show it
    postgres, company, tmp_path, monkeypatch, capfd, caplog
):
    caplog.set_level(logging.DEBUG)
    path = write_company(tmp_path, postgres.address, {"customers": 0, "orders": 0})
    source = open_source(path)
    texts = [repr(source), repr([batch.origin for batch in source.tables["orders"]()])]
    loaded = load(tmp_path / "lake", source, loaded_at=NOW, say=texts.append)
    texts += [
        repr(loaded.counts),
        *(file.read_bytes().decode("latin-1") for file in tmp_path.rglob("*") if file.is_file()),
    ]
    wrong = postgres.address.replace("/crm", "/nowhere"), postgres.address.replace("127.0.0.1", "no.such.host")
    for address in (*wrong, postgres.address.replace("reader", "stranger")):
        with pytest.raises(DataError) as refused:
            list(read_database("orders", address, "crm.orders", None, tmp_path))
        texts.append(str(refused.value))
    with pytest.raises(DataError) as refused:
        list(read_database("orders", postgres.address, None, f"select '{PASSWORD}'::int", tmp_path))
    texts.append(str(refused.value))
    monkeypatch.setenv("CRM_URL", postgres.address.replace("${CRM_PASSWORD}", "wr0ng%2Fsecret"))
    with pytest.raises(DataError) as refused:
        list(read_database("orders", "${CRM_URL}", "crm.orders", None, tmp_path))
    texts.append(str(refused.value))
    written = capfd.readouterr()
    everything = "\n".join([*texts, written.out, written.err, caplog.text])
    for secret in (PASSWORD, "s3cret", "wr0ng", "odd:letters"):
        assert secret not in everything
