"""The churn model of the simulated company against the oracle that knows the observable part of its hazard."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.rows import build_row
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import read_source_settings
from lealtad.examples.features import CompanyProfile, build_catalog, build_into
from lealtad.sources.simulated import Scenario, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.rows import Row
    from lealtad.learning.on_lake import TrainedModel

ROOT = Path(__file__).parents[1]
CUSTOMERS, MONTHS, SEED = 20_000, 24, 7
DATES = {"step_days": 28, "train": 14, "test": 6}
WITHIN, ALIKE = 0.02, 0.85
DRAWS = 200


@dataclass(frozen=True)
class Evaluation:
    """Rows of later dates: outcomes, each model's probabilities, and the oracle's log-odds of churn within a
    week."""

    happened: NDArray[np.bool_]
    customer: NDArray[np.int64]
    oracle: NDArray[np.float64]
    truth: NDArray[np.float64]
    probabilities: dict[str, NDArray[np.float64]]

    def select(self, rows: NDArray[np.int64]) -> Evaluation:
        """Return the named rows; a row may be named more than once."""
        probabilities = {name: p[rows] for name, p in self.probabilities.items()}
        return Evaluation(
            self.happened[rows], self.customer[rows], self.oracle[rows], self.truth[rows], probabilities
        )

    def compute_auc(self, name: str) -> float:
        """Return the AUC of a model, of the `oracle`, or of the true hazard (`truth`)."""
        from sklearn.metrics import roc_auc_score

        score = {"oracle": self.oracle, "truth": self.truth, **self.probabilities}[name]
        return float(roc_auc_score(self.happened, score))

    def correlate(self, name: str = "model") -> float:
        """Return the correlation of a model's log-odds with those of the oracle."""
        p = np.clip(self.probabilities[name], 1e-6, 1 - 1e-6)
        return float(np.corrcoef(np.log(p / (1 - p)), self.oracle)[0, 1])


def train(
    folder: Path, customers: int = CUSTOMERS, dates: dict[str, int] | None = None
) -> tuple[TrainedModel, pl.DataFrame]:
    """Simulate a company, train on its tables as any company would, and return the model and the truth."""
    from lealtad.lake.loading import load
    from lealtad.learning import on_lake as training
    from lealtad.sources.source import Source, wrap_frame

    company = simulate(customers, MONTHS, seed=SEED, scenario=Scenario(truth_every_weeks=1))
    tables = {**company.tables, "identities": company.identities}
    source = Source({name: wrap_frame(rows, name) for name, rows in tables.items() if not rows.is_empty()}, {})
    lake = load(folder / "lake", source, loaded_at=datetime(2026, 1, 1, tzinfo=UTC)).lake
    definition = ModelDefinition.read("churn")
    dated = definition.model_copy(update={"dates": definition.dates.model_copy(update=dates or DATES)})
    profile = CompanyProfile.of(read_source_settings("simulated").settings)
    lake = build_into(lake, dated.as_of_dates(lake), build_catalog(profile), profile)
    return training.train(lake, dated), company.truth


def judge(model: TrainedModel, truth: pl.DataFrame) -> Evaluation:
    """Join the model's test rows with the truth of the next day, when the company's week begins."""
    probabilities = pl.DataFrame(model.probabilities).rename(lambda name: f"p_{name}")
    rows = pl.concat([model.test.rows.select("customer_id", "as_of", "observed"), probabilities], how="horizontal")
    oracle = truth.with_columns(as_of=pl.col("as_of") - timedelta(days=1))
    both = rows.join(oracle, on=["customer_id", "as_of"], how="inner", maintain_order="left")
    return Evaluation(
        happened=both["observed"].to_numpy(),
        customer=both["customer_id"].rank("dense").cast(pl.Int64).to_numpy(),
        oracle=both["observable_log_odds"].to_numpy(),
        truth=both["log_odds"].to_numpy(),
        probabilities={name: both[f"p_{name}"].to_numpy() for name in model.probabilities},
    )


def bootstrap(rows: Evaluation, measure: Callable[[Evaluation], float]) -> tuple[float, float]:
    """Return the 95 % interval of a measure by a bootstrap of whole customers."""
    rng = np.random.default_rng(SEED)
    order = np.argsort(rows.customer, kind="stable")
    starts = np.searchsorted(rows.customer[order], np.unique(rows.customer))
    groups = np.split(order, starts[1:])
    draws = []
    for _ in range(DRAWS):
        chosen = rng.integers(0, len(groups), len(groups))
        draws.append(measure(rows.select(np.concatenate([groups[group] for group in chosen]))))
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def run() -> list[Row]:
    """Measure on six later four-weekly dates."""
    with tempfile.TemporaryDirectory(prefix="lealtad-oracle-") as folder:
        evaluation = judge(*train(Path(folder)))
    behind = "simulated_auc_behind_oracle"
    rows = [
        _measure_row(
            behind,
            evaluation,
            lambda rows_drawn: rows_drawn.compute_auc("oracle") - rows_drawn.compute_auc("model"),
            "auc",
            WITHIN,
            "lower",
        ),
        _measure_row(
            "simulated_oracle_correlation", evaluation, Evaluation.correlate, "correlation", ALIKE, "higher"
        ),
    ]
    names = ["model", *(name for name in ("logistic",) if name in evaluation.probabilities), "oracle", "truth"]
    goal = evaluation.compute_auc("oracle") - WITHIN
    return rows + [
        build_row(f"simulated_auc_{name}", evaluation.compute_auc(name), "auc", goal, "higher") for name in names
    ]


def _measure_row(  # noqa: PLR0913, PLR0917 - the parts of a row
    name: str, evaluation: Evaluation, measure: Callable[[Evaluation], float], unit: str, goal: float, better: str
) -> Row:
    low, high = bootstrap(evaluation, measure)
    return {**build_row(name, measure(evaluation), unit, goal, better), "low": low, "high": high, "repeats": DRAWS}
