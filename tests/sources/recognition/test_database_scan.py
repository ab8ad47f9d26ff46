"""A PostgreSQL is looked at through its schemas, and what is proposed of it loads."""

import pytest

from lealtad.sources import open_source
from lealtad.sources.recognition import propose_sections, render_settings, scan_database
from tests.sources.postgres import PASSWORD

pytestmark = pytest.mark.slow

TABLES = [
    "create schema shop",
    """create table shop.order_lines
      ("Order no" int, "Customer no" int, placed_at timestamptz, quantity int, unit_price numeric(9, 2))""",
    """insert into shop.order_lines
      select n / 2, n % 30, timestamptz '2025-01-01 10:00+01' + n / 2 * interval '5 hours',
             case when n % 20 < 2 then -1 else n % 3 + 1 end, 2.50
      from generate_series(0, 399) n""",
    "create table contracts (id int, client_id int, start_date date, end_date date, monthly_fee numeric(9, 2))",
    """insert into contracts
      select n, n, date '2024-02-01' + n, case when n % 3 = 0 then date '2025-03-01' + n end, 9.90
      from generate_series(0, 29) n""",
    "create table weather (rain int)",
    "grant usage on schema shop to reader",
    "grant select on all tables in schema shop, public to reader",
]


def test_lines_and_contracts_in_a_database_become_what_the_contract_has(postgres, tmp_path):
    postgres.run(*TABLES)
    try:
        looked = scan_database(postgres.address, tmp_path)
        text = render_settings(
            propose_sections(looked.tables), looked.unknown, looked_at=postgres.address, data="."
        )
        (tmp_path / "lealtad.toml").write_text(text)
        assert PASSWORD not in text
        assert "weather: not recognised" in text
        source = open_source(str(tmp_path))
        rows = {name: sum(batch.rows.height for batch in read()) for name, read in source.tables.items()}
        assert rows == {"customers": 60, "orders": 400, "contracts": 30}
    finally:
        postgres.run("drop schema shop cascade", "drop table contracts, weather")
