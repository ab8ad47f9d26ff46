"""The simulated company sends a message with a planted effect: are its half-life and delayed churn recovered?

Arms, contracts and ends come from the simulation, and the read-out sees only the tables. The true days gained
compare the same companies with the message sent to all customers and to none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from bench.rows import build_row
from lealtad.company.outcome_definition import Contractual
from lealtad.examples.outcomes.times import compute_table_times
from lealtad.experiments.decay import (
    compute_survival_difference,
    count_weeks,
    estimate_decay,
    judge_survival,
)
from lealtad.experiments.decay.contact_times import add_followed_days
from lealtad.sources.simulated import Scenario, simulate
from lealtad.sources.simulated.company import END
from lealtad.sources.simulated.message import CAMPAIGN, Message

if TYPE_CHECKING:
    from bench.rows import Row
    from lealtad.sources.simulated import SimulatedCompany

CUSTOMERS, MONTHS, WEEKS = 30_000, 6, 16
WORLDS, TRUTHS = 100, 8
FADING = Message(weeks_before_end=20, half_life_weeks=3.0, effects=(-1.2, -0.8, -0.4))
DELAYED = Message(
    weeks_before_end=20, effects=(0.0, 0.0, 0.0), spread=0.0, put_off_share=1.0, put_off_weeks=8, put_off_until=8
)
LABEL = Contractual(treated="keep")


def read_times(company: SimulatedCompany) -> pl.DataFrame:
    """Return how long the customers of the message stayed, from the tables alone, as input of `count_weeks`."""
    end = datetime.combine(END, datetime.min.time(), UTC)
    sent = company.tables["interventions"].filter(pl.col("campaign_id") == CAMPAIGN)
    changes = company.tables["subscriptions"].with_columns(
        known_at=pl.max_horizontal("occurred_at", "recorded_at")
    )
    dates = sent["assigned_at"].unique().to_list()
    times = compute_table_times(changes, dates, LABEL, end)
    arms = sent.select("customer_id", as_of="assigned_at", treated=pl.col("arm") == "treated")
    return add_followed_days(arms.join(times, on=["customer_id", "as_of"]), LABEL, end)


def follow(message: Message, seed: int, customers: int = CUSTOMERS) -> pl.DataFrame:
    """Simulate a company with a message and return its weeks by arm."""
    company = simulate(customers, MONTHS, seed, scenario=Scenario(message=message))
    return count_weeks(read_times(company), WEEKS)


def compute_true_days(message: Message, seeds: int = TRUTHS, customers: int = CUSTOMERS) -> float:
    """Return the days gained if all customers of the same companies get the message, compared with none."""
    weekly = []
    for share in (0.0, 1.0):
        sent = replace(message, treated_share=share)
        weekly += [follow_all(sent, 10_000 + seed, customers) for seed in range(seeds)]
    totals = pl.concat(weekly).group_by("treated", "week").agg(pl.col("at_risk", "left").sum())
    return float(compute_survival_difference(totals.sort("week", "treated"))["days_gained"][-1])


def follow_all(message: Message, seed: int, customers: int) -> pl.DataFrame:
    """Return the weeks of a company with one arm."""
    company = simulate(customers, MONTHS, seed, scenario=Scenario(message=message))
    times = read_times(company)
    other = times.with_columns(treated=~pl.col("treated"))
    is_treated = bool(times["treated"][0])
    return count_weeks(pl.concat([times, other]), WEEKS).filter(pl.col("treated") == is_treated)


def count_recovered(worlds: int, customers: int = CUSTOMERS) -> dict[str, int]:
    """Return in how many companies the truth is recovered."""
    truth = compute_true_days(FADING, customers=customers)
    counts = {"half_life": 0, "days_gained": 0, "delayed": 0, "nothing_claimed": 0}
    nothing = replace(FADING, effects=(0.0, 0.0, 0.0), spread=0.0)
    for seed in range(worlds):
        weekly = follow(FADING, seed, customers)
        decay, verdict = estimate_decay(weekly), judge_survival(weekly)
        counts["half_life"] += decay.low <= FADING.half_life_weeks <= decay.high
        counts["days_gained"] += verdict.days_low <= truth <= verdict.days_high
        counts["delayed"] += judge_survival(follow(DELAYED, seed, customers)).kind == "delayed"
        idle = judge_survival(follow(nothing, seed, customers)).kind
        counts["nothing_claimed"] += idle == "no_effect"
    return counts


def run() -> list[Row]:
    """Measure 100 companies."""
    counts = count_recovered(WORLDS)
    return [build_row(f"company_{name}", count, f"of {WORLDS}", 90, "higher") for name, count in counts.items()]
