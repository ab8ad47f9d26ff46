"""From a lake with contracts, lists and scores to the report and its page."""

import json

import numpy as np
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import DateSettings
from lealtad.company.outcome_definition import Contractual
from lealtad.lake import commit_tables
from lealtad.monitoring import MonitoredModel, monitor, write_json, write_page
from tests.companies import at
from tests.lakes import lake_of

pytestmark = pytest.mark.slow

N = 600
MADE = [at(24 * day) for day in (100, 107, 128)]  # of the last the horizon has not ended


def review(folder):
    """Review a small company whose probabilities are the truth."""
    # contracts that end at a constant rate, at its quantiles: no luck, and the probability is the truth
    ends = -120 * np.log((np.arange(N) + 0.5) / N)
    changes = [(f"s{k}", f"c{k}", at(0), "start", None) for k in range(N)]
    changes += [(f"s{k}", f"c{k}", at(24 * end), "end", True) for k, end in enumerate(ends) if end < 140]
    columns = ["subscription_id", "customer_id", "occurred_at", "event", "voluntary"]
    subscriptions = pl.DataFrame(changes, schema=columns, orient="row", infer_schema_length=None)
    end_of_facts = pl.DataFrame({"order_id": ["o"], "customer_id": ["c0"], "ordered_at": [at(24 * 140 + 1)]})
    lake = lake_of(
        folder / "lake",
        {
            "customers": pl.DataFrame({"customer_id": [f"c{k}" for k in range(N)]}),
            "subscriptions": subscriptions,
            "orders": end_of_facts.with_columns(amount=pl.lit(1.0)),
        },
    )
    probability = 1 - np.exp(-28 / 120)  # the truth
    rows = pl.DataFrame({"customer_id": [f"c{k}" for k in range(N)]}).with_columns(
        probability=pl.lit(probability), arm=pl.Series(["holdout", "treated"] * (N // 2))
    )
    lists = pl.concat(
        rows.with_columns(list_id=pl.lit(f"l{k}"), as_of=pl.lit(day, pl.Datetime("us", "UTC")))
        for k, day in enumerate(MADE)
    ).with_columns(
        campaign_id=pl.lit("c"),
        low=pl.col("probability"),
        high=pl.col("probability"),
        value_at_stake=pl.lit(100.0),
        **{name: pl.lit(0.0) for name in ("saved", "saved_low", "saved_high")},
        expected_gain=pl.lit(-1.0),
    )
    scores = lists.select("customer_id", "as_of", "probability", model=pl.lit("churn"))
    lake = commit_tables(lake, {"lists": lists, "scores": scores})
    label = Contractual(horizon_days=28, history_days=0, grace_days=0)
    definition = ModelDefinition(name="churn", label=label, dates=DateSettings(train=4, test=1))
    model = MonitoredModel(["tenure_days"], lambda given: np.full(given.height, probability))
    return monitor(lake, definition, model, capacity=50)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return review(tmp_path_factory.mktemp("monitored"))


def test_lists_are_settled_in_full_and_in_part(report):
    whole = report.settlement.filter(group=0, measure="churners").sort("as_of")
    assert whole["as_of"].to_list() == MADE
    shown = whole["shown"].to_list()
    assert shown[:2] == [1.0, 1.0]
    assert 0 < shown[2] < 1
    assert whole["kept"].to_list() == [True] * 3
    # who stands on both ended lists, a week apart, is one assignment
    assert report.campaigns.filter(group=0, measure="churners")["n"][0] == whole["n"][0] > whole["n"][1]


def test_honest_probabilities_are_calibrated_and_need_no_training(report):
    assert report.calibration["as_of"].to_list() == MADE[:2]
    assert report.calibration["calibrated"].all()
    assert not report.verdict.retrain
    assert any("Drift is unknown" in note for note in report.notes)  # the lake has no features


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_page_and_the_json_say_it(report, tmp_path, code):
    write_page(tmp_path / "monitor.html", report, Language.from_code(code))
    write_json(tmp_path / "monitoring.json", report)
    page = (tmp_path / "monitor.html").read_text()
    assert page.count("<svg") == 3
    assert ("No hay motivo para volver a entrenar" in page) == (code == "es")
    content = json.loads((tmp_path / "monitoring.json").read_text())
    assert content["retrain"] is False
    assert len(content["settled"]) == report.settlement.height


def test_writing_it_twice_gives_the_same_bytes(report, tmp_path):
    for name in ("one", "two"):
        write_page(tmp_path / name, report, Language.from_code("en"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
