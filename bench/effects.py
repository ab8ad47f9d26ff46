"""Test the estimated effect of contacts against the truth, on simulated assignments with the real estimator.

A company runs campaigns that hold customers out. Churn levels and holdout shares differ between campaigns. Every
customer's prediction has an error, and accepted contacts are recorded. The effect is fitted, and a list of new
customers is chosen by it. Then γ per action and the saves of the list are compared with the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit, logit

from lealtad.experiments.effect import Prior, fit_effect
from lealtad.worklist.promises import compute_promises

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.rows import Row
    from lealtad.experiments.effect import Effect

    Floats = NDArray[np.float64]

ACTIONS = ("call", "offer", "letter")
_WEIGHTS = (0.4, 0.35, 0.25)
_DIFFERING = (0.5, 0.2, -0.1)  # γ of each action for a customer with a month of silence
_BY_SILENCE = 0.25  # γ lost per further month of silence
GAMMAS: tuple[float | None, ...] = (-0.3, 0.0, 0.3, 0.6, None)  # None: it differs by customer
SIZES = (900, 6_000, 30_000)
SEEDS = 40
_A_CAMPAIGN = 300  # assignments of a campaign
_LEVEL_SPREAD, _ERROR_SPREAD = 0.5, 0.3  # standard deviations: level of a campaign, error of a prediction
_VALUE_SPREAD, _COST = 0.6, 0.2
_CANDIDATES, _LISTED, _DRAWS = 600, 60, 400
_GOAL, _MOST_FALSE, _MOST_PROMISED = 0.9, 0.05, 1.15


@dataclass(frozen=True)
class Comparison:
    """The estimates of one company, compared with the truth.

    Attributes
    ----------
    covers, above_zero
        By action, whether the 95 % interval of γ contains the truth, and whether it is above 0.
    share
        Share of the precision that comes from campaigns, mean over the actions.
    promised, low, high, saves
        Saves that the list promises, with bounds, and its true saves.
    """

    covers: tuple[bool, ...]
    above_zero: tuple[bool, ...]
    share: float
    promised: float
    low: float
    high: float
    saves: float

    @property
    def list_covers(self) -> bool:
        """Return whether the list's interval contains the truth."""
        return self.low <= self.saves <= self.high


