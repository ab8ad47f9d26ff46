"""The only place where features meet outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.base.instants import INSTANT
from lealtad.examples.features.catalog import list_excluded_columns
from lealtad.examples.features.storage.provenance import check_features
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake import hash_content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake

_INDEX = ("customer_id", "as_of")
_TOLD = ("observed", "treated", "weight")  # columns of the outcome, which must not be features
LEAST_OUTCOMES = 25  # of each kind, for meaningful calibration and lift


@dataclass(frozen=True)
class Dataset:
    """Active customers at past dates, their features, and what they did next.

    Attributes
    ----------
    rows
        `customer_id, as_of`, the outcome (`observed, treated, weight`) and the features; sorted.
    """

    rows: pl.DataFrame

    @property
    def features(self) -> list[str]:
        """The names of the feature columns."""
        return [name for name in self.rows.columns if name not in (*_INDEX, *_TOLD)]

    @property
    def X(self) -> pd.DataFrame:  # noqa: N802
        """The features as pandas, NaN for null."""
        return self.rows.select(self.features).to_pandas()

    @property
    def y(self) -> pd.Series[int]:
        """1 where the outcome happened."""
        return self.rows["observed"].cast(pl.Int8).to_pandas()

    @property
    def weight(self) -> NDArray[np.float64]:
        """The weight of each row: how many customers it represents."""
        return self.rows["weight"].to_numpy()

    @property
    def customers(self) -> NDArray[np.int64]:
        """The customer of each row as a number, to resample whole customers without naming them."""
        return self.rows["customer_id"].rank("dense").cast(pl.Int64).to_numpy()

    @property
    def content_hash(self) -> str:
        """A fingerprint of every row."""
        return hash_content(self.rows)

    def without(self, features: Sequence[str]) -> Dataset:
        """Return the rows without some features."""
        return Dataset(self.rows.drop(features))

    def at(self, dates: Sequence[datetime]) -> Dataset:
        """Return the rows of some as-of dates."""
        wanted = pl.Series(dates, dtype=self.rows.schema["as_of"])
        return Dataset(self.rows.filter(pl.col("as_of").is_in(wanted.implode())))


def choose_buckets(lake: Lake, definition: ModelDefinition, as_of: Sequence[datetime]) -> range:
    """Return the buckets to learn from: as many as contain about `[dates] most_rows` rows of the dates.

    A bucket is a random part of the customers, so memory follows `most_rows` and not the company. If a company has
    fewer rows, all are used.

    Raises
    ------
    LakeError
        See `read_active`.
    """
    check_features(lake, as_of)
    dates = pl.Series(as_of, dtype=INSTANT)
    first = lake.read("features", 0, columns=["as_of"], where=pl.col("as_of").is_in(dates.implode()))
    return lake.buckets[: -(-definition.dates.most_rows // max(first.height, 1))]


def read_learnable(lake: Lake, definition: ModelDefinition, as_of: Sequence[datetime]) -> pl.DataFrame:
    """Return the rows of `read_active` of the buckets that `choose_buckets` returns, sorted.

    Raises
    ------
    LakeError
        See `read_active`.
    """
    buckets = choose_buckets(lake, definition, as_of)
    return pl.concat(read_active(lake, definition, as_of, bucket) for bucket in buckets).sort(_INDEX)


def read_active(
    lake: Lake, definition: ModelDefinition, as_of: Sequence[datetime], bucket: int | None = None
) -> pl.DataFrame:
    """Return the features of the active customers who can be scored, with what they did next.

    Parameters
    ----------
    bucket
        Only the customers of this bucket of the lake; None: all.

    Returns
    -------
    `customer_id, as_of, observed` (null where not known yet), `treated, weight`, and the features; sorted. See
    `compute_outcomes`.

    Raises
    ------
    LakeError
        If the lake lacks a table of the label or the feature table, or its features were computed from other
        tables or by another catalog.
    """
    check_features(lake, as_of)
    scorable = (
        compute_outcomes(lake, definition.label, as_of, bucket).filter(pl.col("missing").is_null()).drop("missing")
    )
    dates = pl.Series(as_of, dtype=scorable.schema["as_of"])
    features = lake.read("features", bucket, where=pl.col("as_of").is_in(dates.implode()))
    chosen = features.drop(list_excluded_columns(definition.families), strict=False)
    return scorable.join(chosen, on=_INDEX, how="inner").sort(_INDEX)


def read_unscorable(
    lake: Lake, definition: ModelDefinition, as_of: Sequence[datetime], bucket: int | None = None
) -> pl.DataFrame:
    """Return the active customers who cannot be scored, one row per (customer_id, as_of); sorted.

    Parameters
    ----------
    bucket
        Only the customers of this bucket of the lake; None: all.

    Returns
    -------
    `customer_id, as_of, missing`: "history" for too short a contract, "orders" for too few orders.

    Raises
    ------
    LakeError
        If the lake lacks a table of the outcome.
    """
    unscorable = compute_outcomes(lake, definition.label, as_of, bucket).drop_nulls("missing")
    return unscorable.select(*_INDEX, "missing").sort(_INDEX)


def build_dataset(lake: Lake, definition: ModelDefinition, as_of: Sequence[datetime]) -> Dataset:
    """Build the training data of some dates: rows with a known outcome and a weight above 0.

    Raises
    ------
    TooLittleDataError
        If fewer than 25 rows have the outcome, or fewer than 25 do not; the message states how many more are
        needed.
    LakeError
        See `read_active`.
    """
    rows = read_learnable(lake, definition, as_of).drop_nulls("observed").filter(pl.col("weight") > 0)
    for kind, outcome in (("happened", True), ("did not happen", False)):
        count = rows.filter(pl.col("observed") == outcome).height
        if count < LEAST_OUTCOMES:
            raise TooLittleDataError(
                what=f"rows of active customers where the outcome ({definition.label.kind}) {kind}",
                needed=LEAST_OUTCOMES,
                found=count,
                fix=f"Load {LEAST_OUTCOMES - count} more (a longer history or more customers), or widen [label] "
                "and [dates] in model.toml.",
            )
    return Dataset(rows)
