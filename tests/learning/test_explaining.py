"""What a model rests on is what the world was made of."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import lealtad
from lealtad.base.errors import SettingsError
from lealtad.learning.explaining import JudgedModel, compute_importance_by, plot_dependence, plot_importance
from lealtad.learning.search import Budget

QUICK = {"budget": Budget(trials=2), "folds": 2, "seeds": 1, "progress": lambda _: None}


def customers(n=900, seed=1):
    """Tenure lowers the odds, calls raise them on one plan alone, and noise is noise."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "tenure": rng.exponential(20, n),
            "calls": rng.poisson(1, n).astype(float),
            "plan": rng.choice(["a", "b", "c"], n),
            "noise": rng.normal(size=n),
        }
    )
    X.loc[::9, "tenure"] = np.nan
    odds = 1 - X["tenure"].fillna(20) / 8 + 2.5 * X["calls"] * (X["plan"] == "a")
    return X, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int).to_numpy()


@pytest.fixture(scope="module")
def trained():
    return lealtad.train_table(*customers(), learner="lightgbm", **QUICK)


@pytest.mark.slow
def test_importance_orders_columns_as_the_world_does_and_noise_comes_last(trained):
    table = trained.importance()
    assert table["column"].to_list()[-1] == "noise"
    assert table["share"].sum() == pytest.approx(1)
    assert table["gain"].sum() == pytest.approx(1)
    rows = {row["column"]: row for row in table.iter_rows(named=True)}
    assert (rows["tenure"]["direction"], rows["calls"]["direction"], rows["plan"]["direction"]) == (-1, 1, None)
    assert rows["tenure"]["loss_low"] > 0
    assert rows["tenure"]["loss_low"] < rows["tenure"]["loss"] < rows["tenure"]["loss_high"]


def test_dependence_falls_where_the_truth_falls_and_knows_missing_values(trained):
    table = trained.dependence("tenure")
    known = table.filter(pl.col("at").is_not_null())
    assert known["contribution"][0] > 0 > known["contribution"][-1]
    assert table["value"].to_list()[-1] == "missing"
    assert table["n"].sum() == 900
    assert trained.dependence("plan")["value"].to_list() == ["a", "b", "c"]
    with pytest.raises(SettingsError, match=r"found 'tenur'. Did you mean 'tenure'\?"):
        trained.dependence("tenur")


def test_columns_that_act_together_are_found(trained):
    strongest = trained.interactions().row(0, named=True)
    assert {strongest["column"], strongest["with"]} == {"calls", "plan"}


def test_contributions_of_a_row_sum_to_its_log_odds(trained):
    X, _ = customers()
    adds = trained.explain(X)
    margin = trained.model.scorer.predict_margin(trained.model.encoding.matrix(X)[0])
    np.testing.assert_allclose(np.diff(adds.sum(axis=1)), np.diff(margin), atol=1e-9)
    assert adds.index.equals(X.index)


def test_segments_rest_on_different_columns(trained):
    model = trained.explained_on
    assert isinstance(model, JudgedModel)
    table = compute_importance_by(model, customers()[0]["plan"].to_numpy())
    share = {(row["by"], row["column"]): row["share"] for row in table.iter_rows(named=True)}
    assert share["a", "calls"] > share["b", "calls"]


def test_charts_draw_every_row_of_their_tables(trained):
    assert len(plot_importance(trained.importance()).axes[0].patches) == 4
    axes = trained.plot_dependence("tenure").axes[0]
    assert len(axes.lines[-1].get_xdata()) == trained.dependence("tenure").height
    assert plot_dependence(trained.dependence("plan")).axes[0].get_title(loc="left")
