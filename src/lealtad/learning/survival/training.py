"""From the lake to a model of how long customers stay, held against one curve for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.examples import dataset
from lealtad.examples import outcomes as labels
from lealtad.learning.survival.baselines import constant_hazard, kaplan_meier
from lealtad.learning.survival.discrete_hazard import DiscreteHazard
from lealtad.learning.survival.durations import Durations
from lealtad.learning.survival.measures import compute_concordance, compute_integrated_brier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.learning.survival.curves import Curves

_TIMES = ("churned_after_days", "censored_after_days")
_LEAST_LEFT = 50
_INDEX = ("customer_id", "as_of")
_EARLY = 0.5  # of the dates are learned from when the model is judged


@dataclass(frozen=True)
class SurvivalModel:
    """A model of how long customers stay, and how it did on dates later than it knew of.

    Attributes
    ----------
    model
        Fitted to all the dates.
    features
        Its columns, in order.
    measures
        One row per name (`model, kaplan_meier, constant_hazard`): `name, integrated_brier, concordance, n` on the
        later half of the dates. The models knew only what had happened by the first of them.
    """

    model: DiscreteHazard
    features: tuple[str, ...]
    measures: pl.DataFrame

    def predict(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return `customer_id, as_of, median_days, restricted_mean_days, limit_days` of rows with the features.

        All days count from `as_of`, given that the customer is active then; `median_days` is null where it is
        beyond `limit_days`.
        """
        curves = self.model.predict_curves(_to_matrix(rows, self.features))
        return pl.concat([rows.select(*_INDEX), curves.table()], how="horizontal")


def train_survival(
    lake: Lake,
    definition: ModelDefinition,
    as_of: Sequence[datetime],
    model: DiscreteHazard | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> SurvivalModel:
    """Learn how long customers stay from all that happened since some dates.

    Parameters
    ----------
    as_of
        Dates of the feature table.
    model
        Fitted as a copy; None: four-weekly steps over a year.

    Raises
    ------
    TooLittleDataError
        If fewer than 50 customers left since.
    SettingsError
        If the label's outcomes have no date of their own.
    LakeError
        See `dataset.read_learnable`.
    """
    from sklearn.base import clone

    times = labels.compute_times(lake, definition.label, as_of).filter(pl.col("missing").is_null()).drop("missing")
    rows = dataset.read_learnable(lake, definition, as_of).join(times, on=_INDEX, how="inner").sort(_INDEX)
    churners = rows["churned_after_days"].count()
    if churners < _LEAST_LEFT:
        raise TooLittleDataError(
            what="rows of customers who left since",
            needed=_LEAST_LEFT,
            found=churners,
            fix="Load a longer history or more customers.",
        )
    features = _list_features(rows)
    untrained = clone(model if model is not None else DiscreteHazard(random_state=definition.seed))
    measures = _evaluate(rows, features, untrained, progress)
    progress(f"fit all {rows.height:,} rows × {len(features)} features")
    fitted = clone(untrained).fit(_to_matrix(rows, features), Durations.of(rows), rows["as_of"].to_numpy())
    return SurvivalModel(fitted, features, measures)


def _list_features(rows: pl.DataFrame) -> tuple[str, ...]:
    keys = {*_INDEX, *_TIMES, "observed", "treated", "weight"}
    return tuple(name for name in rows.columns if name not in keys and rows[name].null_count() < rows.height)


def _to_matrix(rows: pl.DataFrame, features: Sequence[str]) -> NDArray[np.float32]:
    return rows.select(pl.col(list(features)).cast(pl.Float32)).to_numpy()


def _evaluate(
    rows: pl.DataFrame, features: Sequence[str], untrained: DiscreteHazard, progress: Callable[[str], None]
) -> pl.DataFrame:
    from sklearn.base import clone

    dates = rows["as_of"].unique().sort()
    cut = dates[int(len(dates) * _EARLY)]
    early, later = rows.filter(pl.col("as_of") < cut), rows.filter(pl.col("as_of") >= cut)
    progress(f"fit {early.height:,} rows as of before {cut:%Y-%m-%d}, judge {later.height:,} later ones")
    passed = (cut - early["as_of"]) / timedelta(days=1)
    seen_by_cut, truth = Durations.of(early).until(passed.to_numpy()), Durations.of(later)
    fitted = clone(untrained).fit(_to_matrix(early, features), seen_by_cut, early["as_of"].to_numpy())
    shape = (untrained.step_days, untrained.steps, later.height)
    curves_by_name = {
        "model": fitted.predict_curves(_to_matrix(later, features)),
        "kaplan_meier": kaplan_meier(seen_by_cut, *shape),
        "constant_hazard": constant_hazard(seen_by_cut, *shape),
    }
    return pl.DataFrame([_measure(name, curves, truth) for name, curves in curves_by_name.items()])


def _measure(name: str, curves: Curves, truth: Durations) -> dict[str, object]:
    risk = 1.0 - curves.surviving[:, -1]
    return {
        "name": name,
        "integrated_brier": compute_integrated_brier(curves, truth),
        "concordance": compute_concordance(risk, truth, curves.limit_days),
        "n": len(truth.days),
    }