def draw_customers(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """Draw customers: their risk by a model, how long they have been silent, and whether service failed them."""
    return pl.DataFrame(
        {
            "customer_id": [f"c{k}" for k in range(n)],
            "probability": rng.beta(1.2, 22, n).clip(0.002),
            "days_since_own_contact": rng.uniform(0, 56, n),
            "oldest_open_ticket_days": np.where(rng.random(n) < 0.3, 10.0, 0.0),
        }
    )


def compute_true_gamma(rows: pl.DataFrame, action: str, gamma: float | None) -> Floats:
    """Return γ of each customer."""
    if gamma is not None:
        return np.full(rows.height, gamma)
    silence = rows["days_since_own_contact"].to_numpy() / 28 - 1
    return np.asarray(_DIFFERING[ACTIONS.index(action)] - _BY_SILENCE * silence)


def draw_assignments(rng: np.random.Generator, n: int, gamma: float | None) -> pl.DataFrame:
    """Draw the assignments of a company; a customer appears about twice, in different campaigns."""
    rows = draw_customers(rng, n).with_columns(
        customer_id=pl.Series(rng.integers(0, max(n // 2, 1), n)).cast(pl.String)
    )
    campaign = np.arange(n) // _A_CAMPAIGN
    level = rng.normal(0, _LEVEL_SPREAD, campaign.max() + 1)
    holdout_share = expit(logit(0.25) + 1.5 * level)[
        campaign
    ]  # the higher the level, the more customers are held out
    is_treated = rng.random(n) >= holdout_share
    action = np.array(ACTIONS)[rng.choice(len(ACTIONS), n, p=_WEIGHTS)]
    p = rows["probability"].to_numpy()
    leaves = expit(logit(p) + level[campaign] + rng.normal(0, _ERROR_SPREAD, n))
    saved = np.select(
        [action == name for name in ACTIONS], [compute_true_gamma(rows, name, gamma) for name in ACTIONS]
    )
    churned = rng.random(n) < np.clip(leaves * (1 - is_treated * saved), 0, 1)
    ready = expit(-0.8 - 0.5 * (rows["days_since_own_contact"].to_numpy() / 28 - 1))
    accepted = rng.random(n) < ready
    answers = [bool(name) if arm else None for name, arm in zip(accepted, is_treated, strict=True)]
    return rows.with_columns(
        campaign_id=pl.Series(campaign).cast(pl.String),
        arm=pl.Series(np.where(is_treated, "treated", "holdout")),
        action=pl.Series([str(name) if arm else None for name, arm in zip(action, is_treated, strict=True)]),
        observed=pl.Series(churned),
        accepted=pl.Series(answers, dtype=pl.Boolean),
    )


def compare_company(seed: int, n: int, gamma: float | None) -> Comparison:
    """Fit the effect of one company, make its list, and compare both with the truth."""
    rng = np.random.default_rng(seed)
    return compare(
        fit_effect(draw_assignments(rng, n, gamma), Prior()), draw_customers(rng, _CANDIDATES), rng, gamma
    )


def compare(effect: Effect, rows: pl.DataFrame, rng: np.random.Generator, gamma: float | None) -> Comparison:
    """Compare the estimates for some customers with the truth."""
    p = rows["probability"].to_numpy()
    worth = rng.lognormal(3.0, _VALUE_SPREAD, rows.height)
    gains, covers, above_zero = [], [], []
    for action in ACTIONS:
        mean_gammas = effect.draw_gammas(rows, action, _DRAWS) @ p / p.sum()
        low, high = np.quantile(mean_gammas, [0.025, 0.975])
        covers.append(bool(low <= compute_true_gamma(rows, action, gamma) @ p / p.sum() <= high))
        above_zero.append(bool(low > 0))
        gains.append(effect.estimate_saved(rows, action)["saved"].to_numpy() * p * worth - _COST)
    best, gain = np.argmax(gains, axis=0), np.max(gains, axis=0)
    top = np.argsort(-gain)[:_LISTED]
    chosen = rows.with_columns(value_at_stake=worth, expected_gain=gain, action=np.array(ACTIONS)[best])[top]
    promise, saves = _promise_saves(effect, chosen), _sum_true_saves(chosen, gamma)
    share = float(np.mean([effect.share(action) for action in ACTIONS]))
    return Comparison(tuple(covers), tuple(above_zero), share, *promise, saves)


def _promise_saves(effect: Effect, chosen: pl.DataFrame) -> tuple[float, float, float]:
    parts, gammas = [], np.empty((_DRAWS, chosen.height))
    for action in ACTIONS:
        inside = np.flatnonzero((chosen["action"] == action).to_numpy())
        part = chosen[inside]
        parts.append(effect.estimate_saved(part, action).select("customer_id", "saved", "saved_low", "saved_high"))
        gammas[:, inside] = effect.draw_gammas(part, action, _DRAWS)
    listed = chosen.join(pl.concat(parts), on="customer_id", maintain_order="left").with_columns(
        list_id=pl.lit("list"),
        as_of=pl.datetime(2026, 1, 1, time_zone="UTC"),
        campaign_id=pl.lit("next"),
        arm=pl.lit("treated"),
        low=pl.lit(None, pl.Float64),
        high=pl.lit(None, pl.Float64),
    )
    row = compute_promises(listed, gammas).filter(group=0, measure="saves").row(0, named=True)
    return row["expected"], row["low"], row["high"]


def _sum_true_saves(chosen: pl.DataFrame, gamma: float | None) -> float:
    parts = [chosen.filter(action=action) for action in ACTIONS]
    return float(
        sum(
            part["probability"].to_numpy() @ compute_true_gamma(part, name, gamma)
            for part, name in zip(parts, ACTIONS, strict=True)
        )
    )


def compare_companies(n: int, gamma: float | None, seeds: int = SEEDS, *, first: int = 0) -> list[Comparison]:
    """Return the comparisons of companies with the same size and true effect, one per seed."""
    return [compare_company(1_000 * n + seed, n, gamma) for seed in range(first, first + seeds)]


def summarize(comparisons: list[Comparison]) -> dict[str, float]:
    """Return the coverage and the promises of comparable companies."""
    saves = float(np.sum([comparison.saves for comparison in comparisons]))
    return {
        "covered": float(np.mean([comparison.covers for comparison in comparisons])),
        "least_covered": float(np.mean([comparison.covers for comparison in comparisons], axis=0).min()),
        "list_covered": float(np.mean([comparison.list_covers for comparison in comparisons])),
        "above_zero": float(np.mean([comparison.above_zero for comparison in comparisons])),
        "share": float(np.mean([comparison.share for comparison in comparisons])),
        "promised_over_true": float(np.sum([comparison.promised for comparison in comparisons])) / saves
        if saves
        else float("nan"),
    }


def tabulate(
    sizes: tuple[int, ...] = SIZES, seeds: int = SEEDS
) -> dict[tuple[int, float | None], dict[str, float]]:
    """Return the summary by size and true effect (None: it differs)."""
    return {(n, gamma): summarize(compare_companies(n, gamma, seeds)) for n in sizes for gamma in GAMMAS}


def run() -> list[Row]:
    """Judge 40 companies of every size and true effect."""
    return [result for n in SIZES for result in _build_rows(n, tabulate((n,)))]


def _build_rows(n: int, cells: dict[tuple[int, float | None], dict[str, float]]) -> list[Row]:
    def build_ends(name: str, values: list[float], goal: float, better: str) -> Row:
        worst = min(values) if better == "higher" else max(values)
        low, high = min(values), max(values)
        return {"name": f"{name}_{n}", "value": worst, "unit": "share", "goal": goal, "better": better} | {
            "low": low,
            "high": high,
            "repeats": SEEDS * len(values),
        }

    helps = [shares for (_, gamma), shares in cells.items() if gamma is None or gamma > 0]
    return [
        build_ends("effects_gamma_covered", [shares["covered"] for shares in cells.values()], _GOAL, "higher"),
        build_ends(
            "effects_saves_covered", [shares["list_covered"] for shares in cells.values()], _GOAL, "higher"
        ),
        build_ends("effects_surely_above_none", [cells[n, 0.0]["above_zero"]], _MOST_FALSE, "lower"),
        build_ends(
            "effects_promised_over_true",
            [shares["promised_over_true"] for shares in helps],
            _MOST_PROMISED,
            "lower",
        ),
    ]


if __name__ == "__main__":  # prints the whole table for the decision page
    for (size, truth), figures in tabulate().items():
        words = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        print(f"{size:>6} {'differing' if truth is None else truth}: {words}", flush=True)
