"""The main job on real households: what it reaches, what it leaves, and that it does so again."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.lake import Lake
from lealtad.learning.estimators import read_calibration
from lealtad.models.registry import load_champion, read_history
from lealtad.worklist.reasons import REASONS, explain_scores
from tests.conftest import run_job

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def summary(demo):
    return json.loads((demo / "summary.json").read_text())


@pytest.fixture(scope="module")
def champion(demo):
    return load_champion(f"sqlite:///{demo}/mlflow.db", "churn_inactivity")


@pytest.fixture(scope="module")
def scored_customers(demo):
    lake = Lake.open(demo / "lake")
    scores = lake.read("scores")
    return scores.join(lake.read("features"), on=["customer_id", "as_of"])


def test_every_row_of_the_source_is_accounted_for(summary):
    rows = {"customers": 2469, "orders": 155_848, "touchpoints": 6589 + 2102, "order_lines": 1_240_369}
    rows["products"] = 2378
    nothing = {"rejected": 0, "corrected": 0, "repeated": 0, "corrected_now": 0}
    assert summary["rows"] == {name: {"rows_in": n, "valid": n, "added": n} | nothing for name, n in rows.items()}


def test_the_model_reaches_what_hand_made_features_reached_and_beats_every_baseline(summary):
    metrics = summary["metrics"]
    model = metrics["model"]
    assert model["n"] == 8109
    assert model["auc"] >= 0.852
    assert model["pr_auc"] >= 0.358
    assert model["brier"] <= 0.0737
    assert model["lift_top_decile"] >= 3.90
    assert model["ece"] <= 0.02
    for name in ("base_rate", "recency", "frequency", "logistic"):
        assert model["auc"] > metrics[name]["auc"]
        assert model["brier"] < metrics[name]["brier"]
    assert metrics["frequency"]["auc"] == pytest.approx(0.815, abs=0.001)
    assert metrics["recency"]["auc"] == pytest.approx(0.731, abs=0.002)
    assert metrics["base_rate"]["pr_auc"] == pytest.approx(0.0987, abs=0.0001)


def test_the_job_stays_within_its_memory(summary):
    assert max(summary["peak_memory_mb"].values()) <= 2048


def test_the_run_logs_what_it_read_and_what_it_found(demo, champion):
    import mlflow

    run = mlflow.MlflowClient(f"sqlite:///{demo}/mlflow.db").get_run(champion.run_id)
    assert run.info.status == "FINISHED"
    assert len(run.data.params["content.train"]) == 64
    assert run.data.params["rows.train"] == "48351"
    assert run.data.params["version.orders"] == "0"
    assert run.data.params["lake.commit"] == "2"
    assert {"model.auc", "model.auc_low", "logistic.brier", "by_date.auc"} <= set(run.data.metrics)
    assert champion.evidence("metrics_by_date").height == 4
    assert champion.evidence("judged").height == 8109


def test_no_feature_of_the_demo_knows_its_future_and_the_run_says_so(demo, summary):
    report = json.loads((demo / "leakcheck.json").read_text())
    assert report["clean"]
    assert report["findings"] == []
    assert summary["seconds"]["leakcheck"] <= 60
    [logged] = (demo / "mlartifacts").rglob("leakcheck.json")
    assert json.loads(logged.read_text()) == report


def test_the_first_model_passed_the_gate_and_left_its_evidence(demo, champion, summary):
    assert summary["promotion.churn_inactivity"] == {"version": champion.version, "passed": True, "failed": []}
    evidence = json.loads((demo / "models" / "churn_inactivity" / "accepted.json").read_text())
    assert evidence["model_hash"] == champion.model_hash
    assert read_history(champion.tracking_uri, champion.name)["gate"].to_list() == ["passed"]
    assert (demo / "models" / "churn_inactivity" / "card.md").read_text() == champion.read_artifact("card.md")


def test_nothing_is_pickled_anywhere(demo):
    names = [path.name for path in (demo / "mlartifacts").rglob("*") if path.is_file()]
    assert {"booster.txt", "contract.json", "served.py"} <= set(names)
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".cloudpickle"))]


def test_an_altered_model_is_refused(demo):
    trees = next((demo / "mlartifacts").rglob("booster.txt"))
    text = trees.read_text()
    try:
        trees.write_text(text.replace("Tree=0", "Tree=0 ", 1))
        failed = run_job("score", "--out", demo, check=False)
    finally:
        trees.write_text(text)
    assert (failed.returncode, "Traceback" in failed.stderr) == (2, False)
    assert "with SHA-256" in failed.stderr


def test_the_served_model_calibrates_like_the_estimator(champion, scored_customers):
    features = scored_customers.select(champion.contract["columns"]).to_pandas()
    served = champion.model.unwrap_python_model()
    raw = served.scorer.predict_margin(served.matrix(features))
    calibration = read_calibration(champion.contract["calibration"])
    np.testing.assert_allclose(champion.probabilities(features), calibration.predict(raw), rtol=1e-12)


def test_columns_are_found_by_name_and_a_missing_one_is_refused(champion, scored_customers):
    features = scored_customers.select(champion.contract["columns"]).to_pandas()
    expected = champion.probabilities(features)
    pd.testing.assert_series_equal(champion.probabilities(features[features.columns[::-1]]), expected)
    with pytest.raises(Exception, match="orders_28d"):
        champion.probabilities(features.drop(columns="orders_28d"))


def test_contributions_add_up_to_the_score(champion, scored_customers):
    features = scored_customers.select(champion.contract["columns"]).to_pandas()
    probability = champion.probabilities(features)
    odds = np.log(probability / (1 - probability))
    rest = odds - champion.contributions(features).sum(axis=1)
    assert rest.std() < 1e-9  # what is left is the same for everybody: the base rate


def test_reasons_are_true_and_in_both_languages(champion, scored_customers):
    listed = scored_customers.sort("probability", descending=True).head(50)
    reasons = {code: explain_scores(champion, listed, Language.from_code(code, "USD")) for code in ("en", "es")}
    assert reasons["en"]["reason_1"].null_count() == 0
    for i in range(1, REASONS + 1):
        assert reasons["en"][f"reason_{i}_own"].equals(reasons["es"][f"reason_{i}_own"])
        assert "{" not in "".join(reasons["en"][f"reason_{i}"].drop_nulls())
    assert (reasons["en"]["reason_1"] != reasons["es"]["reason_1"]).all()


def test_a_reason_lies_on_the_side_of_those_who_left(champion, scored_customers):
    listed = scored_customers.sort("probability", descending=True).head(50)
    reasons = explain_scores(champion, listed, Language.from_code("en"))
    typical, worse = champion.contract["typical"], champion.contract["worse"]
    for customer, explained in zip(listed.to_dicts(), reasons.to_dicts(), strict=True):
        for i in range(1, REASONS + 1):
            if explained[f"reason_{i}"] is None:
                continue
            own, usual = explained[f"reason_{i}_own"], explained[f"reason_{i}_typical"]
            meant = [name for name in typical if (customer[name], typical[name]) == (own, usual)]
            assert any((own - usual) * worse[name] > 0 for name in meant), explained[f"reason_{i}"]
    assert reasons["reason_1"].null_count() == 0


def test_the_pages_speak_of_the_list_and_need_no_other_file(demo):
    page = (demo / "report.html").read_text()
    listed = pl.read_csv(demo / "worklist.csv", infer_schema=False)
    assert page.count("<svg") == 2
    assert {"index.html", "roi.html", "glossary.html"} <= {path.name for path in demo.glob("*.html")}
    assert "No list has ended yet" in (demo / "roi.html").read_text()
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    )
    assert listed["reason_1"][0].split(";")[0] in (demo / "worklist.html").read_text()
    assert 0 < listed.height <= 100  # contacts a night


def test_every_file_of_every_step_is_its_owners_alone(demo):
    loose = [str(path.relative_to(demo)) for path in [demo, *demo.rglob("*")] if path.lstat().st_mode & 0o077]
    assert loose == []


def test_each_owner_has_a_list_and_together_they_are_the_list(demo):
    listed = pl.read_parquet(demo / "worklist.parquet")
    folders = [folder for folder in (demo / "owners").iterdir() if (folder / "worklist.csv").is_file()]
    found = [pl.read_csv(folder / "worklist.csv", infer_schema=False)["customer_id"] for folder in folders]
    assert sorted(pl.concat(found).to_list()) == sorted(listed["customer_id"])
