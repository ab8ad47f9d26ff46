"""CDNOW, a music shop: which repeat buyers order nothing in the next 91 days? As-of dates are two weeks apart."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

import lealtad
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import DateSettings, SearchSettings
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features import build, trace_provenance
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest

GOALS = {"auc": (0.7225, "higher"), "brier": (0.2042, "lower"), "ece": (0.03, "lower")}
DEFINITION = ModelDefinition(
    name="churn",
    families=("rhythm", "money"),
    label=Inactivity(horizon_days=91, alive_days=182, alive_orders=1),
    dates=DateSettings(step_days=14, test=3),
    search=SearchSettings(trials=8, seeds=3),
)


def read_orders() -> pl.DataFrame:
    """Return the orders that come with the package Lifetimes; an empty table if it is not installed."""
    package = find_spec("lifetimes")  # only its data file is read: the package does not run today
    if package is None or not package.submodule_search_locations:
        return pl.DataFrame()
    file = Path(package.submodule_search_locations[0]) / "datasets" / "CDNOW_master.txt"
    rows = pd.read_csv(file, header=0, sep=r"\s+", names=["customer", "date", "items", "amount"])
    moments = pl.Series(rows["date"].astype(str).to_list()).str.to_date("%Y%m%d")
    moments = moments.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return pl.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(rows))],
            "customer_id": [f"c{number}" for number in rows["customer"]],
            "ordered_at": moments,
            "amount": rows["amount"].to_numpy().astype(np.float64),
            "known_at": moments,
        }
    )


def run(customers: int | None = None) -> list[dict[str, object]]:
    """Train on a lake of the orders, and judge three later dates."""
    orders = read_orders()
    if orders.is_empty():
        print("left out: the package Lifetimes is not installed")
        return []
    if customers is not None:
        sample = orders["customer_id"].unique().sort().sample(customers, seed=1)
        orders = orders.filter(pl.col("customer_id").is_in(sample.implode()))
    people = pl.DataFrame({"customer_id": orders["customer_id"].unique().sort()}).with_columns(
        known_at=pl.lit(None, pl.Datetime("us", "UTC"))
    )
    with tempfile.TemporaryDirectory() as folder:
        tables = {"customers": people, "orders": orders.sort("customer_id", "known_at")}
        lake = commit_tables(Lake(Path(folder) / "lake", Manifest(1)), tables)
        features = build(lake, DEFINITION.as_of_dates(lake))
        lake = commit_tables(lake, {"features": features}, {"features": trace_provenance(lake)})
        trained = lealtad.train(lake, DEFINITION, print)
    print(trained)
    own = trained.metrics.row(0, named=True)
    return [
        {
            "name": f"cdnow_{metric}",
            "value": own[metric],
            "unit": metric,
            "goal": goal,
            "better": better,
            "low": own.get(f"{metric}_low", own[metric]),
            "high": own.get(f"{metric}_high", own[metric]),
            "repeats": 1,
        }
        for metric, (goal, better) in GOALS.items()
    ]
