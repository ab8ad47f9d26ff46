"""Predictions for customers by a model that learned nothing from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import polars as pl

from lealtad.examples.features import CATALOG
from lealtad.learning.fitting import estimate_date_levels, fit_members
from lealtad.learning.on_lake.examples import build_examples
from lealtad.learning.search import estimate_typical_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.features import Feature
    from lealtad.learning.learners import Examples, Scorer
    from lealtad.learning.on_lake.trained_model import TrainedModel

_PARTS = 3


@dataclass(frozen=True)
class CrossFitModel:
    """A model fitted three times, each time without a third of the customers, with the settings of the whole.

    A model knows the outcome of the customers that it learned from. Where such customers are compared with others
    (the contacted with the held-out), each is scored by the fit without them.

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
        values = rows.select(self.trained.train.features).to_numpy().astype(np.float64)
        values, part = np.where(np.isinf(values), np.nan, values), _assign_parts(rows["customer_id"])
        probability = np.zeros(rows.height)
        for number, scorer in enumerate(self._scorers):
            is_part = part == number
            if is_part.any():
                raw = scorer.predict_margin(values[is_part])
                probability[is_part] = self.trained.fitted.calibration.predict(raw)
        return pl.Series(probability)

    @cached_property
    def _scorers(self) -> list[Scorer]:
        past = self.trained.train
        examples, _ = build_examples(past, self.definition, self.catalog, self.trained.fitted.learner)
        days = past.rows["as_of"].dt.epoch("us").to_numpy() / 86_400e6
        part = _assign_parts(past.rows["customer_id"])
        others = [np.flatnonzero(part != number) for number in range(_PARTS)]
        return [self._fit_part(examples.select_rows(rows), days[rows]) for rows in others]

    def _fit_part(self, examples: Examples, days: NDArray[np.float64]) -> Scorer:
        level = estimate_date_levels(examples, days, seed=self.definition.seed)
        learner, text = fit_members(
            self.trained.fitted.members,
            replace(examples, level=level),
            level=estimate_typical_level(days, level),
            seed=self.definition.seed,
            seeds=1,
        )
        return learner.load(text)


def _assign_parts(customers: pl.Series) -> NDArray[np.int64]:
    """Return the part of each customer: a third of them, by the id and nothing else."""
    unique = customers.unique()
    part = pl.Series([crc32(str(customer).encode()) % _PARTS for customer in unique], dtype=pl.Int64)
    return customers.replace_strict(unique, part, return_dtype=pl.Int64).to_numpy()
