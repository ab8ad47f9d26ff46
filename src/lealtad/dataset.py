"""The only place where features meet labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.errors import LakeError, TooLittleDataError
from lealtad.features.catalog import columns_left_out
from lealtad.features.storing import is_current
from lealtad.labels import inactivity
from lealtad.lake import content_hash
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd

    from lealtad.definition import Definition
    from lealtad.lake import Lake

_INDEX = ("customer_id", "as_of")
LEAST_OUTCOMES = 25  # of each kind, below which neither calibration nor lift says anything


@dataclass(frozen=True)
class Dataset:
    """Living customers at past dates, their features, and what they did next.

    Attributes
    ----------
    rows
        `customer_id, as_of, churned` and the features; sorted.
    """

    rows: pl.DataFrame

    @property
    def features(self) -> list[str]:
        """The names of the feature columns."""
        return [name for name in self.rows.columns if name not in (*_INDEX, "churned")]

    @property
    def X(self) -> pd.DataFrame:  # noqa: N802
        """The features as pandas, NaN for null."""
        return self.rows.select(self.features).to_pandas()

    @property
    def y(self) -> pd.Series[int]:
        """1 where the customer churned."""
        return self.rows["churned"].cast(pl.Int8).to_pandas()

    @property
    def content_hash(self) -> str:
        """A fingerprint of every row."""
        return content_hash(self.rows)

    def without(self, features: Sequence[str]) -> Dataset:
        """Return the rows without some features."""
        return Dataset(self.rows.drop(features))

    def at(self, dates: Sequence[datetime]) -> Dataset:
        """Return the rows of some as-of dates."""
        wanted = pl.Series(dates, dtype=self.rows.schema["as_of"])
        return Dataset(self.rows.filter(pl.col("as_of").is_in(wanted.implode())))


def living(lake: Lake, definition: Definition, as_of: Sequence[datetime]) -> pl.DataFrame:
    """Return the features of the customers who are alive, with `churned` (null where not known yet).

    Raises
    ------
    LakeError
        If the lake lacks orders or the feature table, or its features were made of other tables or by another
        catalog.
    """
    if not is_current(lake):
        raise LakeError(
            path=lake.root,
            expected="a feature table made of the tables as they are, by this catalog",
            found="one made of others" if lake.has("features") else "none",
            mend="Run python -m pipelines.features first.",
        )
    labels = _outcomes(lake, definition, as_of).filter("alive")
    features = lake.read("features").drop(columns_left_out(definition.families), strict=False)
    return labels.drop("alive").join(features, on=_INDEX, how="inner").sort(_INDEX)


def _outcomes(lake: Lake, definition: Definition, as_of: Sequence[datetime]) -> pl.DataFrame:
    end, people = end_of_data(lake), lake.identity_history
    parts = (lake.history("orders", bucket) for bucket in lake.buckets)
    return pl.concat(inactivity(orders, as_of, definition.label, end, people) for orders in parts)


def labelled(lake: Lake, definition: Definition, as_of: Sequence[datetime]) -> Dataset:
    """Return the dataset of the dates; customers whose outcome is not known yet are left out.

    Raises
    ------
    TooLittleDataError
        If fewer than 25 customers left, or fewer than 25 stayed.
    LakeError
        See `living`.
    """
    rows = living(lake, definition, as_of).drop_nulls("churned")
    for kind, outcome in (("left", True), ("stayed", False)):
        found = rows.filter(pl.col("churned") == outcome).height
        if found < LEAST_OUTCOMES:
            raise TooLittleDataError(
                what=f"rows of living customers who {kind}",
                needed=LEAST_OUTCOMES,
                found=found,
                mend="Load a longer history or more customers, or widen [label] and [dates] in model.toml.",
            )
    return Dataset(rows)
