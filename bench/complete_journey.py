"""Complete Journey, by the protocol that comes with the data: which households buy nothing in the next four weeks?

Settings, calibration and level are chosen on forward folds of the 24 training dates; the four test dates are
judged once. The peers on the same rows are LightGBM with default settings, logistic regression, and the number of
recent orders.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import lealtad
from bench.rows import build_row
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import SearchSettings
from lealtad.jobs.features import features
from lealtad.jobs.ingest import ingest
from lealtad.learning.evaluation import compute_comparison

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.rows import Row
    from lealtad.learning.on_lake import TrainedModel

DEFINITION = Path("churn_inactivity")
SEARCH = SearchSettings(trials=25, folds=4, seeds=10)
GOALS = {"auc": (0.857, "higher"), "brier": (0.0732, "lower"), "ece": (0.015, "lower")}
BESIDE = ("logistic", "frequency")


def run() -> list[Row]:
    """Load the households, train by search, and judge the test dates."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        ingest("completejourney", out)
        features(out, DEFINITION)
        definition = ModelDefinition.read(DEFINITION).model_copy(update={"search": SEARCH, "booster": None})
        trained = lealtad.train(lealtad.Lake.open(out / "lake"), definition, progress=print)
        return judge(trained)


def judge(trained: TrainedModel) -> list[Row]:
    """Return each measure of the model and of its peers, with intervals by household."""
    own = {"lealtad": trained.probabilities["model"]} | {name: trained.probabilities[name] for name in BESIDE}
    table = compute_comparison(
        trained.test.y, {**own, "untuned": _fit_untuned(trained)}, trained.test.customers, seed=7
    )
    measures = table.filter(table["metric"].is_in(list(GOALS)))
    return [
        {
            **build_row(
                f"complete_journey_{measure['metric']}_{measure['name']}",
                measure["value"],
                measure["metric"],
                *GOALS[measure["metric"]],
            ),
            **_read_ends(measure),
        }
        for measure in measures.iter_rows(named=True)
    ]


def _read_ends(measure: Row) -> Row:
    # the calibration error has no interval
    return {} if measure["low"] is None else {"low": measure["low"], "high": measure["high"], "repeats": 200}


def _fit_untuned(trained: TrainedModel) -> NDArray[np.float64]:
    import lightgbm

    trees = lightgbm.LGBMClassifier(verbose=-1, n_jobs=1).fit(trained.train.X.to_numpy(), trained.train.y)
    return np.asarray(trees.booster_.predict(trained.test.X.to_numpy()))
