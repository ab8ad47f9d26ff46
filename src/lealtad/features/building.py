"""Build the feature table: bucket by bucket, one row per customer and as-of date."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import joblib
import numpy as np
import polars as pl

from lealtad.contract import table_named
from lealtad.errors import SettingsError
from lealtad.features.catalog import CATALOG, catalog_hash
from lealtad.features.facts import Facts, Grid
from lealtad.features.purchases import purchases
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from lealtad.features.facts import Matrix
    from lealtad.features.feature import Feature
    from lealtad.lake import Lake


def build(lake: Lake, as_of: Sequence[datetime], catalog: Sequence[Feature] = CATALOG) -> pl.DataFrame:
    """Compute features at past moments, one row per (customer_id, as_of).

    Parameters
    ----------
    lake
        The facts. Features whose table or column is absent are left out; see `available`.
    as_of
        UTC instants. A fact that was not known before one of them changes nothing in its rows.

    Returns
    -------
    Frame with `customer_id, as_of` and one 32-bit float column per feature and window, sorted; a customer has
    a row from the first as-of date before which any fact of theirs was known. NaN never occurs; null means
    what the catalog says.

    Raises
    ------
    SettingsError
        If no date is given, or one lies after the end of the data.

    Notes
    -----
    Buckets run through `joblib.Parallel`: a lake of several buckets uses the processes, or the cluster, that
    `joblib.parallel_config` sets around the call.
    """
    _check_dates(lake, as_of)
    wanted = available(lake, catalog)
    run, dates = joblib.delayed(bucket_features), list(as_of)
    parts: list[pl.DataFrame] = joblib.Parallel()(run(lake, bucket, dates, wanted) for bucket in lake.buckets)
    return pl.concat(parts).sort("customer_id", "as_of")


def feature_frame(lake: Lake, as_of: datetime | Sequence[datetime]) -> pd.DataFrame:
    """Compute features at past moments as pandas: index (customer_id, as_of), one column per feature.

    See `build` for what the rows and columns mean; nulls are NaN.
    """
    dates = [as_of] if isinstance(as_of, datetime) else as_of
    return build(lake, dates).to_pandas().set_index(["customer_id", "as_of"])


def available(lake: Lake, catalog: Sequence[Feature] = CATALOG) -> list[Feature]:
    """Return the features of the catalog that the lake has the tables and columns for."""
    given = {name: lake.columns(name) for name in {one.source for one in catalog} if lake.has(name)}
    return [one for one in catalog if one.source in given and set(one.needs) <= given[one.source]]


def provenance(lake: Lake) -> dict[str, str]:
    """Return what a feature table of this lake is made of: the catalog and the versions of the tables it reads."""
    sources = {one.source for one in CATALOG}
    read = {name: str(version) for name, version in lake.versions.items() if name in sources}
    return {"catalog": catalog_hash(), **read}


def bucket_features(
    lake: Lake, bucket: int, as_of: Sequence[datetime], catalog: Sequence[Feature]
) -> pl.DataFrame:
    """Compute the features of one bucket; `build` documents the rows."""
    tables = {name: _read(lake, name, bucket) for name in dict.fromkeys(one.source for one in catalog)}
    grid = Grid.of(pl.concat([rows["customer_id"] for rows in tables.values()]), as_of)
    columns: dict[str, Matrix] = {}
    seen = np.zeros(grid.shape, dtype=bool)
    for name, rows in tables.items():
        own = [one for one in catalog if one.source == name]
        facts = Facts(rows, grid, str(table_named(name).event_time), _windows(own))
        seen |= facts.count() > 0
        for one in own:
            columns |= one.values(facts)
    ordered = {column: columns[column] for one in catalog for column in one.columns}
    return _rows(grid, ordered, seen)


def _read(lake: Lake, name: str, bucket: int) -> pl.DataFrame:
    rows = lake.read(name, bucket)
    return purchases(rows) if name == "orders" else rows


def _windows(features: Sequence[Feature]) -> list[int]:
    """Return the window lengths that a formula may ask for: those declared, and whole weeks up to the longest."""
    declared = {window for one in features for window in one.windows}
    return sorted(declared | set(range(7, max(declared, default=0) + 1, 7)))


def _rows(grid: Grid, columns: dict[str, Matrix], seen: np.ndarray) -> pl.DataFrame:
    dates = len(grid.as_of)
    kept = np.flatnonzero(seen.ravel())
    frame = {
        "customer_id": grid.customer_ids.gather(kept // dates),
        "as_of": pl.Series(grid.as_of[kept % dates]).cast(pl.Datetime("us", "UTC")),
    }
    for name, matrix in columns.items():
        frame[name] = pl.Series(matrix.ravel()[kept].astype(np.float32), nan_to_null=True)
    return pl.DataFrame(frame)


def _check_dates(lake: Lake, as_of: Sequence[datetime]) -> None:
    end = end_of_data(lake)
    late = [date for date in as_of if date > end]
    if late or not as_of:
        raise SettingsError(
            place="as_of",
            expected=f"dates up to the end of the data, {end:%Y-%m-%d}",
            found=f"{max(late):%Y-%m-%d}" if late else "no date",
            mend="Ingest newer facts first, or choose an earlier date.",
        )
