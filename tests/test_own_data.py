"""A company with nothing but ids and orders gets its list all the same."""

import json
import re

import polars as pl
import pytest

from lealtad.sources import read
from tests.conftest import ROOT, run_job

# how well a model does is test_demo.py's claim; here every step has to go through
QUICK = {"train": 12, "test": 3, "rounds": 60, "min_rows_per_leaf": 20}


@pytest.mark.slow
def test_the_least_a_company_can_bring_goes_all_the_way(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    orders = read("completejourney")["orders"].filter(pl.col("customer_id") % 4 == 0)
    orders.select("order_id", "customer_id", "ordered_at", "amount").write_csv(source / "orders.csv")
    orders.select("customer_id").unique().write_csv(source / "customers.csv")
    settings = tmp_path / "lealtad.toml"
    settings.write_text("[worklist]\nassume_consent = true\nholdout_share = 0.0\n")
    model = (ROOT / "models" / "churn_inactivity" / "model.toml").read_text()
    for key, value in QUICK.items():
        model = re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", model)
    (tmp_path / "model.toml").write_text(model)
    chosen = ("--settings", settings, "--model", tmp_path / "model.toml", "--language", "es")
    done = run_job("demo", "--data", source, *chosen, "--out", out, check=False)
    assert done.returncode == 0, done.stderr
    assert "features: no table interventions, subscriptions, surveys, ticket_events, touchpoints: " in done.stderr
    listed = pl.read_csv(out / "worklist.csv")
    assert listed.height > 20
    assert set(listed["segment"]) == {""}
    assert listed["reason_1"].null_count() == 0
    assert listed["reason_1"].str.contains("[Cc]ompr").any()
    assert listed["reason_1"].n_unique() > 3
    assert "Qué fiabilidad tiene" in (out / "report.html").read_text()
    off = json.loads((out / "summary.json").read_text())["features_off"]
    assert {"channels", "journey", "outreach", "surveys", "tickets"} <= set(off)
