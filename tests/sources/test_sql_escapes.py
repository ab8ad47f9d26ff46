"""SQL of a company's settings reads the tables it was given, and reaches nothing else: counted, per engine."""

import os
import sqlite3
import subprocess
import sys

import duckdb
import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.database import read_database
from lealtad.sources.query import run_query

SECRET = "t0p-s3cret-of-the-environment"  # noqa: S105 - nobody else's
STEP = 1 if os.environ.get("LEALTAD_ATTACKS") == "all" else 6  # a fixed sample, or all of them

DUCKDB = [
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_text('/proc/self/environ')",
    "select * from read_csv('{secret}')",
    "select * from read_csv_auto('/proc/self/environ')",
    "select * from read_parquet('{folder}/outside.parquet')",
    "select * from read_json('{secret}')",
    "select * from '{secret}'",
    "select * from '{folder}/outside.parquet'",
    "select * from glob('{folder}/*')",
    "select * from sniff_csv('{secret}')",
    "select * from parquet_metadata('{folder}/outside.parquet')",
    "select * from parquet_schema('{folder}/outside.parquet')",
    "select * from query('select * from read_text(''{secret}'')')",
    "from query_table('{secret}')",
    "with s as (select * from read_text('{secret}')) select * from s",
    "select (select content from read_text('{secret}')) as content from rows",
    "select getenv('LEALTAD_SECRET') as content",
    "select current_setting('lealtad_secret') as content",
    "copy rows to '{folder}/written.csv'",
    "copy (select 1) to '{folder}/written.parquet' (format parquet)",
    "select 1; copy rows to '{folder}/written.csv'",
    "export database '{folder}/written'",
    "attach '{folder}/written.db' as w",
    "attach '{folder}/other.duckdb' as o; select * from o.secrets",
    "select * from read_duckdb('{folder}/other.duckdb')",
    "create table w as select 1",
    "create temp table w as select * from read_text('{secret}')",
    "create view w as select 1",
    "insert into rows select * from rows returning *",
    "delete from rows returning *",
    "drop table rows",
    "install httpfs",
    "install sqlite from community",
    "load httpfs",
    "load '{folder}/evil.duckdb_extension'",
    "set enable_external_access = true",
    "reset lock_configuration",
    "set home_directory = '{folder}'; select 1",
    "pragma enable_external_access",
    "create secret s (type s3, key_id 'a')",
    "select * from duckdb_secrets()",
    "select * from 'https://127.0.0.1:9/rows.csv'",
    "select * from read_csv('https://127.0.0.1:9/rows.csv')",
    "select * from 's3://bucket/rows.parquet'",
    "call pragma_version()",
    "checkpoint",
    "select * from secret_frame",
]

