"""Compare what lists delivered with what they truly saved: nightly lists, calendar months, six months, many
companies.

The company is a light simulation. Customers churn at a rate that drifts. Scores are wrong in level and by
customer, and contacts save a share of the customers who would churn. Lists are cut by expected loss. Arms and
settlement are those of the product. The truth is what no company sees: which customers would have churned without
any contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.rows import build_row
from lealtad.company.playbook import Playbook
from lealtad.monitoring import settle_lists
from lealtad.monitoring.repeat_listings import count_once
from lealtad.worklist.campaign_arms import NO_ARMS, find_lasting_arms
from lealtad.worklist.holdout import assign_holdout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.rows import Row

    Floats = NDArray[np.float64]

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HORIZON = 28
SEEDS, NIGHTS = 20, 181
_CUSTOMERS, _CONTACTS, _SHARE, _REACHED = 10_000, 70, 0.2, 0.85
_LEVEL, _OFF, _MEMORY_DAYS = 1.3, 0.3, 45.0  # errors of the scores, in level and by customer
_KEPT_NIGHTS = 60  # lists kept to find arms: longer than a month and a horizon


@dataclass(frozen=True)
class Season:
    """The lists of a company, what happened, and what would have happened.

    Attributes
    ----------
    listed
        Rows of lists, as `monitoring.settle_lists` takes them.
    outcomes
        `customer_id, as_of, observed, treated` of each row.
    unmet
        By row, whether the customer would have churned in the horizon without a contact.
    """

    listed: pl.DataFrame
    outcomes: pl.DataFrame
    unmet: pl.Series


def simulate_lists(
    seed: int, gamma: float, *, nights: int = NIGHTS, customers: int = _CUSTOMERS, lasting: bool = True
) -> Season:
    """Simulate the customers night by night, and make a list every night.

    Parameters
    ----------
    gamma
        Share of the customers about to churn that a contact saves.
    lasting
        Whether arms last until the horizon is over; otherwise each campaign draws its own.
    """
    rng, book = np.random.default_rng(seed), Playbook()
    hazard = _draw_hazard(rng, customers, nights + HORIZON)
    score = np.clip(
        _LEVEL * (1 - np.exp(-HORIZON * hazard[:, :nights])) * np.exp(_draw_drift(rng, customers, nights, _OFF)),
        0,
        0.95,
    )
    value = rng.gamma(4.0, 25.0, customers)
    ahead = np.cumsum(np.pad(hazard, ((0, 0), (1, 0))), axis=1)
    left_in, born = rng.exponential(size=customers), np.zeros(customers, dtype=np.int64)
    contact = np.full(customers, -10_000)
    gone_at: dict[str, int] = {}
    contacts: dict[str, list[int]] = {}
    lists = [_build_list(np.empty(0, str), 0, "", "", np.empty(0), np.empty(0), np.empty(0, bool))]
    for day in range(nights + HORIZON):
        if day < nights:
            campaign = book.campaign_id(BEGIN + timedelta(days=day))
            rests = day - contact <= book.cooling_off_days
            loss = np.where(rests, -1.0, score[:, day] * value)
            # no customer further down can be listed or serve as a control
            near = np.argsort(-loss, kind="stable")[: 8 * _CONTACTS]
            ids = np.char.add(np.char.add("c", near.astype(str)), np.char.add("-", born[near].astype(str)))
            moment = BEGIN + timedelta(days=day)
            arms = (
                find_lasting_arms(pl.concat(lists[-_KEPT_NIGHTS:]), campaign, moment, HORIZON)
                if lasting
                else NO_ARMS
            )
            is_held_out = assign_holdout(pl.Series(ids), campaign, _SHARE, b"bench", arms).to_numpy()
            free = np.flatnonzero(~is_held_out)[:_CONTACTS]
            controls = np.flatnonzero(is_held_out & (np.arange(near.size) < free[-1]))
            for chosen, arm in ((free, "treated"), (controls, "holdout")):
                customer = near[chosen]
                unmet = ahead[customer, day + HORIZON] - ahead[customer, day] > left_in[customer]
                lists.append(
                    _build_list(ids[chosen], day, campaign, arm, score[customer, day], value[customer], unmet)
                )
            reached = free[rng.random(free.size) < _REACHED]
            contact[near[reached]] = day
            for name in ids[reached]:
                contacts.setdefault(str(name), []).append(day)
        left_in -= hazard[:, day] * np.where(day - contact < HORIZON, 1 - gamma, 1.0)
        for slot in np.flatnonzero(left_in <= 0):
            gone_at[f"c{slot}-{born[slot]}"] = day
            born[slot], left_in[slot], contact[slot] = born[slot] + 1, rng.exponential(), -10_000
    return _build_season(pl.concat(lists), gone_at, contacts)


def settle(season: Season) -> pl.DataFrame:
    """Return one row per campaign: what it delivered, with its interval, and what it truly saved."""
    by = settle_lists(season.listed, season.outcomes, together=True).filter(group=0, measure="saves")
    rows = season.listed.with_columns(
        saved=season.unmet.cast(pl.Int64) - season.outcomes["observed"].cast(pl.Int64)
    )
    first_listings = count_once(rows).filter(pl.col("arm") == "treated")
    truth = first_listings.group_by("campaign_id").agg(true_saves=pl.col("saved").sum())
    return by.join(truth, on="campaign_id").select(
        "campaign_id", "n", "delivered", "low", "high", "true_saves", "held_out", "contaminated"
    )


def run() -> list[Row]:
    """Judge six months of monthly campaigns of twenty companies, with contacts that save customers and without
    effect."""
    helped, idle = (pl.concat(_settle_companies(gamma)) for gamma in (0.4, 0.0))
    ratio = float(helped["delivered"].sum()) / float(helped["true_saves"].sum())
    contacted = float(helped.select((pl.col("contaminated") * pl.col("held_out")).sum()).item())
    return [
        {**build_row("delivered_saves_off_the_truth", abs(ratio - 1), "share", 0.1, "lower"), "repeats": SEEDS},
        {
            **build_row("delivered_saves_covered", _compute_coverage(helped), "share", 0.9, "higher"),
            "repeats": helped.height,
        },
        {
            **build_row("no_effect_covered", _compute_coverage(idle), "share", 0.9, "higher"),
            "repeats": idle.height,
        },
        {
            **build_row("holdouts_contacted_within_their_horizon", contacted, "customers", 0.0, "lower"),
            "repeats": SEEDS,
        },
    ]


def _settle_companies(gamma: float) -> list[pl.DataFrame]:
    return [settle(simulate_lists(seed, gamma)) for seed in range(SEEDS)]


def _compute_coverage(rows: pl.DataFrame) -> float:
    return float(rows.select(pl.col("true_saves").is_between("low", "high").mean()).item())


def _draw_hazard(rng: np.random.Generator, customers: int, days: int) -> Floats:
    """Return the daily churn rate, one row per customer."""
    level = rng.normal(-7.0, 0.8, customers)
    return np.asarray(np.exp(level[:, None] + _draw_drift(rng, customers, days, 0.7)))


def _draw_drift(rng: np.random.Generator, customers: int, days: int, spread: float) -> Floats:
    """Return mean-reverting random numbers, customers × days, with a memory of some weeks."""
    stays = float(np.exp(-1 / _MEMORY_DAYS))
    levels = np.empty((customers, days))
    levels[:, 0] = rng.normal(0.0, spread, customers)
    steps = rng.normal(0.0, spread * (1 - stays**2) ** 0.5, (customers, days))
    for day in range(1, days):
        levels[:, day] = stays * levels[:, day - 1] + steps[:, day]
    return levels


def _build_list(  # noqa: PLR0913, PLR0917 - the columns of a list
    ids: NDArray[np.str_],
    day: int,
    campaign: str,
    arm: str,
    score: Floats,
    value: Floats,
    unmet: NDArray[np.bool_],
) -> pl.DataFrame:
    moment = BEGIN + timedelta(days=day)
    return pl.DataFrame(
        {
            "customer_id": pl.Series(ids, dtype=pl.String),
            "probability": score,
            "value_at_stake": value,
            "unmet": unmet,
        }
    ).with_columns(
        list_id=pl.lit(f"l{day:03d}"),
        as_of=pl.lit(moment, pl.Datetime("us", "UTC")),
        campaign_id=pl.lit(campaign),
        arm=pl.lit(arm),
        **{name: pl.lit(None, pl.Float64) for name in ("low", "high")},
        **{name: pl.lit(0.0) for name in ("saved", "saved_low", "saved_high", "expected_gain")},
    )


def _build_season(listed: pl.DataFrame, gone_at: dict[str, int], contacts: dict[str, list[int]]) -> Season:
    days = (listed["as_of"] - BEGIN).dt.total_days().to_list()
    ids = listed["customer_id"].to_list()
    observed = [gone_at.get(customer, 10_000) < day + HORIZON for customer, day in zip(ids, days, strict=True)]
    is_treated = [
        any(day <= at < day + HORIZON for at in contacts.get(customer, ()))
        for customer, day in zip(ids, days, strict=True)
    ]
    outcomes = listed.select("customer_id", "as_of").with_columns(
        observed=pl.Series(observed, dtype=pl.Boolean), treated=pl.Series(is_treated, dtype=pl.Boolean)
    )
    return Season(listed.drop("unmet"), outcomes, listed["unmet"])
