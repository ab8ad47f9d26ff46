"""The list arrives in PostgreSQL whole or not at all, and never twice."""

import polars as pl
import pytest

from lealtad.base.errors import SettingsError, SinkError
from lealtad.base.language import Language
from lealtad.worklist import write_to_sink
from tests.sources.postgres import PASSWORD, binaries, server
from tests.worklist.example_list import HOSTILE, team

PROGRAMS = binaries()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")]
LIST = team(Language.from_code("es"), HOSTILE)


@pytest.fixture(scope="module")
def postgres():
    with server(PROGRAMS) as running:
        running.run("grant create, usage on schema public to reader")
        yield running


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", PASSWORD)


def refuse_to_wait(seconds):
    raise AssertionError(f"waited {seconds} s")


def test_the_list_arrives_as_it_is_without_the_holdout(postgres):
    assert write_to_sink(LIST, postgres.address, "listed", pause=refuse_to_wait) == len(HOSTILE)
    rows = postgres.run("select customer_id, band, consent, due_by, last_nps from listed order by rank")
    shown = LIST.drop_nulls("rank").select("customer_id", "band", "consent", "due_by", "last_nps")
    assert rows == shown.rows()
    assert [row[0] for row in rows] == HOSTILE
    assert not postgres.run("select 1 from listed where customer_id like 'HELD-OUT%'")
    columns = {row[0] for row in postgres.run("select column_name from information_schema.columns")}
    assert "explored" not in columns


def test_the_same_list_again_changes_nothing_and_a_new_one_stands_beside_it(postgres):
    for _ in range(2):
        write_to_sink(LIST, postgres.address, "again", pause=refuse_to_wait)
    assert postgres.run("select count(*) from again") == [(len(HOSTILE),)]
    changed = LIST.with_columns(pl.lit("agent").alias("owner"))
    write_to_sink(changed, postgres.address, "again", pause=refuse_to_wait)
    assert postgres.run("select count(*), min(owner), max(owner) from again") == [(len(HOSTILE), "agent", "agent")]
    write_to_sink(LIST.with_columns(list_id=pl.lit("tomorrow")), postgres.address, "again", pause=refuse_to_wait)
    assert postgres.run("select count(*) from again") == [(2 * len(HOSTILE),)]


def test_a_table_that_is_older_gains_the_columns_it_lacks(postgres):
    postgres.run(
        'create table older (list_id text, customer_id text, "agent notes" text)',
        "alter table older add primary key (list_id, customer_id)",
        "insert into older values ('past', 'a', 'called')",
        "alter table older owner to reader",
    )
    write_to_sink(LIST, postgres.address, "public.older", pause=refuse_to_wait)
    assert postgres.run("select \"agent notes\", rank from older where list_id = 'past'") == [("called", None)]
    assert postgres.run("select count(*) from older where rank is not null") == [(len(HOSTILE),)]


def test_a_strange_table_name_is_a_name_and_nothing_else(postgres):
    strange = 'x"; drop table listed; --'
    write_to_sink(LIST, postgres.address, "listed", pause=refuse_to_wait)
    write_to_sink(LIST, postgres.address, strange, pause=refuse_to_wait)
    assert postgres.run("select count(*) from listed") == [(len(HOSTILE),)]
    tables = [name for (name,) in postgres.run("select tablename from pg_tables")]
    assert strange in tables


def test_a_list_that_fails_half_way_leaves_nothing(postgres):
    write_to_sink(LIST.head(1), postgres.address, "half", pause=refuse_to_wait)
    postgres.run("alter table half add constraint few check (rank < 4)")
    with pytest.raises(SinkError, match="The list is kept in its files, and nothing was written"):
        write_to_sink(LIST, postgres.address, "half", pause=refuse_to_wait)
    assert postgres.run("select count(*) from half") == [(1,)]


def test_an_empty_list_makes_the_table_and_no_rows(postgres):
    assert write_to_sink(LIST.clear(), postgres.address, "empty_night", pause=refuse_to_wait) == 0
    assert postgres.run("select count(*) from empty_night") == [(0,)]


def test_a_database_that_comes_back_is_tried_again(postgres):
    postgres.run("alter role reader connection limit 0")  # refuses as a server does that is not up yet
    waited = []

    def pause(seconds):
        waited.append(seconds)
        if len(waited) == 2:
            postgres.run("alter role reader connection limit -1")

    assert write_to_sink(LIST, postgres.address, "late", pause=pause) == len(HOSTILE)
    assert waited == [1.0, 4.0]


def test_a_server_that_was_down_takes_the_list_later_and_the_error_tells_no_secret():
    waited = []
    with server(PROGRAMS) as up:
        address = up.address
    with pytest.raises(SinkError, match="none in 3 attempts") as down:
        write_to_sink(LIST, address, "listed", pause=waited.append)
    assert waited == [1.0, 4.0]
    assert "The list is kept" in str(down.value)
    assert PASSWORD not in str(down.value)
    with server(PROGRAMS, port=up.port) as again:
        again.run("grant create, usage on schema public to reader")
        assert write_to_sink(LIST, address, "listed", pause=refuse_to_wait) == len(HOSTILE)
        assert again.run("select count(*) from listed") == [(len(HOSTILE),)]


def test_a_reader_without_rights_is_told_so(postgres):
    postgres.run("create schema closed")
    with pytest.raises(SinkError, match="permission denied"):
        write_to_sink(LIST, postgres.address, "closed.listed", pause=refuse_to_wait)


def test_a_variable_that_is_not_set_is_named(monkeypatch):
    monkeypatch.delenv("CRM_PASSWORD")
    with pytest.raises(SettingsError, match="CRM_PASSWORD"):
        write_to_sink(LIST, "postgresql://me:${CRM_PASSWORD}@127.0.0.1/crm", "listed")
