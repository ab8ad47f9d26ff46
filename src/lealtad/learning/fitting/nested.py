"""Small tables are judged by models whose every choice was made without the judged rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.fitting.fitted_model import fit
from lealtad.learning.fitting.splitting import split_rows
from lealtad.learning.learners import list_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.fitting.plan import FitPlan
    from lealtad.learning.learners import Examples
    from lealtad.learning.search import Fold

SMALL = 2_500  # rows up to which a search inside each fold costs seconds, and a choice would flatter most
_LEAST = 3  # folds inside a fold


def predict_nested(
    examples: Examples,
    folds: Sequence[Fold],
    customers: NDArray[Any],
    *,
    plan: FitPlan,
    say: Callable[[str], None] = lambda _: None,
) -> NDArray[np.float64]:
    """Return the probability of each row by a model that was tuned, chosen and calibrated without its fold.

    The search inside a fold makes only the trials that every search begins with. The cost is one search per fold.

    Parameters
    ----------
    examples
        Rows and outcomes.
    folds
        The folds that judge.
    customers
        The customer of each row; one customer's rows stay together inside a fold too.
    plan
        Learner, search budget, seeds and calibration.
    say
        Receives progress lines.

    Returns
    -------
    One probability per row; NaN if no fold judges the row.

    References
    ----------
    Varma and Simon (2006), Bias in error estimation when using cross-validation for model selection. BMC
    Bioinformatics 7.
    """
    first = max(len(learner.first_settings) for learner in list_parts(plan.learner))
    inside = replace(plan, budget=plan.budget.limit(first), storage=None)
    probability = np.full(len(examples.happened), np.nan)
    for number, fold in enumerate(folds, 1):
        say(f"judge fold {number} of {len(folds)} by a search without it")
        part, own = examples.select_rows(fold.learned), customers[fold.learned]
        inner = split_rows(
            part.happened, own, None, outcome_days=0, count=max(_LEAST, len(folds) - 1), seed=plan.seed + number
        )
        fitted = fit(part, inner, own, time=None, plan=inside, repeats=2)
        probability[fold.judged] = fitted.predict(examples.values[fold.judged])
    return probability