SQLITE = [
    "attach '{folder}/written.db' as w",
    "attach database '{folder}/other.db' as o",
    "attach 'file:{folder}/other.db?mode=rwc' as o",
    "attach ':memory:' as w",
    "detach main",
    "select load_extension('{folder}/evil.so')",
    "select load_extension('{folder}/evil.so', 'start')",
    "select readfile('{secret}') as content",
    "select writefile('{folder}/written.txt', 'x')",
    "select edit('x', 'touch {folder}/written.txt')",
    "select fts3_tokenizer('simple', x'00')",
    "select fts3_tokenizer('simple')",
    "vacuum into '{folder}/written.db'",
    "vacuum",
    "pragma query_only = off",
    "pragma journal_mode = wal",
    "pragma journal_mode",
    "pragma temp_store_directory = '{folder}'",
    "pragma writable_schema = on",
    "pragma trusted_schema = on",
    "pragma user_version = 7",
    "pragma database_list",
    "select * from pragma_database_list",
    "pragma data_store_directory = '{folder}'",
    "pragma wal_checkpoint(truncate)",
    "pragma locking_mode = exclusive",
    "create table w (x)",
    "create temp table w (x)",
    "create view w as select 1",
    "create trigger w after insert on rows begin select 1; end",
    "create virtual table w using fts5(x)",
    "create virtual table w using csv(filename='{secret}')",
    "create index w on rows (customer_id)",
    "insert into rows values ('c9') returning *",
    "update rows set customer_id = 'x' returning *",
    "delete from rows returning *",
    "replace into rows values ('c9')",
    "drop table rows",
    "alter table rows rename to gone",
    "reindex",
    "analyze",
    "begin immediate",
    "savepoint s",
    "select 1; attach '{folder}/written.db' as w",
    "with s as (select load_extension('{folder}/evil.so') as x) select * from s",
    "update sqlite_master set type = 'view' returning *",
    "select * from fsdir('{folder}')",
    "explain attach '{folder}/written.db' as w",
    "select zeroblob(1000000000) as content",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with secrets outside of what the query may read, and what an attack could write to."""
    tmp_path = tmp_path_factory.mktemp("place")
    (tmp_path / "secret.txt").write_text(SECRET)
    pl.DataFrame({"content": [SECRET]}).write_parquet(tmp_path / "outside.parquet")
    with duckdb.connect(tmp_path / "other.duckdb") as con:
        con.execute(f"create table secrets as select '{SECRET}' as content")
    for name, text in (("other.db", SECRET), ("shop.db", "c1")):
        con = sqlite3.connect(tmp_path / name)
        con.execute("create table rows as select ? as customer_id", (text,))
        con.commit()
        con.close()
    with duckdb.connect(tmp_path / "shop.duckdb") as con:
        con.execute("create table rows as select 'c1' as customer_id")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEALTAD_SECRET", SECRET)
        yield tmp_path


def read_all_files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_attack(read, query, folder):
    """Run a query; return what it brought out or changed, "" if nothing."""
    secret_frame = pl.DataFrame({"content": [SECRET]})  # noqa: F841 - a variable that DuckDB could see as a table
    before = read_all_files(folder)
    statement = query.format(folder=folder, secret=folder / "secret.txt")
    try:
        brought = "".join(str(frame.rows()) for frame in read(statement))
    except DataError as error:
        brought = str(error).replace(statement, "")
    after = read_all_files(folder)
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    return (SECRET in brought and "read a secret") or (changed and f"changed {changed}") or ""


def run_on_files(query):
    return run_query("orders", {"rows": [pl.DataFrame({"customer_id": ["c1"]})]}, query)


def read_duckdb(place):
    return lambda query: read_database("orders", "duckdb:///shop.duckdb", None, query, place)


def read_sqlite(place):
    return lambda query: read_database("orders", "sqlite:///shop.db", None, query, place)


@pytest.mark.parametrize(
    ("queries", "open_reader"),
    [(DUCKDB, lambda _: run_on_files), (DUCKDB, read_duckdb), (SQLITE, read_sqlite)],
    ids=["files", "duckdb", "sqlite"],
)
def test_no_query_reads_or_writes_beyond_its_tables(place, queries, open_reader):
    read, tried = open_reader(place), queries[::STEP]
    escaped = {query: what for query in tried if (what := run_attack(read, query, place))}
    assert escaped == {}, f"{len(tried)} tried, {len(escaped)} escaped"


def test_forty_escapes_are_known_of_each_engine():
    assert min(len(set(DUCKDB)), len(set(SQLITE))) >= 40


def test_the_secret_is_found_where_nothing_guards_it(place):
    """The attacks are real: an open connection falls to the first of them."""

    def read_openly(query):
        return [pl.DataFrame(pl.from_arrow(duckdb.sql(query).to_arrow_reader().read_all()))]

    assert run_attack(read_openly, DUCKDB[0], place) == "read a secret"


USUAL = {
    "pivot": "pivot (select customer_id, 1 as n from rows) on customer_id using sum(n)",
    "with": "with s as (select * from rows) select customer_id from s",
    "from": "from rows",
    "zone": "select timezone('Europe/Madrid', timestamptz '2026-01-01') as t from rows",
    "json": "select '{\"a\": 1}'::json ->> 'a' as a from rows",
    "semicolon": "select * from rows;",
}


@pytest.mark.parametrize("query", USUAL.values(), ids=USUAL)
def test_what_people_write_still_runs_in_duckdb(place, query):
    for read in (run_on_files, read_duckdb(place)):
        assert sum(frame.height for frame in read(query)) == 1


def test_what_people_write_still_runs_in_sqlite(tmp_path):
    con = sqlite3.connect(tmp_path / "shop.db")
    con.executescript(
        """create table rows as select 'c1' as customer_id, '{"plan": "gold"}' as more;
        create view listed as select customer_id, json_extract(more, '$.plan') as plan from rows;
        create virtual table notes using fts5(note); insert into notes values ('se queja del precio');
        create virtual table areas using rtree(id, low, high); create virtual table old using fts3(note);"""
    )
    con.close()

    def read(query=None, table=None):
        frames = list(read_database("orders", "sqlite:///shop.db", table, query, tmp_path))
        return [row for frame in frames for row in frame.rows()]

    assert read(table="listed") == [("c1", "gold")]
    assert read("select count(*) from notes where notes match 'precio'") == [(1,)]
    assert read(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select * from n;"
    ) == [
        (1,),
        (2,),
        (3,),
    ]


def test_a_database_in_a_folder_that_cannot_be_written_is_read(tmp_path):
    """SQLite keeps a log beside a file in WAL mode; a copy on a read-only disk has none and is whole."""
    script = (
        "import sqlite3; con = sqlite3.connect('shop.db'); con.execute('pragma journal_mode = wal');"
        "con.execute(\"create table orders as select 'o1' as order_id\"); con.commit(); con.close()"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)  # noqa: S603 - our own Python
    tmp_path.chmod(0o500)
    try:
        frames = list(read_database("orders", "sqlite:///shop.db", "orders", None, tmp_path))
    finally:
        tmp_path.chmod(0o700)
    assert [frame.rows() for frame in frames if frame.height] == [[("o1",)]]


@pytest.mark.parametrize("address", ["{folder}/shop.duckdb", "file://{folder}/shop.duckdb", "{folder}/rows.csv"])
def test_a_path_is_no_address_that_opens_an_unlocked_database(place, address):
    (place / "rows.csv").write_text("customer_id\nc1\n")
    query = f"select * from read_text('{place}/secret.txt')"  # noqa: S608 - an attack
    with pytest.raises(SettingsError, match="expected an address") as refused:
        list(read_database("orders", address.format(folder=place), None, query, place))
    assert SECRET not in str(refused.value)
