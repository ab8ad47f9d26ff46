"""Drivers of churn in simulated companies against the truth: importance, order, and the gain from fixing each."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.rows import Row, build_row
from lealtad.company.settings_in_force import read_source_settings
from lealtad.experience.drivers.columns import centre_by_date
from lealtad.experience.drivers.contacts_per_answer import count_contacts_per_answer
from lealtad.experience.drivers.examples import build_driver_examples, list_dates
from lealtad.experience.drivers.importance import decompose_r2
from lealtad.experience.drivers.ordering import order_drivers
from lealtad.experience.drivers.outcome_drivers import rank_for_outcome
from lealtad.experience.drivers.resampling import compute_importance
from lealtad.lake import Lake, commit_tables
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract import split
from lealtad.sources.simulated import simulate
from lealtad.sources.simulated.causes import CAUSES as SIMULATED_CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.company.settings import Settings
    from lealtad.experience.drivers.examples import DriverExamples

CUSTOMERS, MONTHS, DATES, SEEDS = 6_000, 24, 20, (7, 8, 9)
MARGIN_RATE = 0.25
# true cause → the driver that measures it
CAUSES = {
    "slow_reply": "first_reply",
    "unsolved_ticket": "open_ticket",
    "reopened_ticket": "reopened",
    "high_effort": "effort",
    "silence": "silence",
    "price_rise": "price_rise",
    "bad_first_month": "first_month",
    "few_channels": "few_channels",
    "term_ends": "term_ends",
}
PAIRS = {"silence": ("unsolved_and_silent",), "unsolved_ticket": ("unsolved_and_silent",)} | {
    "price_rise": ("dearer_and_slower",),
    "slow_reply": ("dearer_and_slower",),
}
WEEKS, YEAR = 4, 13
_FOUR_WEEKS = next(cause.coefficient for cause in SIMULATED_CAUSES if cause.name == "silence")


def run() -> list[Row]:
    """Return correlation with the truth, how often the named drivers hold the true top three, and coverage.

    The last row compares pairs of causes with a certain order with those that the true units of each cause order.
    """
    results = [compare(*company) for company in _simulate_companies()]
    mean = {name: float(np.mean([result[name] for result in results])) for name in results[0]}
    return [
        build_row("drivers: correlation of importance with truth", mean["correlation"], "r", 0.9, "higher"),
        build_row(
            "drivers: those that may be top hold the true top three", mean["top_three"], "share", 1.0, "higher"
        ),
        build_row("drivers: no-effect touchpoints in the last group", mean["last"], "share", 0.95, "higher"),
        build_row("drivers: intervals that cover the true effect", mean["covered"], "share", 0.93, "higher"),
        build_row("drivers: certain pairs, of those by true units", mean["certain"], "share", 0.8, "higher"),
    ]


def _simulate_companies() -> Iterator[tuple[Lake, pl.DataFrame, Settings]]:
    settings = read_source_settings("simulated").settings
    for seed in SEEDS:
        company = simulate(CUSTOMERS, MONTHS, seed)
        with tempfile.TemporaryDirectory() as folder:
            tables = {name: split(name, rows).valid for name, rows in company.tables.items()}
            lake = commit_tables(Lake.open_or_new(Path(folder) / "lake", CUSTOMERS * 200), tables)
            yield lake, company.truth, settings


def compare(lake: Lake, truth: pl.DataFrame, settings: Settings, dates: int = DATES) -> dict[str, float]:
    """Compare the drivers of churn of one company with its truth."""
    end = find_end_of_data(lake)
    examples = build_driver_examples(lake, settings, end, MARGIN_RATE, list_dates(end, dates))
    active = examples.rows.filter(pl.col("as_of") == pl.col("as_of").max()).height
    stands_for = count_contacts_per_answer(lake, list_dates(end, dates)[0], end)
    drivers = rank_for_outcome(examples, "churn", active, stands_for=stands_for).rows
    shares = _compute_true_shares(truth)
    names = [f"moment|{driver}" for driver in CAUSES.values()]
    by_name = {record["driver"]: record for record in drivers.iter_rows(named=True)}
    estimated = np.array([by_name[name]["importance"] for name in names])
    top = [names[k] for k in np.argsort(-shares)[:3]]
    company_sent = drivers.filter(
        pl.col("driver").str.contains("newsletter|invoice_notice|event_invitation|push_offer")
    )
    return {
        "correlation": float(np.corrcoef(shares, estimated)[0, 1]),
        "top_three": float(all(by_name[name]["may_be_top"] for name in top)),
        "last": float((company_sent["group"] == drivers["group"].max()).mean() or 0.0),  # type: ignore[arg-type]
        "covered": float(np.mean(list(_list_covered(by_name, truth, active)))),
        "certain": _count_certain_pairs(examples, names, active) / _count_pairs_by_true_units(truth),
    }


def _count_certain_pairs(examples: DriverExamples, names: list[str], active: int) -> int:
    """Return how many pairs of causes have a certain order, if no other driver is looked at."""
    at = [examples.drivers.index(name) for name in names]
    nine = replace(examples, drivers=tuple(names), touched=examples.touched[:, at], bad=examples.bad[:, at])
    return int(rank_for_outcome(nine, "churn", active, with_effects=False).summary["certain_pairs"])


def _count_pairs_by_true_units(truth: pl.DataFrame) -> int:
    """Return the same from the true units of every cause, with churn drawn from the true probabilities."""
    chance = truth["churn_probability_28d"].to_numpy()
    churned = np.random.default_rng(len(chance)).random(len(chance)) < chance
    date, customer = (
        truth[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in ("as_of", "customer_id")
    )
    columns = truth.select(f"cause_{name}" for name in CAUSES).to_numpy()
    centred = centre_by_date(np.column_stack([columns, churned]), date)
    return order_drivers(
        compute_importance(centred[:, :-1], centred[:, -1], customer, range(len(CAUSES)))
    ).certain_pairs


def _compute_true_shares(truth: pl.DataFrame) -> np.ndarray:
    """Return the true importance: the LMG shares of the hazard by what each cause adds to its log-odds."""
    causes = truth.select(f"cause_{name}" for name in CAUSES).to_numpy()
    rows = np.column_stack([np.ones(len(causes)), causes, truth["churn_hazard"].to_numpy()])
    shares = decompose_r2(rows.T @ rows, range(len(CAUSES)))
    return np.asarray(shares / shares.sum())


def _list_covered(drivers: dict[str, dict[str, float]], truth: pl.DataFrame, active: int) -> Iterator[bool]:
    """Yield by cause whether the interval contains the customers that removing the cause would keep in a year."""
    log_odds = truth["log_odds"].to_numpy()
    for cause, driver in CAUSES.items():
        added = truth.select(f"cause_{name}" for name in (cause, *PAIRS.get(cause, ()))).to_numpy().sum(axis=1)
        if cause == "silence":  # "fixed" means as for customers who were in touch within four weeks
            is_bad = truth["cause_silence"].to_numpy() >= _FOUR_WEEKS
            added = np.where(is_bad, added - added[~is_bad].mean(), 0.0)
        now, without = (1 - (1 - 1 / (1 + np.exp(-row))) ** WEEKS for row in (log_odds, log_odds - added))
        true_gain = active * YEAR * float((now - without).mean())
        row = drivers[f"moment|{driver}"]
        print(f"{cause}: {row['gain']:.0f} [{row['gain_low']:.0f}, {row['gain_high']:.0f}], truth {true_gain:.0f}")
        yield row["gain_low"] <= true_gain <= row["gain_high"]
