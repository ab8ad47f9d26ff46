"""A mapping that was fixed changes nothing in the past of a lake, and the load says so and how to fix it."""

import polars as pl
import pytest

from lealtad.jobs.ingest import ingest
from lealtad.lake import Lake
from tests.lake.loading.companies import customers, day

WRONG, MENDED = "net", "gross"


@pytest.fixture
def company(tmp_path):
    """A company whose mapping can be written anew."""
    customers("a", "b").write_csv(tmp_path / "customers.csv")
    rows = {"order_id": ["1", "2", "3"], "customer_id": ["a", "b", "a"], "ordered_at": [day(1), day(2), day(3)]}
    pl.DataFrame({**rows, "net": [1.0, 2.0, 3.0], "gross": [10.0, 20.0, 30.0]}).write_csv(tmp_path / "orders.csv")

    def mapped(amount):
        settings = tmp_path / "lealtad.toml"
        settings.write_text(
            '[sources.customers]\nfiles = "customers.csv"\n[sources.orders]\nfiles = "orders.csv"\n'
            f'columns = {{ amount = "{amount}" }}\n'
        )
        return str(settings)

    return mapped


def amounts(out):
    """What was known of the orders long before any load."""
    return Lake.open(out / "lake").read("orders", as_of=day(9)).sort("order_id")["amount"].to_list()


def test_a_mended_mapping_says_that_the_past_stays(company, tmp_path, capsys):
    out = tmp_path / "run"
    ingest(company(WRONG), out)
    assert "known only from this load on" not in capsys.readouterr().err
    ingest(company(MENDED), out)
    assert "orders: most rows are corrections that are known only from this load on" in capsys.readouterr().err
    assert amounts(out) == [1.0, 2.0, 3.0]


def test_loaded_at_before_the_first_row_mends_the_past(company, tmp_path, capsys):
    out = tmp_path / "run"
    ingest(company(WRONG), out)
    ingest(company(MENDED), out, loaded_at="1990-01-01")
    assert amounts(out) == [10.0, 20.0, 30.0]
    assert "known only from this load on" not in capsys.readouterr().err


def test_a_new_lake_has_the_mended_past(company, tmp_path):
    ingest(company(WRONG), tmp_path / "run")
    ingest(company(MENDED), tmp_path / "new")
    assert amounts(tmp_path / "new") == [10.0, 20.0, 30.0]
