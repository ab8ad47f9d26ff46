"""Boosted trees that rank candidates within a customer, by LightGBM's `lambdarank`, or give their probability.

Candidates are millions of numeric rows without levels, directions or explanations. The `Learner` interface
requires all of these, so ranking has a separate class.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_FIXED: dict[str, Any] = {
    "verbosity": -1,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "max_bin": 63,
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 1,
}
_RANKED = {"objective": "lambdarank", "lambdarank_truncation_level": 20}


@dataclass(frozen=True)
class Ranker:
    """Fitted trees as text; the same rows and settings give the same text.

    Examples
    --------
    >>> values = np.arange(400.0)[:, None] % 4
    >>> ranker = fit_ranker(values, values[:, 0] == 3, ["number"], [4] * 100, rounds=5)
    >>> low, high = ranker.score(np.array([[0.0], [3.0]]))
    >>> bool(low < high)
    True
    """

    text: str
    names: tuple[str, ...] = field(default=())

    def score(
        self, values: NDArray[np.floating[Any]], first: int = 0, trees: int | None = None
    ) -> NDArray[np.float64]:
        """Return the score of each row; only its order within a customer means something.

        A ranker that was fitted without groups gives the log-odds.

        Parameters
        ----------
        first, trees
            The first tree that counts, and how many do; None: all that follow. The scores of parts add up.
        """
        if not len(values):
            return np.zeros(0)
        part = {"start_iteration": first, "num_iteration": trees}
        return np.asarray(self._booster.predict(values, raw_score=True, num_threads=1, **part))

    @cached_property
    def _booster(self) -> Any:
        from lightgbm import Booster

        return Booster(model_str=self.text)


def fit_ranker(  # noqa: PLR0913 - the rows, and how they are fitted
    values: NDArray[np.floating[Any]],
    happened: ArrayLike,
    names: Sequence[str],
    groups: Sequence[int] | NDArray[np.int64] | None,
    *,
    rounds: int,
    settings: dict[str, Any] | None = None,
) -> Ranker:
    """Fit trees to candidates.

    Parameters
    ----------
    values
        One row per candidate; NaN is unknown.
    happened
        Whether each was bought.
    names
        The names of the columns.
    groups
        How many consecutive rows each customer has; None fits probabilities instead of ranks.
    rounds
        Trees.
    settings
        By LightGBM's names, in place of the usual ones.
    """
    import lightgbm

    objective = {"objective": "binary"} if groups is None else _RANKED
    parameters = {**_FIXED, **objective, **(settings or {})}
    data = lightgbm.Dataset(
        values,
        np.asarray(happened, dtype=np.float64),
        group=None if groups is None else np.asarray(groups),
        feature_name=list(names),
        params={"verbosity": -1, "max_bin": parameters["max_bin"]},
    )
    return Ranker(str(lightgbm.train(parameters, data, rounds).model_to_string()), tuple(names))
