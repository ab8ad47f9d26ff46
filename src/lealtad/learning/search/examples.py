"""What trees learn from, and one fit of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import lightgbm
    import numpy as np
    from numpy.typing import NDArray

    from lealtad.learning.search.folds import Fold

MOST_ROUNDS, PATIENCE = 1000, 50
# below so many values one thread fits, since threads that wait for each other cost more than they save; several
# fits stand side by side instead
_WORTH_THREADS = 100_000_000
# histograms column by column: trees that see part of the columns take half the time of those built row by row
_FIXED = {
    "objective": "binary",
    "metric": "binary_logloss",
    "verbosity": -1,
    "deterministic": True,
    "force_col_wise": True,
    "bagging_freq": 1,
    "feature_pre_filter": False,
}


@dataclass(frozen=True)
class BinnedFold:
    """A fold in LightGBM's bins.

    Attributes
    ----------
    learned, judged
        Its rows; the judged ones in the bins of those that are learned from.
    """

    fold: Fold
    learned: lightgbm.Dataset
    judged: lightgbm.Dataset


@dataclass(frozen=True)
class Examples:
    """Rows as doubles with NaN for null, categories as codes, and what happened.

    Attributes
    ----------
    values
        Rows × columns.
    happened
        1 or 0 per row.
    categorical
        Positions of the columns that hold codes of categories.
    directions
        Monotone direction of each column; empty where all are free.
    level
        Log-odds that are given and not learned, per row, such as those of its season; None learns one for all.
    weight
        How many rows each one stands for; None counts each once.
    """

    values: NDArray[np.float64]
    happened: NDArray[np.float64]
    categorical: tuple[int, ...] = ()
    directions: tuple[int, ...] = ()
    level: NDArray[np.float64] | None = None
    weight: NDArray[np.float64] | None = None

    def only(self, rows: NDArray[np.int_]) -> Examples:
        """Return some of the rows."""
        return replace(
            self,
            values=self.values[rows],
            happened=self.happened[rows],
            level=None if self.level is None else self.level[rows],
            weight=None if self.weight is None else self.weight[rows],
        )

    def bin_rows(
        self, rows: NDArray[np.int_] | None = None, reference: lightgbm.Dataset | None = None
    ) -> lightgbm.Dataset:
        """Return the rows (None: all of them) in LightGBM's bins, once for all fits on them."""
        from lightgbm import Dataset

        taken = self if rows is None else self.only(rows)
        data = Dataset(
            taken.values,
            taken.happened,
            reference=reference,
            weight=taken.weight,
            init_score=taken.level,
            categorical_feature=list(self.categorical),
            params=self._base_settings,
        )
        return data.construct()

    def bin_fold(self, fold: Fold) -> BinnedFold:
        """Return a fold in LightGBM's bins."""
        learned = self.bin_rows(fold.learned)
        return BinnedFold(fold, learned, self.bin_rows(fold.judged, reference=learned))

    @property
    def is_threaded(self) -> bool:
        """Whether one fit takes every core, so that fits stand one after the other."""
        return self.values.size >= _WORTH_THREADS

    @property
    def _base_settings(self) -> dict[str, Any]:
        threads = 0 if self.is_threaded else 1
        held = {"monotone_constraints": list(self.directions)} if any(self.directions) else {}
        return {**_FIXED, "num_threads": threads, **held}

    def fit_until_best(
        self, learned: lightgbm.Dataset, judged: lightgbm.Dataset, settings: Mapping[str, float], seed: int
    ) -> tuple[float, int]:
        """Fit until the judged rows gain no more; return their log loss and the number of rounds it took."""
        import lightgbm

        booster = lightgbm.train(
            {**self._base_settings, **settings, "seed": seed},
            learned,
            MOST_ROUNDS,
            valid_sets=[judged],
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        return float(booster.best_score["valid_0"]["binary_logloss"]), int(booster.best_iteration)

    def fitted(self, learned: lightgbm.Dataset, settings: Mapping[str, float], rounds: int, seed: int) -> str:
        """Fit so many rounds and return the booster's text."""
        import lightgbm

        booster = lightgbm.train({**self._base_settings, **settings, "seed": seed}, learned, rounds)
        return str(booster.model_to_string())
