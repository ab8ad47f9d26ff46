"""The gate on slices whose truth is known: equal, better and leaking challengers, and right or wrong levels by
date.

Customers at six dates churn by a known hazard. A model is that hazard plus noise. Two equal models have their own
noise, as if they had learned from resampled data; a better model has less. Leaks and levels are planted. The real
gate (`gate.judge_challenger`) judges them, and the real leak check judges leaks.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit

from bench.rows import build_row
from lealtad.checks.leakage.echo import compute_echo
from lealtad.checks.leakage.suspicion import VERSIONED_LIMITS, find_suspicions
from lealtad.models.gate import judge_challenger
from lealtad.models.gate.date_levels import check_date_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.rows import Row
    from lealtad.checks.leakage.findings import LeakFinding

    Floats = NDArray[np.float64]

CUSTOMERS, DATES, REPEATS = 4_500, 6, 100
EQUAL, BETTER, LEAKING, LEVELS = 40, 40, 20, 40
_NOISE, _LESS = 0.9, 0.45
_KPIS = {"in_force": "k", "challenger": "k", "champion": "k"}


def draw_slice(seed: int, challenger: float, season: float = 0.0) -> pl.DataFrame:
    """Return a slice: a challenger with the given noise, a champion with the usual noise, and simple rules."""
    rng = np.random.default_rng(seed)
    customer = np.tile(np.arange(CUSTOMERS), DATES)
    odds = -4.2 + rng.normal(0, 0.9, CUSTOMERS)[customer] + rng.normal(0, 0.3, customer.size)
    shift = np.repeat(rng.normal(0, season, DATES), CUSTOMERS)
    observed = rng.random(customer.size) < expit(odds + shift)
    # the error that all trainings share
    shared = rng.normal(0, 1, CUSTOMERS)[customer]
    days = [datetime(2025, 7, 7, tzinfo=UTC) + timedelta(days=28 * k) for k in range(DATES)]
    return pl.DataFrame(
        {
            "customer": customer,
            "as_of": pl.Series(days).gather(np.repeat(np.arange(DATES), CUSTOMERS)),
            "observed": observed,
            "model": _blur(odds, challenger, shared, rng),
            "champion": _blur(odds, _NOISE, shared, rng),
            "frequency": _blur(odds, 2.5, shared, rng),
            "base_rate": np.full(customer.size, float(expit(odds).mean())),
        }
    )


def train_alike(seed: int) -> pl.DataFrame:
    """Return a slice with two models that were really trained, each on a resample of the same past customers."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(seed)
    weights = np.array([0.6, 0.4, -0.4, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0])
    past = rng.normal(size=(12_000, weights.size))
    churned = rng.random(len(past)) < expit(-4.0 + past @ weights)
    judged = draw_slice(seed, _NOISE)
    view = rng.normal(size=(CUSTOMERS, weights.size))[judged["customer"].to_numpy()]
    view += rng.normal(0, 0.3, view.shape)
    columns = {"observed": rng.random(len(view)) < expit(-4.0 + view @ weights)}
    for name in ("model", "champion"):
        sample = rng.integers(0, len(past), len(past))
        model = LogisticRegression(C=1.0).fit(past[sample], churned[sample])
        columns[name] = model.predict_proba(view)[:, 1]
    columns["frequency"] = expit(-4.0 + 0.2 * view[:, 3])
    columns["base_rate"] = np.full(len(view), churned.mean())
    return judged.with_columns(pl.Series(name, values) for name, values in columns.items())


def _blur(odds: Floats, noise: float, shared: Floats, rng: np.random.Generator) -> Floats:
    """Return calibrated probabilities of a model that sees the odds with noise, partly shared by all models."""
    blurred = odds + noise * (0.8 * shared + 0.6 * rng.normal(0, 1, odds.size))
    spread = float(np.var(odds))
    keep = spread / (spread + noise**2)
    # the unseen variance raises the mean of the probabilities
    middle = float(odds.mean())
    residual = spread * (1 - keep)
    return np.asarray(expit((middle + keep * (blurred - middle) + residual / 2) / np.sqrt(1 + residual * 0.05)))


def is_promoted(judged: pl.DataFrame, *, clean: bool = True) -> bool:
    """Return whether the gate promotes the challenger."""
    verdict = judge_challenger(
        judged,
        baselines=["base_rate", "frequency"],
        leakcheck={"clean": clean, "findings": []},
        kpis=_KPIS,
        repeats=REPEATS,
    )
    return verdict.is_yes


