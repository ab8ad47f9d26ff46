"""Whether what is said of the effect of contacts holds: simulated assignments, the real estimator, the truth.

A company runs campaigns that hold customers out. Levels differ from campaign to campaign, and with them the share
held out; the prediction is off for every customer; who accepts a contact is told. The effect is fitted, a list of
new customers is chosen by it, and γ per action and the list's saves are held against what is true.
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
_DIFFERING = (0.5, 0.2, -0.1)  # of an action, of a customer with a month of silence
_BY_SILENCE = 0.25  # less of γ for a month more of it
GAMMAS: tuple[float | None, ...] = (-0.3, 0.0, 0.3, 0.6, None)  # None: differing
SIZES = (900, 6_000, 30_000)
SEEDS = 40
_A_CAMPAIGN = 300  # assignments
_LEVEL_SPREAD, _ERROR_SPREAD = 0.5, 0.3  # of campaigns, and of what the prediction misses of a customer
_VALUE_SPREAD, _COST = 0.6, 0.2
_CANDIDATES, _LISTED, _DRAWS = 600, 60, 400
_GOAL, _MOST_FALSE, _MOST_PROMISED = 0.9, 0.05, 1.15


@dataclass(frozen=True)
class Seen:
    """What one company believes, and what is true.

    Attributes
    ----------
    covered, surely
        By action, whether the 95 % interval of γ holds the truth, and whether it lies above 0.
    share
        What the campaigns bring of the precision, over the actions.
    promised, low, high, saves
        Of the list: what it promises to save, between what, and what is true.
    """

    covered: tuple[bool, ...]
    surely: tuple[bool, ...]
    share: float
    promised: float
    low: float
    high: float
    saves: float

    @property
    def kept(self) -> bool:
        """Whether the list's interval holds the truth."""
        return self.low <= self.saves <= self.high


def customers(rng: np.random.Generator, n: int) -> pl.DataFrame:
    """Draw customers: their risk by a model, how long they have been silent, and whether service failed them."""
    return pl.DataFrame(
        {
            "customer_id": [f"c{k}" for k in range(n)],
            "probability": rng.beta(1.2, 22, n).clip(0.002),
            "days_since_own_contact": rng.uniform(0, 56, n),
            "oldest_open_ticket_days": np.where(rng.random(n) < 0.3, 10.0, 0.0),
        }
    )


def true_gamma(rows: pl.DataFrame, action: str, gamma: float | None) -> Floats:
    """Return γ of each customer."""
    if gamma is not None:
        return np.full(rows.height, gamma)
    silence = rows["days_since_own_contact"].to_numpy() / 28 - 1
    return np.asarray(_DIFFERING[ACTIONS.index(action)] - _BY_SILENCE * silence)


