"""A small model of a simulated company, as the champion answers, without a registry."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import polars as pl

from lealtad.company.outcome_definition import Contractual
from lealtad.examples.features import CompanyProfile, compute_features
from lealtad.examples.outcomes import compute_table_outcomes
from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate

SLA = CompanyProfile(sla={"urgent": 2.0, "high": 4.0, "normal": 8.0, "low": 16.0})
_INDEX = ("customer_id", "as_of", "observed", "missing")


@dataclass(frozen=True)
class World:
    """A company with the features, outcomes and truth of its customers, date by date."""

    tables: dict[str, pl.DataFrame]
    rows: pl.DataFrame
    truth: pl.DataFrame

    @property
    def dates(self) -> list[Any]:
        return self.rows["as_of"].unique().sort().to_list()

    @cached_property
    def now(self) -> pl.DataFrame:
        """The customers of the newest date, with the truth beside them (columns `cause_*`)."""
        newest = self.rows.filter(pl.col("as_of") == self.dates[-1])
        causes = self.truth.select("customer_id", "as_of", "^cause_.*$", "observable_log_odds")
        return newest.join(causes, on=["customer_id", "as_of"], how="inner", maintain_order="left")

    @cached_property
    def past(self) -> pl.DataFrame:
        """What can be learned from."""
        return self.rows.filter(pl.col("as_of") < self.dates[-1]).drop_nulls("observed")


def world(customers: int, months: int, seed: int, scenario: Scenario | None = None) -> World:
    """Simulate a company and compute the features and contractual outcomes of its last fourteen dates."""
    made = simulate(customers, months, seed, scenario=scenario)
    tables = {name: split(name, rows).valid for name, rows in made.tables.items()}
    dates = made.truth["as_of"].unique().sort().to_list()[-14:]
    end = dates[-1] + timedelta(seconds=1)
    label = Contractual(kind="contractual", horizon_days=28, lead_days=0, grace_days=0)
    outcomes = compute_table_outcomes(
        {name: tables[name] for name in label.tables}, dates, label, end, made.identities
    )
    eligible = outcomes.filter(pl.col("missing").is_null()).select("customer_id", "as_of", "observed")
    features = compute_features({**tables, "identities": made.identities}, dates, company=SLA)
    joined = eligible.join(features, on=["customer_id", "as_of"]).sort("customer_id", "as_of")
    return World({**tables, "identities": made.identities}, joined, made.truth)


class Learned:
    """LightGBM on the past of a world: contributions, scores and the contract that reasons read."""

    def __init__(self, made: World, seed: int, rounds: int = 200) -> None:
        past = made.past
        columns = [name for name in past.columns if name not in _INDEX and past[name].null_count() < past.height]
        X, y = past.select(columns).to_pandas(), past["observed"].to_numpy()
        settings = {
            "objective": "binary",
            "learning_rate": 0.04,
            "num_leaves": 12,
            "min_data_in_leaf": 50,
            "feature_fraction": 0.15,
            "bagging_fraction": 0.6,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "verbose": -1,
            "seed": seed,
        }
        self.booster = lightgbm.train(settings, lightgbm.Dataset(X.to_numpy(), y.astype(int)), rounds)
        ranks = X.rank()
        worse = (ranks[y].mean() >= ranks[~y].mean()).map({True: 1, False: -1})
        self.contract = {"columns": columns, "typical": X[~y].median().to_dict(), "worse": worse.to_dict()}

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        found = self.booster.predict(rows.to_numpy(), pred_contrib=True)
        return pd.DataFrame(np.asarray(found)[:, :-1], columns=self.contract["columns"])

    def log_odds(self, rows: pl.DataFrame) -> np.ndarray:
        return np.asarray(self.booster.predict(rows.select(self.contract["columns"]).to_numpy(), raw_score=True))