def is_leak_promoted(seed: int) -> bool:
    """Return whether the gate promotes a challenger that uses an attribute written in hindsight into all
    versions."""
    judged = draw_slice(seed, _NOISE)
    rng = np.random.default_rng(10_000 + seed)
    ever = judged.group_by("customer").agg(left=pl.col("observed").any()).sort("customer")["left"].to_numpy()
    premium = np.where(ever & (rng.random(CUSTOMERS) < 0.8), 1.0, rng.random(CUSTOMERS) < 0.25)
    odds = np.log(judged["model"].to_numpy() / (1 - judged["model"].to_numpy()))
    attribute = premium[judged["customer"].to_numpy()]
    # such a model learns the odds of churn with and without the attribute, right in sum
    y = judged["observed"].to_numpy()
    learned = expit(
        odds + np.where(attribute == 1, *(_compute_log_ratio(y, attribute, value) for value in (1, 0)))
    )
    learned *= y.sum() / learned.sum()
    clean = not [finding for finding in _check_leaks(judged, attribute, seed) if finding.level == "error"]
    return is_promoted(judged.with_columns(model=pl.Series(np.minimum(learned, 0.99))), clean=clean)


def _compute_log_ratio(y: NDArray[np.bool_], attribute: Floats, value: int) -> float:
    return float(np.log(max(y[attribute == value].mean(), 1e-4) / y.mean()))


def _check_leaks(judged: pl.DataFrame, attribute: Floats, seed: int) -> list[LeakFinding]:
    """Return the echo's findings on the attribute and on an honest one."""
    rng = np.random.default_rng(20_000 + seed)
    rows = judged.select(pl.col("customer").cast(pl.String).alias("customer_id"), "as_of")
    features = rows.with_columns(
        segment_is_premium=pl.Series(attribute),
        segment_is_basic=pl.Series((rng.random(rows.height) < 0.3).astype(float)),
    )
    bands = rows.with_columns(
        left_0=judged["observed"], left_1=pl.lit(None, pl.Boolean), left_2=pl.lit(None, pl.Boolean)
    )
    silence = rows.with_columns(silent_orders=pl.Series(rng.exponential(10, rows.height)))
    limits = dict.fromkeys(("segment_is_premium", "segment_is_basic"), VERSIONED_LIMITS)
    churn_rate = float(judged["observed"].to_numpy().mean())
    return find_suspicions(compute_echo(features, bands, silence), churn_rate, limits)


def is_level_refused(seed: int, times: tuple[float, ...], season: float) -> bool:
    """Return whether the gate refuses levels that are wrong by these factors per date, but right in sum."""
    judged = draw_slice(seed, _LESS, season)
    wrong = judged["model"].to_numpy() * np.repeat(np.resize(np.array(times), DATES), CUSTOMERS)
    wrong *= judged["observed"].sum() / wrong.sum()
    rows = judged.with_columns(model=pl.Series(np.minimum(wrong, 0.99)))
    return not check_date_levels(rows, "model", seed=seed, repeats=REPEATS).passed


def run() -> list[Row]:
    """Count what is promoted and what is refused."""
    wrong = (2.5, 0.4, 1.0, 1.0, 1.0, 1.0)
    counts: list[tuple[str, int, Callable[[int], bool], int]] = [
        ("gate_equal_refused", EQUAL, lambda seed: not is_promoted(draw_slice(seed, _NOISE)), 38),
        ("gate_equal_trained_refused", EQUAL, lambda seed: not is_promoted(train_alike(seed)), 38),
        ("gate_better_promoted", BETTER, lambda seed: is_promoted(draw_slice(seed, _LESS)), 36),
        ("gate_leaking_refused", LEAKING, lambda seed: not is_leak_promoted(seed), 20),
        ("gate_wrong_levels_refused", LEVELS, lambda seed: is_level_refused(seed, wrong, 0.0), 38),
        ("gate_levels_of_chance_pass", LEVELS, lambda seed: not is_level_refused(seed, (1.0,), 0.0), 38),
        ("gate_levels_of_season_pass", LEVELS, lambda seed: not is_level_refused(seed, (1.0,), 0.35), 38),
    ]
    rows = []
    for name, of, is_right, goal in counts:
        count = sum(is_right(seed) for seed in range(of))
        print(f"{name}: {count} of {of}", file=sys.stderr, flush=True)
        rows.append(build_row(name, count, f"of {of}", goal, "higher"))
    return rows
