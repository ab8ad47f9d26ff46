"""What a model says of customers from whom it learned nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import polars as pl

from lealtad.examples.features import CATALOG
from lealtad.learning.fitting.out_of_fold import fit_seeds
from lealtad.learning.on_lake.on_lake import build_examples
from lealtad.learning.search import estimate_season_levels, estimate_typical_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.features import Feature
    from lealtad.learning.on_lake.trained import TrainedModel
    from lealtad.learning.search import Examples

_PARTS = 3


@dataclass(frozen=True)
class CrossFitModel:
    """A model fitted three times, each time without a third of the customers; with the settings of the whole.

    A model tells who it learned from what it knows of their outcome. Where customers are compared whom it learned
    from with others whom it did not (the held-out with the contacted), each is told by the fit without them.

    Parameters
    ----------
    trained
        What training returned.
    """

    trained: TrainedModel
    definition: ModelDefinition
    catalog: Sequence[Feature] = CATALOG

    def predict(self, rows: pl.DataFrame) -> pl.Series:
        """Return the probability of rows `customer_id` and features, at the usual level, in their order."""
        from lightgbm import Booster

        values = rows.select(self.trained.train.features).to_numpy().astype(np.float64)
        known, part = np.where(np.isinf(values), np.nan, values), _assign_parts(rows["customer_id"])
        found = np.zeros(rows.height)
        for number, trees in enumerate(self._trees):
            theirs = part == number
            if theirs.any():
                raw = np.asarray(Booster(model_str=trees).predict(known[theirs], raw_score=True))
                found[theirs] = self.trained.fitted.calibration.predict(raw)
        return pl.Series(found)

    @cached_property
    def _trees(self) -> list[str]:
        past = self.trained.train
        examples, _ = build_examples(past, self.definition, self.catalog)
        days = past.rows["as_of"].dt.epoch("us").to_numpy() / 86_400e6
        part = _assign_parts(past.rows["customer_id"])
        others = [np.flatnonzero(part != number) for number in range(_PARTS)]
        return [self._fit_part(examples.only(rows), days[rows]) for rows in others]

    def _fit_part(self, examples: Examples, days: NDArray[np.float64]) -> str:
        level = estimate_season_levels(days, examples.happened, examples.weight)
        leveled, usual = replace(examples, level=level), estimate_typical_level(days, level)
        tuned, seed = self.trained.fitted.tuned, self.definition.seed
        return fit_seeds(leveled, leveled.bin_rows(), tuned, level=usual, seed=seed, seeds=1)


def _assign_parts(customers: pl.Series) -> NDArray[np.int64]:
    """Return the part of each customer: a third of them, by the id and nothing else."""
    unique = customers.unique()
    part = pl.Series([crc32(str(one).encode()) % _PARTS for one in unique], dtype=pl.Int64)
    return customers.replace_strict(unique, part, return_dtype=pl.Int64).to_numpy()
