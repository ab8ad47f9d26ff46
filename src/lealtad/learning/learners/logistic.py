"""Logistic regression on smooth columns: a broken line per number, one effect per level, and pairs of columns."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.learners.column_pairs import find_pairs
from lealtad.learning.learners.logistic_scorer import (
    LogisticScorer,
    expand_column,
    expand_shape,
    load,
    multiply_shapes,
    squeeze,
)
from lealtad.learning.learners.target_statistics import replace_levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_settings import Booster
    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.learners.learner import FitPath

_ENOUGH = 30_000  # rows from which it learns as well as from more
_LEVELS, _ROWS_PER_LEVEL = 60, 5  # of a category that has an effect of its own
_PENALTY = 5.0  # of what pairs add: half of it times the sum of squared effects


@dataclass(frozen=True)
class Logistic:
    """Logistic regression with a ridge penalty; effects bend at quantiles, and a missing value has its own effect.

    Pairs of columns whose joint effect is beyond chance have an effect of their own; see `find_pairs`. A
    category of more than 60 levels counts by its rates. It takes missing values, weights, categories and given
    levels, and no directions.

    Attributes
    ----------
    columns
        Names of the columns that it learns from; empty for all.

    Examples
    --------
    >>> from lealtad.learning.learners.examples import Examples
    >>> rising = np.arange(100.0)[:, None]
    >>> examples = Examples(rising, (rising[:, 0] > 49).astype(float))
    >>> learner = Logistic()
    >>> text = learner.fit(examples, learner.prepare(examples), {"strength": 1.0, "knots": 0}, rounds=1, seed=1)
    >>> low, high = learner.load(text).predict_margin(np.array([[0.0], [99.0]]))
    >>> bool(low < 0 < high)
    True
    """

    columns: tuple[str, ...] = ()
    name = "logistic"
    scorer = LogisticScorer
    packages = ("numpy",)
    takes_missing = takes_weights = takes_categories = takes_levels = True
    takes_directions = is_seeded = False
    most_trials: int | None = 6
    first_settings: tuple[dict[str, Any], ...] = (
        {"strength": 0.03, "knots": 4, "pairs": 12},
        {"strength": 0.1, "knots": 0, "pairs": 0},
        {"strength": 0.3, "knots": 8, "pairs": 12},
        {"strength": 0.005, "knots": 4, "pairs": 0},
        {"strength": 0.03, "knots": 4, "pairs": 0},
        {"strength": 0.1, "knots": 8, "pairs": 3},
    )

    def suggest_settings(self, trial: Any) -> dict[str, Any]:
        """Return the settings of a trial: the inverse of the penalty, where a line may bend, and pairs."""
        return {
            "strength": trial.suggest_float("strength", 1e-3, 10.0, log=True),
            "knots": trial.suggest_int("knots", 0, 12),
            "pairs": trial.suggest_int("pairs", 0, 20),
        }

    def translate(self, booster: Booster) -> dict[str, Any]:
        """Return settings as strongly held back as `[booster]` says."""
        return {"strength": 1 / max(booster.l2, 0.1), "knots": 4, "pairs": 0}

    def fills_cores(self, examples: Examples) -> bool:  # noqa: ARG002 - the signature of the seam
        """Say that a fit takes one core."""
        return False

    def prepare(self, examples: Examples, reference: Any = None) -> Examples:  # noqa: ARG002 - likewise
        """Return the rows as they are."""
        return examples

    def fit_path(
        self, examples: Examples, learned: Examples, judged: Examples, settings: Mapping[str, Any], seed: int
    ) -> FitPath:
        """Fit once and return the log-odds of the judged rows."""
        from lealtad.learning.learners.learner import FitPath

        margin = self.load(self.fit(examples, learned, settings, 1, seed)).predict_margin(judged.values)
        return FitPath((1,), margin[None, :].astype(np.float32))

    def fit(
        self,
        examples: Examples,  # noqa: ARG002 - the signature of the seam
        learned: Examples,
        settings: Mapping[str, Any],
        rounds: int,  # noqa: ARG002 - likewise
        seed: int,
    ) -> str:
        """Fit once and return the model as JSON."""
        if len(learned.happened) > _ENOUGH:
            learned = learned.select_rows(np.random.default_rng(seed).permutation(len(learned.happened))[:_ENOUGH])
        if self.columns:
            is_used = [name in self.columns for name in learned.columns]
            learned = replace(learned, values=np.where(is_used, learned.values, 0.0))
        learned, rates = replace_levels(learned, above=_LEVELS)
        columns = [
            _describe_levels(column) if position in learned.categorical else _describe_number(column, settings)
            for position, column in enumerate(learned.values.T)
        ]
        design = [
            expand_column(column, reading) for column, reading in zip(learned.values.T, columns, strict=True)
        ]
        effects, intercept = _minimise(np.hstack(design), learned, settings["strength"])
        model = _name_effects(columns, design, effects, intercept)
        if settings.get("pairs"):
            model = _add_pairs(model, design, learned, settings)
        if rates:
            model["rates"] = {str(at): by_level.tolist() for at, by_level in rates.items()}
        return json.dumps({"models": [model], "level": 0.0})

    def average(self, texts: Sequence[str], level: float) -> str:
        """Return the model whose log-odds are the mean of these models' log-odds, plus `level`."""
        models = [model for text in texts for model in json.loads(text)["models"]]
        return json.dumps({"models": models, "level": level})

    def load(self, text: str) -> LogisticScorer:
        """Read a model from its text."""
        return load(text)


