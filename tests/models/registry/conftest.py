"""A small company whose silence can be foreseen, and models of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import polars as pl
import pytest

from lealtad.company.model_definition import ModelDefinition
from lealtad.company.model_settings import Booster, DateSettings, SearchSettings
from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features import build, trace_provenance
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.learning import on_lake as training
from lealtad.learning.on_lake import TrainedModel
from lealtad.models.recording import record
from tests.companies import INSTANT, at

DAYS, CUSTOMERS = 182, 260
CLEAN = {"clean": True, "findings": []}


def definition(seed=7, rounds=25) -> ModelDefinition:
    return ModelDefinition(
        name="churn",
        seed=seed,
        label=Inactivity(horizon_days=14, alive_days=28, alive_orders=1),
        dates=DateSettings(step_days=14, train=8, test=2),
        booster=Booster(rounds=rounds, learning_rate=0.1, leaves=5, min_rows_per_leaf=20, feature_share=0.5),
        families=("rhythm",),
        search=SearchSettings(folds=2, seeds=1),
    )


def tables() -> dict[str, pl.DataFrame]:
    """Customers who buy often stay, those who buy rarely fall silent now and then."""
    rng = np.random.default_rng(11)
    gap = np.where(np.arange(CUSTOMERS) % 2 == 0, 3.0, 14.0)
    whose = np.repeat(np.arange(CUSTOMERS), (2 * DAYS / gap).astype(int))
    steps = rng.exponential(gap[whose]) * 24
    hours = pl.DataFrame({"whose": whose, "step": steps}).select(pl.col("step").cum_sum().over("whose"))["step"]
    kept = pl.DataFrame({"whose": whose, "hours": hours}).filter(pl.col("hours") < DAYS * 24).sort("hours")
    moments = pl.Series([at(hour) for hour in kept["hours"]], dtype=INSTANT)
    orders = pl.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(kept.height)],
            "customer_id": [f"c{i:03d}" for i in kept["whose"]],
            "ordered_at": moments,
            "amount": rng.gamma(2, 20, kept.height).round(2),
            "known_at": moments,
        }
    )
    customers = pl.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(CUSTOMERS)],
            "segment": ["home" if i % 3 else "office" for i in range(CUSTOMERS)],
            "known_at": pl.Series([None] * CUSTOMERS, dtype=INSTANT),
        }
    )
    return {"customers": customers, "orders": orders}


@pytest.fixture(scope="package")
def new_store(tmp_path_factory):
    """Lays a store without runs into a folder and returns its address; MLflow takes seconds to make one."""
    empty = tmp_path_factory.mktemp("store") / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{empty}").search_experiments()

    def lay(folder: Path) -> str:
        shutil.copy(empty, folder / "mlflow.db")
        return f"sqlite:///{folder}/mlflow.db"

    return lay


@dataclass(frozen=True)
class Company:
    """A lake with features, and two models of it: one that learned more than the other."""

    out: Path
    lake: Lake
    trained: TrainedModel
    other: TrainedModel

    def record(self, uri, *, other=False, leakcheck=CLEAN, out=None):
        trained = self.other if other else self.trained
        return record(
            trained, self.lake, definition(), uri, (out or self.out) / "mlartifacts", leakcheck=leakcheck
        )


@pytest.fixture(scope="package")
def company(tmp_path_factory) -> Company:
    out = tmp_path_factory.mktemp("company")
    lake = commit_tables(Lake(out / "lake", Manifest(1)), tables())
    lake = commit_tables(
        lake, {"features": build(lake, definition().as_of_dates(lake))}, {"features": trace_provenance(lake)}
    )
    return Company(
        out, lake, training.train(lake, definition()), training.train(lake, definition(seed=8, rounds=3))
    )
