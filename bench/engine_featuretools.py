"""The engine against featuretools with cutoff times and training windows: same facts, same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import featuretools
import numpy as np
import pandas as pd
from woodwork.column_accessor import WoodworkColumnAccessor
from woodwork.table_accessor import WoodworkTableAccessor

from bench.facts import MEASURES, MONTHLY, WINDOWS, check_equal, compute_columns, draw_company
from bench.rows import Row, build_ratio_row, measure_seconds, time_run

if TYPE_CHECKING:
    import polars as pl

FACTS = 1_000_000


class CachedAccessor:
    """Keep an accessor with its frame, as pandas 2 did and featuretools relies on; pandas 3 makes a new one."""

    def __init__(self, accessor: type) -> None:
        self._accessor = accessor

    def __get__(self, frame: object, owner: type) -> Any:
        if frame is None:
            return self._accessor
        if "_cached_accessor" not in vars(frame):
            object.__setattr__(frame, "_cached_accessor", self._accessor(frame))
        return vars(frame)["_cached_accessor"]


def keep_accessors() -> None:
    """Make pandas keep the accessors that featuretools needs."""
    for frame, accessor in ((pd.DataFrame, WoodworkTableAccessor), (pd.Series, WoodworkColumnAccessor)):
        type.__setattr__(frame, "ww", CachedAccessor(accessor))


def build_entities(rows: pl.DataFrame) -> featuretools.EntitySet:
    """Describe the facts and their customers; featuretools knows one clock, without a zone."""
    frame = rows.drop("known_at").to_pandas()
    frame = frame.assign(ordered_at=frame["ordered_at"].dt.tz_localize(None), order_id=np.arange(len(frame)))
    entities = featuretools.EntitySet("company")
    entities.add_dataframe(
        dataframe=frame,
        dataframe_name="orders",
        index="order_id",
        time_index="ordered_at",
        logical_types={"customer_id": "Categorical"},
    )
    entities.normalize_dataframe("orders", "customers", index="customer_id")
    entities.add_last_time_indexes()  # without them training windows are empty
    return entities


def query_featuretools(company: featuretools.EntitySet, cutoffs: pd.DataFrame) -> dict[str, pd.Series]:
    """Query counts and sums for every customer and date, one training window at a time."""
    columns = {}
    for window in WINDOWS:
        table, _ = featuretools.dfs(
            entityset=company,
            target_dataframe_name="customers",
            agg_primitives=["count", "sum"],
            trans_primitives=[],
            max_depth=1,
            cutoff_time=cutoffs,
            include_cutoff_time=False,
            training_window=f"{window} days",
            cutoff_time_in_index=True,
        )
        columns[f"count_{window}"] = table["COUNT(orders)"]
        columns |= {f"{measure}_{window}": table[f"SUM(orders.{measure})"] for measure in MEASURES}
    return columns


def run() -> list[Row]:
    """Run featuretools once, because it takes minutes, and check that the answers are equal. No fact is late,
    because featuretools has no second clock.
    """
    keep_accessors()
    rows = draw_company(FACTS, late=0)
    customers = rows["customer_id"].unique().sort().to_list()
    dates = pd.to_datetime(MONTHLY).tz_localize(None)
    cutoffs = pd.MultiIndex.from_product([dates, customers], names=["time", "customer_id"]).to_frame(index=False)
    entities = build_entities(rows)
    duration, columns = time_run(lambda: query_featuretools(entities, cutoffs[["customer_id", "time"]]))
    index = pd.MultiIndex.from_product([customers, dates])
    answers = {name: column.reindex(index).to_numpy(dtype=float) for name, column in columns.items()}
    check_equal(compute_columns(rows, MONTHLY), answers)
    pairs = [(duration, min(measure_seconds(lambda: compute_columns(rows, MONTHLY)) for _ in range(5)))]
    return [build_ratio_row("engine_against_featuretools", pairs, "times faster", 25.0, "higher")]
