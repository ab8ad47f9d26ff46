"""Whether the probabilities are calibrated: no more error than chance and a tolerance allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.evaluation import compute_calibration_line, compute_ece
from lealtad.learning.evaluation.calibration import calibration_line, ece
from lealtad.learning.evaluation.intervals import draw_weights, interval_of
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import auc
from lealtad.models.gate.checks import GateCheck, format_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEVEL = 1.25  # promised over happened, either way
SLOPE = (0.75, 4 / 3)
ECE = 0.03
RELATIVE = 0.1  # of the standard deviation of the outcome
_LEAST_OF_A_KIND = 10  # with fewer outcomes the ranking of one date is too uncertain
_RARE = 0.975


def check_calibration(
    judged: pl.DataFrame, challenger: str, *, seed: int, repeats: int, baselines: Sequence[str] = ()
) -> list[GateCheck]:
    """Check level, slope and calibration error, as far as the slice can show.

    Parameters
    ----------
    baselines
        Names of rivals; the challenger may have the same error as the one with the lowest Brier score.
    """
    y, p = judged["observed"].cast(pl.Float64).to_numpy(), judged[challenger].to_numpy()
    customers = judged["customer"].to_numpy()
    levels, slopes = [], []
    for weights in draw_weights(customers, seed, repeats):
        rows = RankedScores.from_scores(y, p, weights)
        levels.append(_measure_ratio(rows.mean(rows.score, rows.score), rows.outcome_rate))
        slopes.append(calibration_line(rows)[0])
    return [
        _check_level(float(p.mean() / y.mean()), interval_of(np.concatenate(levels))),
        _check_slope(compute_calibration_line(y, p)[0], interval_of(np.concatenate(slopes))),
        _check_error(y, p, customers, _find_best_baseline(y, judged, baselines), seed=seed, repeats=repeats),
    ]


def check_dates(judged: pl.DataFrame, challenger: str, *, seed: int, repeats: int) -> GateCheck:
    """Check the ranking at every date: none may lose half of the slice's skill beyond its interval."""
    y, p = judged["observed"].cast(pl.Float64).to_numpy(), judged[challenger].to_numpy()
    as_of, customers = judged["as_of"].to_numpy(), judged["customer"].to_numpy()
    least = 0.5 + (float(auc(RankedScores.from_scores(y, p))[0]) - 0.5) / 2
    by_date = []
    for date in np.unique(as_of):
        at = as_of == date
        if min(y[at].sum(), (1 - y[at]).sum()) < _LEAST_OF_A_KIND:
            continue
        value = float(auc(RankedScores.from_scores(y[at], p[at]))[0])
        parts = [
            auc(RankedScores.from_scores(y[at], p[at], weights))
            for weights in draw_weights(customers[at], seed, repeats)
        ]
        by_date.append((value, *interval_of(np.concatenate(parts)), str(date)[:10]))
    needed = f"an interval that reaches {least:.3f} (half of the slice's skill) at every date"
    if not by_date:
        return GateCheck("worst date", True, f"no date with {_LEAST_OF_A_KIND} outcomes of each kind", needed)
    value, low, high, date = min(by_date)
    return GateCheck(
        "worst date",
        all(row[2] >= least for row in by_date),
        f"AUC {format_interval(value, low, high)} at {date}",
        needed,
    )


def _check_level(ratio: float, ends: tuple[float, float]) -> GateCheck:
    needed = f"an interval that reaches {1 / LEVEL:.2f} to {LEVEL:.2f}"
    passed = ends[0] <= LEVEL and ends[1] >= 1 / LEVEL
    return GateCheck("level", passed, f"promised over happened {format_interval(ratio, *ends)}", needed)


def _check_slope(slope: float, ends: tuple[float, float]) -> GateCheck:
    needed = f"an interval that reaches {SLOPE[0]:.2f} to {SLOPE[1]:.2f}"
    # outcomes that the scores separate in every draw have no slope, which is no objection
    undefined = bool(np.isnan(ends[0]))
    passed = undefined or (ends[0] <= SLOPE[1] and ends[1] >= SLOPE[0])
    return GateCheck("slope", passed, "not defined" if undefined else format_interval(slope, *ends), needed)


def _check_error(  # noqa: PLR0913 - the slice, and what is allowed on it
    y: NDArray[np.float64],
    p: NDArray[np.float64],
    customers: NDArray[np.generic],
    best: tuple[str, NDArray[np.float64]] | None,
    *,
    seed: int,
    repeats: int,
) -> GateCheck:
    """Compare the error with that of chance, of the tolerance, and of the best baseline on these customers.

    The error may exceed the baseline's by a difference whose interval reaches zero.
    """
    _, codes = np.unique(customers, return_inverse=True)
    rng = np.random.default_rng(seed)
    # a customer's outcomes at several dates are correlated: one random number decides all of them
    chance = [
        float(ece(RankedScores.from_scores(rng.random(codes.max() + 1)[codes] < p, p))[0]) for _ in range(repeats)
    ]
    observed = compute_ece(y, p)
    limits = {
        f"a tenth of the outcome's spread, {ECE} at least": max(ECE, RELATIVE * float(y.std())),
        "what chance alone would show": float(np.quantile(chance, _RARE)),
    }
    if best is not None:
        name, other = best
        beyond = [
            ece(RankedScores.from_scores(y, p, weights)) - ece(RankedScores.from_scores(y, other, weights))
            for weights in draw_weights(customers, seed, repeats)
        ]
        limits[f"what {name} shows, with its interval"] = observed - interval_of(np.concatenate(beyond))[0]
    why, allowed = max(limits.items(), key=lambda limit: limit[1])
    return GateCheck("calibration error", observed <= allowed, f"{observed:.4f}", f"at most {allowed:.4f} ({why})")


def _find_best_baseline(
    y: NDArray[np.float64], judged: pl.DataFrame, baselines: Sequence[str]
) -> tuple[str, NDArray[np.float64]] | None:
    """Return the baseline with the lowest Brier score, and its probabilities."""
    columns = {name: judged[name].to_numpy() for name in baselines}
    if not columns:
        return None
    name = min(columns, key=lambda column: float(((columns[column] - y) ** 2).mean()))
    return name, columns[name]


def _measure_ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
