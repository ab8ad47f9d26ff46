"""Experiments whose truth is known: peeking without an effect, planned power, planted decay, a broken split, and
size.

Worlds are drawn from a known truth and read by the real code. Customers differ in risk and in response.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats
from scipy.special import expit, logit

from bench.rows import build_row
from lealtad.experiments.assignment.arms import assign_arms
from lealtad.experiments.decay import compute_survival_difference, count_weeks, estimate_decay, judge_survival
from lealtad.experiments.planning.power import find_sample_size
from lealtad.experiments.reading import (
    compare_means,
    compute_confidence_sequence,
    compute_moments,
    compute_sample_ratio,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.rows import Row

    Floats = NDArray[np.float64]

LOOKS, RATE, EFFECT, PLANNED_POWER = 60, 0.1, 0.012, 0.8
WEEKS, HALF_LIFE, FIRST, CHURN = 13, 3.0, -0.8, 0.03
EXPERIMENTS, WORLDS, SPLITS = 1_000, 100, 1_000
CUSTOMERS, ARMS, OUTCOMES = 10_000_000, 5, 20
_MILLION = 1_000_000
_BROKEN, _SPLIT_UNITS, _TRUSTED = 0.51, 100_000, 0.001
_PER_GB = 1024**2


def draw_looks(effect: float, n: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Draw an experiment with one look a day; return difference, standard error and units at each look."""
    daily = max(n // (2 * LOOKS), 1)
    control, treated = (rng.binomial(daily, p, LOOKS).cumsum() for p in (RATE, RATE + effect))
    units = daily * np.arange(1.0, LOOKS + 1)
    p, q = control / units, treated / units
    return q - p, np.sqrt((p * (1 - p) + q * (1 - q)) / units), 2 * units


def count_alarms(effect: float, n: int, experiments: int, seed: int) -> tuple[float, float]:
    """Return the shares of experiments in which the always-valid and the fixed interval ever leave out 0."""
    rng, always, fixed = np.random.default_rng(seed), 0, 0
    for _ in range(experiments):
        effects, errors, units = draw_looks(effect, n, rng)
        ends = [compute_confidence_sequence(*look, n) for look in zip(effects, errors, units, strict=True)]
        always += any(low > 0 or high < 0 for low, high, _ in ends)
        fixed += bool((np.abs(effects) > stats.norm.ppf(0.975) * np.maximum(errors, 1e-12)).any())
    return always / experiments, fixed / experiments


def draw_survival(
    seed: int, n: int = 40_000, *, first: float = FIRST, half_life: float = HALF_LIFE, kind: str = "fading"
) -> pl.DataFrame:
    """Draw customers week by week: the effect of the contact fades, or churn is only delayed (`delayed`)."""
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < 0.5
    level = logit(CHURN) + rng.normal(0, 0.3, n)
    effect = (first + rng.normal(0, 0.3, n) * (first != 0)) * (kind == "fading")
    fading = 2.0 ** (-np.arange(WEEKS) / half_life)
    leaves = rng.random((n, WEEKS)) < expit(level[:, None] + (treated * effect)[:, None] * fading)
    week = np.where(leaves.any(axis=1), leaves.argmax(axis=1), -1)
    if kind == "delayed":  # half of the customers who would churn in the first three weeks churn five weeks later
        week = np.where(treated & (week >= 0) & (week < 3) & (rng.random(n) < 0.5), week + 5, week)
    days = np.where(week >= 0, 7 * week + 7 * rng.random(n), np.nan)
    columns = {"treated": treated, "churned_after_days": days, "followed_days": np.full(n, 7.0 * WEEKS)}
    return pl.DataFrame(columns).with_columns(pl.col("churned_after_days").fill_nan(None))


def compute_true_days_gained() -> float:
    """Return the days gained of a company of a million."""
    return float(
        compute_survival_difference(count_weeks(draw_survival(10_000, _MILLION), WEEKS))["days_gained"][-1]
    )


def count_recovered(worlds: int) -> dict[str, int]:
    """Count the worlds in which half-life and days gained are covered, and in which delayed churn is
    recognised."""
    truth = compute_true_days_gained()
    counts = {"half_life": 0, "days_gained": 0, "delayed": 0}
    for seed in range(worlds):
        weekly = count_weeks(draw_survival(seed), WEEKS)
        decay, verdict = estimate_decay(weekly), judge_survival(weekly)
        counts["half_life"] += decay.low <= HALF_LIFE <= decay.high
        counts["days_gained"] += verdict.days_low <= truth <= verdict.days_high
        delayed = judge_survival(count_weeks(draw_survival(seed, kind="delayed"), WEEKS))
        counts["delayed"] += delayed.kind == "delayed"
    return counts


def count_broken_splits(splits: int) -> int:
    """Return how many planted splits of 51 : 49 are found."""
    rng, count = np.random.default_rng(1), 0
    for _ in range(splits):
        b = int(rng.binomial(_SPLIT_UNITS, _BROKEN))
        count += compute_sample_ratio({"A": _SPLIT_UNITS - b, "B": b}, {"A": 1.0, "B": 1.0}) < _TRUSTED
    return count


def read_many(customers: int = CUSTOMERS) -> float:
    """Assign customers to five arms and compare twenty outcomes with CUPED; return the seconds."""
    rng = np.random.default_rng(1)
    units = pl.DataFrame({"unit_id": pl.int_range(customers, eager=True).cast(pl.String)})
    start = time.perf_counter()
    shares = {f"arm{k}": 1 / ARMS for k in range(ARMS)}
    rows = pl.DataFrame({"arm": assign_arms(units, "size", shares, b"lealtad").cast(pl.Categorical)})
    seconds = time.perf_counter() - start
    del units
    past = rng.standard_normal(customers, dtype=np.float32)
    columns = [pl.Series("past", past)]
    columns += [
        pl.Series(f"y{k}", past + rng.standard_normal(customers, dtype=np.float32)) for k in range(OUTCOMES)
    ]
    rows = rows.with_columns(columns)
    start = time.perf_counter()
    names = [f"y{k}" for k in range(OUTCOMES)]
    moments = compute_moments(rows, names, dict.fromkeys(names, "past"))
    comparisons = [
        compare_means(moments[name]["arm0"], moments[name][f"arm{k}"]) for name in names for k in range(1, ARMS)
    ]
    print(f"{len(comparisons)} comparisons", file=sys.stderr, flush=True)
    return seconds + time.perf_counter() - start


def run() -> list[Row]:
    """Measure false alarms, power, coverage, broken splits, and ten million assignments."""
    seconds = read_many()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_GB
    print(f"{CUSTOMERS:,} assignments: {seconds:.0f} s, {peak:.1f} GB", file=sys.stderr, flush=True)
    always, fixed = count_alarms(0.0, 24_000, EXPERIMENTS, seed=1)
    n = find_sample_size(EFFECT, RATE * (1 - RATE) / 2 + (RATE + EFFECT) * (1 - RATE - EFFECT) / 2, any_look=True)
    power, _ = count_alarms(EFFECT, n, EXPERIMENTS, seed=2)
    recovered = count_recovered(WORLDS)
    return [
        build_row("experiments_ten_million_seconds", seconds, "s", 60, "lower"),
        build_row("experiments_ten_million_memory", peak, "GB", 4, "lower"),
        build_row("experiments_always_valid_alarms", always, "share", 0.05, "lower"),
        build_row("experiments_fixed_peeked_alarms", fixed, "share", 0.3, "lower"),
        build_row("experiments_power_any_look", power, "share", PLANNED_POWER - 0.03, "higher"),
        *(
            build_row(f"experiments_{name}", count, f"of {WORLDS}", 90, "higher")
            for name, count in recovered.items()
        ),
        build_row("experiments_split_51_49", count_broken_splits(SPLITS) / SPLITS * 100, "of 100", 99, "higher"),
    ]