def assigned(rng: np.random.Generator, n: int, gamma: float | None) -> pl.DataFrame:
    """Draw the assignments of a company; a customer comes about twice, in different campaigns."""
    rows = customers(rng, n).with_columns(
        customer_id=pl.Series(rng.integers(0, max(n // 2, 1), n)).cast(pl.String)
    )
    campaign = np.arange(n) // _A_CAMPAIGN
    level = rng.normal(0, _LEVEL_SPREAD, campaign.max() + 1)
    held = expit(logit(0.25) + 1.5 * level)[campaign]  # the higher the season, the more are held out
    treated = rng.random(n) >= held
    action = np.array(ACTIONS)[rng.choice(len(ACTIONS), n, p=_WEIGHTS)]
    p = rows["probability"].to_numpy()
    leaves = expit(logit(p) + level[campaign] + rng.normal(0, _ERROR_SPREAD, n))
    saved = np.select([action == one for one in ACTIONS], [true_gamma(rows, one, gamma) for one in ACTIONS])
    left = rng.random(n) < np.clip(leaves * (1 - treated * saved), 0, 1)
    ready = expit(-0.8 - 0.5 * (rows["days_since_own_contact"].to_numpy() / 28 - 1))
    accepted = rng.random(n) < ready
    told = [bool(one) if arm else None for one, arm in zip(accepted, treated, strict=True)]
    return rows.with_columns(
        campaign_id=pl.Series(campaign).cast(pl.String),
        arm=pl.Series(np.where(treated, "treated", "holdout")),
        action=pl.Series([str(one) if arm else None for one, arm in zip(action, treated, strict=True)]),
        observed=pl.Series(left),
        accepted=pl.Series(told, dtype=pl.Boolean),
    )


def seen(seed: int, n: int, gamma: float | None) -> Seen:
    """Fit a company's effect, and make its list."""
    rng = np.random.default_rng(seed)
    return believed(fit_effect(assigned(rng, n, gamma), Prior()), customers(rng, _CANDIDATES), rng, gamma)


def believed(effect: Effect, rows: pl.DataFrame, rng: np.random.Generator, gamma: float | None) -> Seen:
    """Hold against the truth what an effect says of some customers."""
    p = rows["probability"].to_numpy()
    worth = rng.lognormal(3.0, _VALUE_SPREAD, rows.height)
    gains, covered, surely = [], [], []
    for action in ACTIONS:
        each = effect.draw_gammas(rows, action, _DRAWS) @ p / p.sum()
        low, high = np.quantile(each, [0.025, 0.975])
        covered.append(bool(low <= true_gamma(rows, action, gamma) @ p / p.sum() <= high))
        surely.append(bool(low > 0))
        gains.append(effect.estimate_saved(rows, action)["saved"].to_numpy() * p * worth - _COST)
    best, gain = np.argmax(gains, axis=0), np.max(gains, axis=0)
    top = np.argsort(-gain)[:_LISTED]
    chosen = rows.with_columns(value_at_stake=worth, expected_gain=gain, action=np.array(ACTIONS)[best])[top]
    promise, saves = _promise(effect, chosen), _true_saves(chosen, gamma)
    share = float(np.mean([effect.share(action) for action in ACTIONS]))
    return Seen(tuple(covered), tuple(surely), share, *promise, saves)


def _promise(effect: Effect, chosen: pl.DataFrame) -> tuple[float, float, float]:
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


def _true_saves(chosen: pl.DataFrame, gamma: float | None) -> float:
    parts = [chosen.filter(action=action) for action in ACTIONS]
    return float(
        sum(
            one["probability"].to_numpy() @ true_gamma(one, name, gamma)
            for one, name in zip(parts, ACTIONS, strict=True)
        )
    )


def cell(n: int, gamma: float | None, seeds: int = SEEDS, *, first: int = 0) -> list[Seen]:
    """Return what companies of a size and a truth see, one per seed."""
    return [seen(1_000 * n + seed, n, gamma) for seed in range(first, first + seeds)]


def summary(found: list[Seen]) -> dict[str, float]:
    """Return the shares of a cell."""
    saves = float(np.sum([one.saves for one in found]))
    return {
        "covered": float(np.mean([one.covered for one in found])),
        "least_covered": float(np.mean([one.covered for one in found], axis=0).min()),
        "list_covered": float(np.mean([one.kept for one in found])),
        "surely": float(np.mean([one.surely for one in found])),
        "share": float(np.mean([one.share for one in found])),
        "promised_over_true": float(np.sum([one.promised for one in found])) / saves if saves else float("nan"),
    }


def table(sizes: tuple[int, ...] = SIZES, seeds: int = SEEDS) -> dict[tuple[int, float | None], dict[str, float]]:
    """Return the summary of every cell, by size and truth (None: differing)."""
    return {(n, gamma): summary(cell(n, gamma, seeds)) for n in sizes for gamma in GAMMAS}


def run() -> list[Row]:
    """Judge 40 companies of every size and truth."""
    return [one for n in SIZES for one in _of_size(n, table((n,)))]


def _of_size(n: int, cells: dict[tuple[int, float | None], dict[str, float]]) -> list[Row]:
    def ends(name: str, values: list[float], goal: float, better: str) -> Row:
        worst = min(values) if better == "higher" else max(values)
        low, high = min(values), max(values)
        return {"name": f"{name}_{n}", "value": worst, "unit": "share", "goal": goal, "better": better} | {
            "low": low,
            "high": high,
            "repeats": SEEDS * len(values),
        }

    helps = [one for (_, gamma), one in cells.items() if gamma is None or gamma > 0]
    return [
        ends("effects_gamma_covered", [one["covered"] for one in cells.values()], _GOAL, "higher"),
        ends("effects_saves_covered", [one["list_covered"] for one in cells.values()], _GOAL, "higher"),
        ends("effects_surely_above_none", [cells[n, 0.0]["surely"]], _MOST_FALSE, "lower"),
        ends("effects_promised_over_true", [one["promised_over_true"] for one in helps], _MOST_PROMISED, "lower"),
    ]


if __name__ == "__main__":  # the whole table, for the decision
    for (size, truth), found in table().items():
        words = ", ".join(f"{name} {value:.3f}" for name, value in found.items())
        print(f"{size:>6} {'differing' if truth is None else truth}: {words}", flush=True)
