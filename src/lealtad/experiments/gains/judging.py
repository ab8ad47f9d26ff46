"""Estimates of customers who gain from an arm, judged on customers they did not learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.experiments.gains.columns import GainColumns
from lealtad.experiments.uplift import (
    DRLearner,
    InteractionLogit,
    ListEffect,
    LogitModel,
    PolicyChoice,
    TwoModels,
    choose_policy,
    compare_rankings,
    compute_doubly_robust_scores,
    compute_qini_curve,
)
from lealtad.experiments.uplift.scores import draw_folds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHOSEN = "two_logits"
CHURN_SCORE, LIST_EFFECT = "churn_score", "list_effect"
_LEAST = 100  # customers with either outcome, in both arms together
_FOLDS, _SEED, _DRAWS = 5, 1, 200


@dataclass(frozen=True)
class ArmGains:
    """How reliably the customers who gain from an arm are identified.

    Attributes
    ----------
    rankings
        As `compare_rankings` returns it, the deciding estimate first. `churn_score` ranks by risk alone.
    choice
        What the estimate, all and nobody bring per customer, and which to use.
    curve
        The Qini curve of the deciding estimate: `share` of the customers, `gained` and `random`, per customer.
    columns
        What the estimates were learned from.
    """

    arm: str
    customers: int
    rankings: pl.DataFrame
    choice: PolicyChoice
    curve: pl.DataFrame
    columns: GainColumns

    @property
    def use(self) -> Literal["uplift", "all", "none", "unsure"]:
        """What to do next; `unsure` where all is the better bet, and may still bring less than nobody."""
        low = self.choice.values.filter(pl.col("policy") == "all")["low"][0]
        return "unsure" if self.choice.use == "all" and low <= 0 else self.choice.use


def judge_gains(  # noqa: PLR0913 - the rows, the arms, and what is asked of them
    rows: pl.DataFrame,
    arm: str,
    control: str,
    *,
    cost: float = 0.0,
    draws: int = _DRAWS,
    is_retention: bool = False,
) -> ArmGains:
    """Judge who gains from an arm; every estimate ranks customers of folds that it did not learn from.

    Parameters
    ----------
    rows
        As `read_gain_rows` returns them.
    cost
        What one message costs, in outcomes: 0.001 for one outcome in 1,000 messages.
    draws
        Bootstrap draws of the intervals.
    is_retention
        Whether the outcome is that a customer stays; then the list's own effect model is judged too.

    Raises
    ------
    TooLittleDataError
        If fewer than 100 customers of the two arms have one of the outcomes, or all customers are alike.

    Notes
    -----
    Two penalised logits always decide: choosing among estimates on the same customers would favour the chosen one.
    """
    pair = rows.filter(pl.col("arm").is_in([arm, control])).sort("customer_id")
    columns = GainColumns.from_rows(pair)
    _check_size(pair, columns, arm)
    X, y = columns.build(pair), pair["outcome"].to_numpy()
    treated = (pair["arm"] == arm).to_numpy()
    estimates = cross_fit(X, y, treated, columns)
    if "churn" in columns.numbers:
        scored = pair.with_columns(probability=pl.col("churn").fill_null(pl.col("churn").median()))
        estimates[CHURN_SCORE] = scored["probability"].to_numpy()
        if is_retention:
            estimates[LIST_EFFECT] = _cross_fit_list(scored, arm)
    scores = compute_doubly_robust_scores(X, y, treated, lambda: LogitModel(columns.categorical), seed=_SEED)
    return ArmGains(
        arm,
        pair.height,
        compare_rankings(y, treated, estimates, scores, draws=draws),
        choose_policy(scores, estimates[CHOSEN], cost=cost),
        _scale(compute_qini_curve(y, estimates[CHOSEN], treated), int(treated.sum())),
        columns,
    )


def make_estimators(columns: GainColumns) -> Mapping[str, Callable[[], Any]]:
    """Return unfitted estimators by name, the deciding one first."""

    def logit() -> LogitModel:
        return LogitModel(columns.categorical)

    return {
        CHOSEN: lambda: TwoModels(logit),
        "interactions": lambda: InteractionLogit(columns.categorical),
        "doubly_robust": lambda: DRLearner(logit, columns.categorical),
    }


def cross_fit(X: Floats, y: Floats, treated: NDArray[np.bool_], columns: GainColumns) -> dict[str, Floats]:
    """Return by name the effect of each row, estimated from the other folds."""
    folds = draw_folds(len(y), _SEED + 1)
    estimates: dict[str, Floats] = {}
    for name, make in make_estimators(columns).items():
        effect = np.empty(len(y))
        for fold in range(_FOLDS):
            learn, judged = folds != fold, folds == fold
            effect[judged] = make().fit(X[learn], y[learn], treated[learn]).predict(X[judged])
        estimates[name] = effect
    return estimates


def _cross_fit_list(scored: pl.DataFrame, arm: str) -> Floats:
    """Return what the list's effect model, learned from the other folds, promises each customer."""
    sides = pl.when(pl.col("arm") == arm).then(pl.lit("treated")).otherwise(pl.lit("holdout"))
    rows = scored.with_columns(arm=sides, observed=pl.col("outcome") == 0)
    folds, effect = draw_folds(rows.height, _SEED + 1), np.empty(rows.height)
    for fold in range(_FOLDS):
        learn, judged = rows.filter(folds != fold), rows.filter(folds == fold)
        effect[folds == fold] = ListEffect().fit(learn).predict(judged)
    return effect


def _scale(curve: pl.DataFrame, treated: int) -> pl.DataFrame:
    share = pl.col("rows") / pl.col("rows").max()
    return curve.select(share.alias("share"), pl.col("gained", "random") / treated)


def _check_size(pair: pl.DataFrame, columns: GainColumns, arm: str) -> None:
    rarer = min(int((pair["outcome"] == value).sum()) for value in (0.0, 1.0))
    few = rarer < _LEAST or pair["arm"].n_unique() < 2  # noqa: PLR2004 - two arms
    if few or not (columns.numbers or columns.levels):
        raise TooLittleDataError(
            what=f"customers of arm '{arm}' and the control with the rarer outcome",
            needed=_LEAST,
            found=rarer,
            fix="Wait until more outcomes are known; lealtad experiment read shows the effect on all together.",
        )
