"""What a model says of customers from whom it learned nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import polars as pl

from lealtad.examples.features import CATALOG
from lealtad.learning.fitting.out_of_fold import seeds_averaged
from lealtad.learning.on_lake.on_lake import examples_of
from lealtad.learning.search import season_levels, typical_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_definition import Definition
    from lealtad.examples.features import Feature
    from lealtad.learning.on_lake.trained import Trained
    from lealtad.learning.search import Examples

_PARTS = 3


@dataclass(frozen=True)
class Apart:
    """A model fitted three times, each time without a third of the customers; with the settings of the whole.

    A model tells who it learned from what it knows of their outcome. Where customers are compared whom it learned
    from with others whom it did not (the held-out with the contacted), each is told by the fit without them.

    Parameters
    ----------
    trained
        What training returned.
    """

    trained: Trained
    definition: Definition
    catalog: Sequence[Feature] = CATALOG

    def predict(self, rows: pl.DataFrame) -> pl.Series:
        """Return the probability of rows `customer_id` and features, at the usual level, in their order."""
        from lightgbm import Booster

        values = rows.select(self.trained.train.features).to_numpy().astype(np.float64)
        known, part = np.where(np.isinf(values), np.nan, values), _parts(rows["customer_id"])
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
        examples, _ = examples_of(past, self.definition, self.catalog)
        days = past.rows["as_of"].dt.epoch("us").to_numpy() / 86_400e6
        part = _parts(past.rows["customer_id"])
        others = [np.flatnonzero(part != number) for number in range(_PARTS)]
        return [self._fitted(examples.only(rows), days[rows]) for rows in others]

    def _fitted(self, examples: Examples, days: NDArray[np.float64]) -> str:
        level = season_levels(days, examples.happened, examples.weight)
        leveled, usual = replace(examples, level=level), typical_level(days, level)
        tuned, seed = self.trained.fitted.tuned, self.definition.seed
        return seeds_averaged(leveled, leveled.binned(), tuned, level=usual, seed=seed, seeds=1)


def _parts(customers: pl.Series) -> NDArray[np.int64]:
    """Return the part of each customer: a third of them, by the id and nothing else."""
    unique = customers.unique()
    part = pl.Series([crc32(str(one).encode()) % _PARTS for one in unique], dtype=pl.Int64)
    return customers.replace_strict(unique, part, return_dtype=pl.Int64).to_numpy()
