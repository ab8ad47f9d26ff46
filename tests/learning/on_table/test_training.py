"""Any table of customers: what comes out, and what is said where the table is odd."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

import lealtad
from lealtad.base.errors import DataError, ModelError, SettingsError, TooLittleDataError
from lealtad.lake import Lake
from lealtad.lake.manifest import Manifest
from lealtad.learning.on_table import TableModel, TakenAsMissingWarning
from lealtad.learning.search import Budget
from lealtad.models.registry import served

pytestmark = pytest.mark.slow

QUICK = {"budget": Budget(trials=2), "seeds": 2, "folds": 3, "progress": lambda _: None}


def customers(n=900, seed=1):
    rng = np.random.default_rng(seed)
    plan = rng.choice(["basic", "plus", "pro"], n)
    tenure = rng.integers(1, 60, n)
    odds = 1.5 - tenure / 10 + np.where(plan == "basic", 1.0, 0.0)
    X = pd.DataFrame(
        {
            "tenure": tenure,
            "plan": np.where(rng.random(n) < 0.1, None, plan),
            "spend": np.where(rng.random(n) < 0.2, np.nan, rng.gamma(2, 20, n)),
            "paperless": rng.random(n) < 0.5,
        }
    )
    return X, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int)


@pytest.fixture(scope="module")
def trained():
    return lealtad.train_table(*customers(), **QUICK)


def test_it_learns_what_matters_and_judges_every_row_once(trained):
    y = customers()[1]
    assert trained.metric("auc") > 0.8
    assert trained.metric("auc", "base_rate") == pytest.approx(0.5, abs=0.06)
    assert set(trained.metrics["name"]) == {"model", "base_rate", "one_column", "logistic"}
    assert trained.predictions["model"].null_count() == 0
    assert trained.predictions["happened"].to_list() == y.tolist()
    later, outcome = customers(4000, seed=2)
    assert trained.predict(later).mean() == pytest.approx(outcome.mean(), abs=0.03)


def test_the_same_seed_is_the_same_model_to_the_letter_in_pandas_and_polars(trained):
    X, y = customers()
    again = lealtad.train_table(pl.from_pandas(X), pl.Series(y), **QUICK)
    assert again.model.text == trained.model.text
    assert again.model.contract == trained.model.contract
    assert again.metrics.equals(trained.metrics, null_equal=True)
    other = lealtad.train_table(X, y, **QUICK, seed=8)
    assert other.model.text != trained.model.text


def test_the_result_reads_as_a_table(trained):
    lines = repr(trained).splitlines()
    assert lines[0].startswith("900 rows")
    assert [line.split()[0] for line in lines[3:7]] == ["model", "base_rate", "one_column", "logistic"]
    assert "calibration: " in lines[8]
    assert lines[9].startswith("better than chance: AUC ")


def test_columns_are_found_by_name_and_a_missing_one_is_named(trained):
    X, _ = customers()
    pd.testing.assert_series_equal(trained.predict(X[X.columns[::-1]].assign(more=1)), trained.predict(X))
    with pytest.raises(
        ModelError, match=r"the column 'tenure', found none of this name. Did you mean 'tenures'\?"
    ):
        trained.predict(X.rename(columns={"tenure": "tenures"}))
    with pytest.raises(DataError, match="column 'tenure': expected numbers, as in training"):
        trained.predict(X.assign(tenure="long"))


def test_an_unseen_level_and_an_infinity_are_counted_and_scored_as_missing(trained):
    X, _ = customers()
    odd = X.head(3).assign(plan=["ultra", "gold", "plus"], spend=[np.inf, 1.0, 2.0])
    missing = odd.assign(plan=[None, None, "plus"], spend=[np.nan, 1.0, 2.0])
    with pytest.warns(TakenAsMissingWarning) as caught:
        found = trained.predict(odd)
    assert [str(one.message) for one in caught] == [
        "column 'plan': 2 of unseen levels, scored as missing",
        "column 'spend': 1 infinite, scored as missing",
    ]
    pd.testing.assert_series_equal(found, trained.predict(missing))


def test_the_model_is_two_texts_that_say_the_same_when_read_back(trained, tmp_path):
    X, _ = customers()
    trained.model.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"booster.txt", "contract.json"}
    pd.testing.assert_series_equal(TableModel.read(tmp_path).predict(X), trained.predict(X))
    (tmp_path / "booster.txt").write_text(trained.model.text.replace("leaf_value=", "leaf_value=0", 1))
    with pytest.raises(ModelError, match="The file was altered"):
        TableModel.read(tmp_path)
    with pytest.raises(ModelError, match=r"expected booster.txt and contract.json"):
        TableModel.read(tmp_path / "nowhere")


def test_the_served_model_reads_the_same_files(trained):
    X, _ = customers()
    model = served.ServedModel()
    model.contract = json.loads(json.dumps(trained.model.contract))
    model.scorer = trained.model.learner.load(trained.model.text)
    found = model.predict(None, X)["probability"]
    np.testing.assert_allclose(found, trained.predict(X), rtol=1e-12)


def test_every_probability_lies_within_its_interval(trained):
    X, _ = customers()
    ends, probability = trained.model.interval(X), trained.predict(X)
    assert ((ends["low"] <= probability) & (probability <= ends["high"])).all()
    assert (ends["high"] > ends["low"]).all()
    assert ends.index.equals(X.index)


def test_a_direction_is_kept_and_an_impossible_one_refused():
    X, y = customers()
    held = lealtad.train_table(X, y, constraints={"tenure": 1}, **QUICK)  # against the data
    rows = pd.concat([X.head(1)] * 50, ignore_index=True).assign(tenure=range(50))
    assert (np.diff(held.predict(rows)) >= -1e-12).all()
    with pytest.raises(SettingsError, match="constraint on 'plan': expected a number, found a category"):
        lealtad.train_table(X, y, constraints={"plan": 1}, **QUICK)


def test_with_time_every_row_is_judged_by_models_of_earlier_ones():
    X, y = customers(1500)
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.repeat(np.arange(15), 100), unit="D")
    found = lealtad.train_table(X.assign(day=day), y, time="day", outcome_days=2, **QUICK)
    judged = found.predictions["model"].is_not_null().to_numpy()
    assert judged.sum() == 1000  # the first third is only learned from
    assert not judged[:500].any()
    assert "day" not in found.model.encoding.columns
    # what happens on the last day reaches no judgement of earlier days
    flipped = np.where(day == day.max(), 1 - y, y)
    other = lealtad.train_table(X.assign(day=day), flipped, time="day", outcome_days=2, **QUICK)
    assert other.judged == found.judged
    assert "earlier rows" in found.judged


def test_customers_who_repeat_are_kept_together_and_widen_the_intervals():
    X, y = customers(300)
    twice = pd.concat([X] * 6, ignore_index=True)
    people = np.tile(np.arange(300), 6)
    grouped = lealtad.train_table(twice, np.tile(y, 6), groups=people, **QUICK)
    loose = lealtad.train_table(twice, np.tile(y, 6), **QUICK)
    assert grouped.metric("auc") < loose.metric("auc")  # it cannot recognise anybody

    def width(found):
        row = found.metrics.row(
            by_predicate=(pl.col("name") == "logistic") & (pl.col("metric") == "auc"), named=True
        )
        return row["high"] - row["low"]

    assert width(grouped) > 1.5 * width(loose)


def test_columns_that_say_nothing_are_left_out_and_said():
    X, y = customers()
    odd = X.assign(one=1, none=None, id=[f"c{i}" for i in range(len(X))], since=pd.Timestamp("2026-01-01"))
    odd.loc[3, "since"] = pd.Timestamp("2026-02-01")
    odd.loc[5, "spend"] = np.inf
    found = lealtad.train_table(odd, y, **QUICK)
    assert found.model.encoding.columns == ("tenure", "plan", "spend", "paperless")
    assert found.notes[0].startswith("left out: 1 constant (one), 1 all null (none), 1 text with 900 values")
    assert found.notes[0].count("(since)") == 1
    assert found.notes[1] == "taken as missing: spend (1 infinite)"


REFUSED = {
    "one class": (
        lambda X, _: (X, np.zeros(len(X))),
        TooLittleDataError,
        "rows with outcome 1: expected at least 25, found 0",
    ),
    "few positives": (
        lambda X, _: (X, np.arange(len(X)) < 10),
        TooLittleDataError,
        "expected at least 25, found 10. Pass 15 more",
    ),
    "text outcomes": (
        lambda X, y: (X, np.where(y == 1, "Yes", "No")),
        DataError,
        "expected outcomes 0 and 1, found 'No', 'Yes'",
    ),
    "null outcome": (
        lambda X, y: (X, pd.Series(y).where(pd.Series(y.cumsum()) != 5)),
        DataError,
        "expected no null",
    ),
    "too short": (lambda X, y: (X, y[:-1]), DataError, "expected 900 values, one per row of X, found 899"),
    "an array": (
        lambda X, y: (X[["tenure"]].to_numpy(), y),
        DataError,
        "expected a pandas or Polars frame, found ndarray",
    ),
    "a column twice": (
        lambda X, y: (pd.concat([X, X[["tenure"]]], axis=1), y),
        DataError,
        "expected each column name once, found tenure more than once",
    ),
    "nothing to learn": (lambda X, y: (X.assign(one=1)[["one"]], y), DataError, r"found one \(constant\)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_that_cannot_be_learned_from_is_one_clear_error(case):
    make, error, says = REFUSED[case]
    with pytest.raises(error, match=says):
        lealtad.train_table(*make(*customers()), **QUICK)


def test_times_and_groups_that_cannot_be_read_are_named():
    X, y = customers()
    with pytest.raises(
        DataError, match=r"column 'time': expected a column of X, found none named 'tenur'. Did you mean"
    ):
        lealtad.train_table(X, y, time="tenur", **QUICK)
    with pytest.raises(DataError, match="expected datetimes or finite numbers"):
        lealtad.train_table(X, y, time=np.repeat("monday", len(X)), **QUICK)
    with pytest.raises(TooLittleDataError, match="moments in time"):
        lealtad.train_table(X, y, time=np.ones(len(X)), **QUICK)


def test_a_table_where_a_lake_belongs_is_refused_and_the_other_way_round(tmp_path):
    definition = lealtad.ModelDefinition(name="churn")
    with pytest.raises(SettingsError, match=r"a lake, found DataFrame.*lealtad.train_table\(X, y\)"):
        lealtad.train(customers()[0], definition)
    with pytest.raises(DataError, match=r"a pandas or Polars frame.*lealtad.train\(lake, definition\)"):
        lealtad.train_table(Lake(tmp_path / "lake", Manifest(1)), definition)


def test_probabilities_recover_a_known_truth_through_seasons():
    """The level moves with the month, the order does not: the model learns the order and the typical level."""
    rng = np.random.default_rng(4)
    month = np.repeat(np.arange(12), 600)
    season = 0.8 * np.sin(month / 12 * 2 * np.pi)
    X = pd.DataFrame({"a": rng.normal(size=len(month)), "b": rng.normal(size=len(month))})
    odds = X["a"] - 0.5 * X["b"] - 1
    y = rng.random(len(month)) < 1 / (1 + np.exp(-(odds + season)))
    found = lealtad.train_table(X, y, time=30.0 * month, outcome_days=30, **QUICK)
    raw = np.log(found.predict(X) / (1 - found.predict(X)))
    assert np.corrcoef(raw, odds)[0, 1] > 0.95
    assert raw.mean() == pytest.approx(odds.mean(), abs=0.2)
