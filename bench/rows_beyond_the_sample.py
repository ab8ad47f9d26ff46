"""What a model gains from more rows than the sample of whole customers: AUC by rows, on a simulated company.

Examples are those of `models/churn` at 35 dates. Customers are drawn by bucket of the lake, a hash of their id.
All fits are judged on the same three later dates. Intervals are by customers, paired with the fit on all rows.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
import numpy as np
import polars as pl

from bench.features_at_scale import draw_company
from bench.rows import Row, build_row
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import read_source_settings
from lealtad.examples.features import CompanyProfile, build_catalog
from lealtad.examples.features.catalog import list_excluded_columns
from lealtad.examples.features.storage.storing import compute_bucket
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

FACTS = int(os.environ.get("BENCH_FEATURES_FACTS", "100_000_000"))
TRAIN_DATES, TEST_DATES, STEP, OUTCOME = 32, 3, 14, 28 + 14
HALVINGS = 6
GROUPS = 32  # of customers, for the intervals
SETTINGS: dict[str, object] = {  # those of models/churn
    "objective": "binary",
    "verbosity": -1,
    "force_col_wise": True,
    "feature_pre_filter": False,
    "seed": 7,
    "learning_rate": 0.05,
    "num_leaves": 4,
    "min_data_in_leaf": 300,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "num_threads": os.cpu_count(),
}
LARGER: dict[str, object] = {"num_leaves": 31, "min_data_in_leaf": 1000, "lambda_l2": 20.0}


@dataclass(frozen=True)
class Part:
    """The examples of one bucket: files of columns, so that ten million rows fit beside their bins."""

    values: Path
    outcomes: Path


def run() -> list[Row]:
    """Draw a company, write its examples, and fit on all of them, on half, on a quarter and so on."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as place:
        lake, _ = draw_company(Path(place, "whole"), FACTS)
        return compare_rows(write_examples(lake, Path(place)))


def write_examples(lake: str, place: Path) -> list[Part]:
    """Write the examples of each bucket: 32-bit columns, and outcome, weight and date."""
    definition = ModelDefinition.read("models/churn/model.toml")
    last = find_end_of_data(Lake.open(lake)) - timedelta(days=OUTCOME)
    dates = [last - timedelta(days=STEP * k) for k in reversed(range(TRAIN_DATES + TEST_DATES + OUTCOME // STEP))]
    buckets = Lake.open(lake).buckets
    parts: list[Part] = joblib.Parallel(n_jobs=os.cpu_count())(
        joblib.delayed(_write_part)(lake, definition, dates, bucket, place) for bucket in buckets
    )
    return parts


@cache
def _open_lake(lake: str) -> Lake:
    return Lake.open(lake)


def _write_part(
    lake: str, definition: ModelDefinition, dates: Sequence[datetime], bucket: int, place: Path
) -> Part:
    opened, company = _open_lake(lake), CompanyProfile.of(read_source_settings("simulated").settings)
    features = compute_bucket(opened, bucket, dates, build_catalog(company), company)
    outcomes = compute_outcomes(opened, definition.label, dates, bucket).filter(pl.col("missing").is_null())
    known = outcomes.drop_nulls("observed").filter(pl.col("weight") > 0).drop("missing")
    rows = known.join(features, on=["customer_id", "as_of"], how="inner").sort("customer_id", "as_of")
    columns = [name for name in features.columns if name not in ("customer_id", "as_of")]
    columns = [name for name in columns if name not in list_excluded_columns(definition.families)]
    part = Part(place / f"{bucket}.npy", place / f"{bucket}.parquet")
    np.save(part.values, rows.select(columns).to_numpy().astype(np.float32))
    date = pl.col("as_of").replace_strict(list(dates), list(range(len(dates))), return_dtype=pl.Int64)
    rows.select("observed", "weight", date.alias("date")).write_parquet(part.outcomes)
    return part


def compare_rows(parts: Sequence[Part]) -> list[Row]:
    """Fit on fewer and fewer buckets, with the trees of the definition and with larger ones."""
    found = []
    for name, trees in (("definition", {}), ("larger", LARGER)):
        whole = _fit_and_score(parts, len(parts), trees)
        for halving in range(HALVINGS + 1):
            few = max(1, len(parts) >> halving)
            fit = whole if halving == 0 else _fit_and_score(parts, few, trees)
            low, high = _compute_interval(fit, whole)
            auc = _compute_auc(fit.scores, fit.happened)
            print(f"{name} {fit.rows:,} rows, AUC {auc:.4f}, less than all {low:.4f} to {high:.4f}", flush=True)
            found.append(build_row(f"auc_of_{name}_trees_{fit.rows}_rows", auc, "AUC", 0.5, "higher"))
    return found


@dataclass(frozen=True)
class Fit:
    """Scores of the later dates by a fit, with what happened and the group of each customer."""

    rows: int
    scores: NDArray[np.float64]
    happened: NDArray[np.bool_]
    group: NDArray[np.int64]


def _fit_and_score(parts: Sequence[Part], few: int, trees: dict[str, object]) -> Fit:
    import lightgbm

    blocks, tables = [], []
    for part in parts[:few]:
        table = pl.read_parquet(part.outcomes)
        is_past = (table["date"] < TRAIN_DATES).to_numpy()
        blocks.append(np.load(part.values, mmap_mode="r")[is_past])
        tables.append(table.filter(is_past))
    past = pl.concat(tables)
    rate = past.group_by("date").agg(pl.col("observed").mean().alias("rate"))
    level = past.join(rate, on="date", how="left", maintain_order="left")["rate"].to_numpy()
    data = lightgbm.Dataset(
        blocks,
        past["observed"].to_numpy().astype(np.float32),
        weight=past["weight"].to_numpy(),
        init_score=np.log(level / (1 - level)),
        params=SETTINGS,
    ).construct()
    del blocks
    booster = lightgbm.train(SETTINGS | trees, data, num_boost_round=200)
    scores, happened, groups = [], [], []
    for bucket, part in enumerate(parts):
        table = pl.read_parquet(part.outcomes)
        is_later = (table["date"] >= TRAIN_DATES + OUTCOME // STEP).to_numpy()
        scores.append(booster.predict(np.load(part.values, mmap_mode="r")[is_later], raw_score=True))
        happened.append(table["observed"].to_numpy()[is_later])
        groups.append(np.full(int(is_later.sum()), bucket % GROUPS))
    return Fit(past.height, np.concatenate(scores), np.concatenate(happened), np.concatenate(groups))


def _compute_interval(fit: Fit, whole: Fit) -> tuple[float, float]:
    """Return the 95 % interval of the loss against all rows, by leaving out one group of customers at a time."""

    def lose(keep: NDArray[np.bool_]) -> float:
        one, other = (_compute_auc(each.scores[keep], each.happened[keep]) for each in (whole, fit))
        return one - other

    without = np.array([lose(fit.group != group) for group in range(GROUPS)])
    lost, error = lose(fit.group >= 0), np.sqrt((GROUPS - 1) * without.var())
    return float(lost - 1.96 * error), float(lost + 1.96 * error)


def _compute_auc(scores: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(happened, scores))
