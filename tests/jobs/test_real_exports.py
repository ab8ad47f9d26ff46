"""Real public exports, looked at and checked as a person would: no code, and nothing but the written starter."""

import json
import shutil

import pandas as pd
import pytest

from lealtad.sources.configuration import read_sources
from tests.conftest import ROOT

DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data stand beside the checkout as ../shared/data"),
]


@pytest.fixture
def look_at(run, folder):
    def look(*files):
        for file in files:
            shutil.copy(DATA / file, folder)
        done = run("init", folder)
        assert (done.code, done.err) == (0, "")
        checked = run("check", folder, "--model", ROOT / "models/churn_inactivity/model.toml", "--json")
        return read_sources(folder / "lealtad.toml").tables, checked

    return look


def test_lines_of_orders_become_orders(look_at):
    """Two files with other names and types: counted here by pandas, order by order and customer by customer."""
    names = ["online_retail_2009_2010.parquet", "online_retail_2010_2011.parquet"]
    sources, checked = look_at(*(f"online_retail/{name}" for name in names))
    orders = customers = 0
    for name in names:
        lines = pd.read_parquet(DATA / "online_retail" / name)
        lines.columns = [column.replace(" ", "").replace("InvoiceNo", "Invoice") for column in lines.columns]
        named = lines.dropna(subset=["CustomerID"])
        orders += len(named.drop_duplicates(["Invoice", "CustomerID"]))
        customers += named["CustomerID"].nunique()
    report = json.loads(checked.out)
    rows = {one["table"]: (one["rows_in"], one["rejected"]) for one in report["tables"]}
    assert rows["orders"] == (orders, 0) == (45_777, 0)
    # five customers moved to another country between the files, and an export does not say when
    assert rows["customers"] == (customers, 5)
    assert len(sources["orders"]) == 2
    assert (checked.code, report["verdicts"]["churn"]["usable"]) == (0, True)
    assert report["verdicts"]["promoter"]["missing"][0]["code"] == "needs_surveys"


def test_a_snapshot_is_customers_with_attributes_and_without_its_outcome(look_at):
    sources, checked = look_at("telco/Telco-Customer-Churn.csv")
    (customers,) = sources["customers"]
    assert len(customers.attributes) == 19
    assert "Churn" not in customers.attributes
    # nothing tells who did what when: a load would refuse it, and the check says so
    assert checked.code in {1, 2}


def test_a_log_of_incidents_becomes_tickets(look_at):
    sources, checked = look_at("uci_incident_log/incident_event_log.csv.zip")
    (tickets,) = sources["tickets"]
    assert tickets.dates == "day first"
    assert tickets.columns["ticket_id"] == "number"
    assert tickets.columns["customer_id"] == "caller_id"
    assert "opened_by" in tickets.query
    report = json.loads(checked.out)
    rows = {one["table"]: one for one in report["tables"]}
    # 24,918 incidents were created; some were never resolved, and a few have no caller
    assert rows["ticket_events"]["rows_in"] >= 24_918 + 23_000
    assert rows["ticket_events"]["rejected"] / rows["ticket_events"]["rows_in"] < 0.05
    assert report["verdicts"]["churn"]["missing"][0]["code"] == "needs_orders"