def _describe_number(column: NDArray[np.float64], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a column of numbers is expanded: its scale, and where its line may bend."""
    present = squeeze(column[~np.isnan(column)])
    present = present if len(present) else np.zeros(1)
    mean, scale = float(present.mean()), float(present.std()) or 1.0
    inner = np.quantile((present - mean) / scale, np.linspace(0, 1, settings["knots"] + 2)[1:-1])
    return {"mean": mean, "scale": scale, "knots": np.unique(inner).tolist()}


def _describe_levels(column: NDArray[np.float64]) -> dict[str, Any]:
    """Return which levels of a category have an effect of their own: the most frequent ones."""
    codes, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    frequent = np.argsort(-counts, kind="stable")[:_LEVELS]
    return {"levels": [float(codes[at]) for at in sorted(frequent) if counts[at] >= _ROWS_PER_LEVEL]}


def _add_pairs(
    model: dict[str, Any],
    design: Sequence[NDArray[np.float64]],
    learned: Examples,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the model fitted again with the pairs of columns that are beyond chance; the same where none is."""
    adds = [
        part @ reading["effects"] - reading["usual"]
        for part, reading in zip(design, model["columns"], strict=True)
    ]
    pairs = find_pairs(
        np.column_stack(adds), model["intercept"], learned, most=settings["pairs"], penalty=_PENALTY
    )
    if not pairs:
        return model
    products = [
        multiply_shapes(*(expand_shape(learned.values[:, reading["at"]], reading) for reading in pair))
        for pair in pairs
    ]
    effects, intercept = _minimise(np.hstack(design), learned, settings["strength"], np.hstack(products))
    ends = np.cumsum([part.shape[1] for part in (*design, *products)])[:-1]
    own = np.split(effects, ends)
    fitted = _name_effects(model["columns"], design, np.concatenate(own[: len(design)]), intercept)
    named = [
        {"shapes": list(pair), "effects": part.tolist(), "usual": float((product @ part).mean())}
        for pair, part, product in zip(pairs, own[len(design) :], products, strict=True)
    ]
    return {**fitted, "pairs": named, "intercept": fitted["intercept"] + sum(pair["usual"] for pair in named)}


def _minimise(
    design: NDArray[np.float64],
    learned: Examples,
    strength: float,
    products: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], float]:
    """Return effects and intercept of the least penalised log loss.

    Columns are penalised on one scale; products of pairs on their own, so that rare ones have small effects.
    """
    from scipy.optimize import minimize

    spread = design.std(axis=0)
    if products is not None:
        spread = np.concatenate([spread, np.full(products.shape[1], np.sqrt(_PENALTY * strength))])
        design = np.hstack([design, products])
    usable = spread > 1e-9  # noqa: PLR2004 - a constant column has no effect
    matrix = design[:, usable] / spread[usable]
    middle = matrix.mean(axis=0)
    matrix -= middle
    sign = np.where(learned.happened == 1, -1.0, 1.0)
    weight = np.ones(len(sign)) if learned.weight is None else learned.weight
    level = 0.0 if learned.level is None else learned.level

    def measure(effects: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = sign * (matrix @ effects[1:] + effects[0] + level)
        slope = weight * sign * _sigmoid(odds)
        loss = weight @ np.logaddexp(0, odds) + effects[1:] @ effects[1:] / (2 * strength)
        return float(loss), np.concatenate([[slope.sum()], slope @ matrix + effects[1:] / strength])

    solution = minimize(
        measure, np.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    ).x
    effects = np.zeros(design.shape[1])
    effects[usable] = solution[1:] / spread[usable]
    return effects, float(solution[0] - solution[1:] @ middle)


def _name_effects(
    columns: Sequence[dict[str, Any]],
    design: Sequence[NDArray[np.float64]],
    effects: NDArray[np.float64],
    intercept: float,
) -> dict[str, Any]:
    """Return the model as JSON can hold it: by column its effects, and their mean in what was learned from."""
    ends = np.cumsum([part.shape[1] for part in design])
    own = np.split(effects, ends[:-1])
    usual = [float((part @ part_effects).mean()) for part, part_effects in zip(design, own, strict=True)]
    named = [
        {**reading, "effects": part.tolist(), "usual": mean}
        for reading, part, mean in zip(columns, own, usual, strict=True)
    ]
    return {"columns": named, "intercept": intercept + sum(usual)}


def _sigmoid(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(0.5 * (1 + np.tanh(odds / 2)))
