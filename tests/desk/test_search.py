"""Customers are found by id, name, phone or email; the file of the index is its owner's alone."""

import stat
from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.desk.search_index import search_customers, write_search_index
from lealtad.lake import Lake
from tests.desk.desks import open_browser
from tests.lakes import lake_of


def find(folder, query):
    return [row["customer_id"] for row in search_customers(folder, query)]


@pytest.mark.parametrize(
    "query", ["c01", "C01", "ana munoz c01", "ANA MUÑOZ C01", "c01@example", "600 000 000", "+34600000000"]
)
def test_a_customer_is_found(desk_out, query):
    assert find(desk_out / "desk", query)[0] == "c01"


@pytest.mark.parametrize("query", ["", "  ", "nobody", "c01 nobody", ".*", "\\"])
def test_nobody_is_found(desk_out, query):
    assert find(desk_out / "desk", query) == []


def test_the_id_itself_comes_first(desk_out):
    assert find(desk_out / "desk", "u01")[0] == "u01"


def test_the_index_is_written_once_per_state_of_the_lake_and_for_its_owner(desk_out, tmp_path):
    lake = Lake.open(desk_out / "lake")
    assert write_search_index(lake, tmp_path / "desk")
    assert not write_search_index(lake, tmp_path / "desk")
    assert stat.S_IMODE((tmp_path / "desk" / "customers.arrow").stat().st_mode) == 0o600


@pytest.mark.parametrize("query", ["c03@example.com", "600 000 002", "c03"])
def test_the_list_is_searched_by_contact_details_too(people, night, query):
    page = open_browser(people.rep).get("/list/", {"q": query}).content.decode()
    assert "id=c03" in page
    assert "id=c04" not in page


def test_contacts_without_a_phone_are_searched_by_the_rest(tmp_path):
    tables = {
        "customers": pl.DataFrame({"customer_id": ["c1"]}),
        "contacts": pl.DataFrame({"customer_id": ["c1"], "email": ["ana@example.com"]}),
        "orders": pl.DataFrame(
            {
                "order_id": ["o"],
                "customer_id": ["c1"],
                "ordered_at": [datetime(2025, 1, 1, tzinfo=UTC)],
                "amount": [1.0],
            }
        ),
    }
    write_search_index(lake_of(tmp_path / "lake", tables), tmp_path / "desk")
    assert find(tmp_path / "desk", "ana@example") == ["c1"]
