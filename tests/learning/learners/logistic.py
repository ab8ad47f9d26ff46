"""A learner of the tests' own: a logistic regression of scikit-learn, in one file and nowhere else."""

import json
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """Means, coefficients and intercept; a missing value counts as the mean."""

    mean: list
    slope: list
    intercept: float

    def predict_margin(self, values):
        return self.explain(values).sum(axis=1) + self.intercept

    def explain(self, values):
        return np.nan_to_num(np.asarray(values) - np.asarray(self.mean)) * np.asarray(self.slope)


@dataclass(frozen=True)
class Logistic:
    name = "line"
    scorer = Line
    packages = ("scikit-learn",)
    takes_missing = takes_weights = True
    takes_directions = takes_categories = takes_levels = is_seeded = False
    most_trials = None
    first_settings = ({"C": 1.0},)

    def suggest_settings(self, trial):
        return {"C": trial.suggest_float("C", 0.01, 10.0, log=True)}

    def translate(self, booster):
        return {"C": booster.l2}

    def fills_cores(self, examples):  # noqa: ARG002 - the signature of the seam
        return False

    def prepare(self, examples, reference=None):  # noqa: ARG002 - the signature of the seam
        return examples

    def fit_path(self, examples, learned, judged, settings, seed):
        from lealtad.learning.learners import FitPath

        margin = self.load(self.fit(examples, learned, settings, 1, seed)).predict_margin(judged.values)
        return FitPath((1,), margin[None, :].astype(np.float32))

    def fit(self, examples, learned, settings, rounds, seed):  # noqa: ARG002 - the signature of the seam
        from sklearn.linear_model import LogisticRegression

        known = np.maximum((~np.isnan(learned.values)).sum(axis=0), 1)
        mean = np.nansum(learned.values, axis=0) / known
        model = LogisticRegression(C=settings["C"], solver="newton-cholesky", random_state=seed)
        model.fit(np.nan_to_num(learned.values - mean), learned.happened, sample_weight=learned.weight)
        return json.dumps([mean.tolist(), model.coef_[0].tolist(), float(model.intercept_[0])])

    def average(self, texts, level):
        mean, slope, intercept = zip(*map(json.loads, texts), strict=True)
        return json.dumps(
            [np.mean(mean, axis=0).tolist(), np.mean(slope, axis=0).tolist(), float(np.mean(intercept)) + level]
        )

    def load(self, text):
        return load(text)


def load(text):
    return Line(*json.loads(text))
