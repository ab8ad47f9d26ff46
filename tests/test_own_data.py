"""A company with nothing but ids and orders gets its list all the same."""

import json

import polars as pl
import pytest

from lealtad.sources import read
from tests.conftest import run_job


@pytest.mark.slow
def test_the_least_a_company_can_bring_goes_all_the_way(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    orders = read("completejourney")["orders"].filter(pl.col("customer_id") % 3 == 0)
    orders.select("order_id", "customer_id", "ordered_at", "amount").write_csv(source / "orders.csv")
    orders.select("customer_id").unique().write_csv(source / "customers.csv")
    settings = tmp_path / "lealtad.toml"
    settings.write_text("[worklist]\nassume_consent = true\nholdout_share = 0.0\n")
    done = run_job("demo", "--data", source, "--settings", settings, "--out", out, "--language", "es", check=False)
    assert done.returncode == 0, done.stderr
    assert "features: no table interventions, subscriptions, surveys, ticket_events, touchpoints: " in done.stderr
    listed = pl.read_csv(out / "worklist.csv")
    assert listed.height > 20
    assert set(listed["segment"]) == {""}
    assert listed["reason_1"].null_count() == 0
    assert listed["reason_1"].str.contains("[Cc]ompr").any()
    assert listed["reason_1"].n_unique() > 3
    assert "Hasta qué punto fiarse" in (out / "report.html").read_text()
    off = json.loads((out / "summary.json").read_text())["features_off"]
    assert {"channels", "journey", "outreach", "surveys", "tickets"} <= set(off)
