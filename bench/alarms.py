"""Alarms of a company of the demo's size: silent while nothing changes, and correct when something does.

The simulation covers a year after training: seasonal customers, feeds with weekdays and a season, and surveys. The
model is calibrated. Feeds are judged every other night. Lists, probabilities, features and answers are judged once
a horizon, as in the job (`sequential.dates_apart`). The jobs' own functions judge.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit

from bench.rows import build_row
from lealtad.monitoring import (
    Measurements,
    compute_calibration_by_date,
    compute_feature_drift,
    compute_promises,
    compute_response_drift,
    compute_score_drift,
    judge_measurements,
    settle_lists,
    take_smallest_drift,
)
from lealtad.monitoring.customer_reasons import find_feed_reasons
from lealtad.monitoring.feeds import judge_feeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bench.rows import Row
    from lealtad.monitoring import MonitoringReason

    Floats = NDArray[np.float64]

CUSTOMERS, LISTED, HORIZON = 9_000, 60, 28
SAMPLED = 2_500  # for drift; the job takes 5,000
UNCHANGED, CHANGED = 100, 20
START = datetime(2025, 1, 1, tzinfo=UTC)  # when the model becomes champion
_PAST, _YEAR, _SEEN = 730, 364, 112  # days before, days judged, days after a change
RATES = {"touchpoints": 1_330.0, "ticket_events": 205.0, "surveys": 119.0, "orders": 79.0, "subscriptions": 48.0}
FEATURES = ("touches_28d", "orders_28d", "monthly_amount", "amount_28d", "silence_days")
RESTS_ON = {
    "touches_28d": ("touchpoints",),
    "orders_28d": ("orders",),
    "monthly_amount": ("subscriptions",),
    "amount_28d": ("orders",),
    "silence_days": ("touchpoints",),
}
CHANGES = {  # what changes, and the alarm that names it
    "leaving_doubled": "level",
    "feed_dead": "feed",
    "feed_halved": "feed",
    "price_rise": "common level",
    "response_halved": "responses",
    "label_rate": "labels",
}
_WEEKDAYS = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.6])


@dataclass(frozen=True)
class Company:
    """One company: its customers' habits, its season, what changes and on which day; an empty change is none."""

    rng: np.random.Generator
    seed: int
    change: str = ""
    day: int = 0

    def compute_season(self, day: float | Floats) -> Floats:
        """Return how busy a day is, around 1."""
        return np.asarray(np.exp(0.2 * np.sin(2 * np.pi * (np.asarray(day) / 365 + self.seed / 10))))

    def share_after(self, day: int, window: int = 0) -> float:
        """Return the share of a window before a day that falls after the change."""
        return float(np.clip((day - self.day) / max(window, 1), 0, 1)) if self.change else 0.0

    def draw_customers(self, day: int) -> pl.DataFrame:
        """Return the customers of a day: lasting habits, and the activity of the last weeks."""
        habits = np.random.default_rng(self.seed)
        n = CUSTOMERS
        busy, buys = habits.gamma(2.0, 2.0, n), habits.gamma(1.2, 0.3, n)
        price = np.round(habits.lognormal(3.0, 0.5, n), 1)
        raised = 1.2 if self.change == "price_rise" else 1.0
        orders = self.rng.poisson(buys * self.compute_season(day)).astype(float)
        return pl.DataFrame(
            {
                "touches_28d": self.rng.poisson(busy * self.compute_season(day)).astype(float),
                "orders_28d": orders,
                "monthly_amount": price * (raised if day > self.day else 1.0),
                "amount_28d": orders
                * price
                * self.rng.lognormal(0, 0.4, n)
                * (1 + (raised - 1) * self.share_after(day, 28)),
                "silence_days": self.rng.exponential(20.0 / (1 + busy), n),
            }
        )

    def observe(self, rows: pl.DataFrame, day: int) -> pl.DataFrame:
        """Return the customers as the feeds show them."""
        lost = {"feed_dead": 1.0, "feed_halved": 0.5}.get(self.change, 0.0) * self.share_after(day, 28)
        touches = self.rng.binomial(rows["touches_28d"].cast(pl.Int64).to_numpy(), 1 - lost).astype(float)
        waited = max(day - self.day, 0) if self.change == "feed_dead" else 0
        return rows.with_columns(pl.Series("touches_28d", touches), pl.col("silence_days") + waited)

    def draw_feeds(self) -> pl.DataFrame:
        """Return the rows that arrived per table and day."""
        days = np.arange(-_PAST, _YEAR)
        parts = []
        for name, rate in RATES.items():
            busy = self.compute_season(days.astype(np.float64)) * np.exp(self.rng.normal(0, 0.08, days.size))
            usual: Floats = rate * _WEEKDAYS[days % 7] * busy
            counts = self.rng.poisson(usual)
            if name == "touchpoints" and self.change in {"feed_dead", "feed_halved"}:
                late = days >= self.day
                counts[late] = 0 if self.change == "feed_dead" else self.rng.binomial(counts[late], 0.5)
            dates = pl.Series(START + timedelta(days=int(day)) for day in days).dt.date()
            parts.append(pl.DataFrame({"table": name, "day": dates, "delay": 0, "count": counts}))
        return pl.concat(parts).filter(pl.col("count") > 0)

    def draw_surveys(self) -> pl.DataFrame:
        """Return the invitations; a quarter is answered."""
        n = 40 * (_PAST // 2 + _YEAR)
        sent = self.rng.uniform(-_PAST / 2, _YEAR, n)
        rate = np.where((sent >= self.day) & (self.change == "response_halved"), 0.125, 0.25)
        at = pl.Series((sent * 86_400e6).astype(np.int64)).cast(pl.Duration("us")) + START
        is_answered = pl.Series(self.rng.random(n) < rate)
        return pl.DataFrame({"metric": "nps", "kind": "relational", "sent_at": at}).with_columns(
            answered_at=pl.when(is_answered).then(pl.col("sent_at") + timedelta(days=2))
        )


def predict(rows: pl.DataFrame) -> Floats:
    """Return the model's probabilities; 2 % of the customers churn within four weeks."""
    odds = (
        -4.3
        - 0.25 * np.sqrt(rows["touches_28d"].to_numpy())
        - 0.3 * rows["orders_28d"].to_numpy().clip(0, 4)
        + 0.5 * np.log(rows["monthly_amount"].to_numpy() / 20)
        + 0.5 * np.log1p(rows["silence_days"].to_numpy())
    )
    return np.asarray(expit(odds))


def yield_alarms(company: Company) -> Iterator[tuple[int, MonitoringReason]]:
    """Yield every alarm with the day on which it is raised."""
    feeds, surveys = company.draw_feeds(), company.draw_surveys()
    first, last = (company.day, company.day + _SEEN) if company.change else (0, _YEAR)
    learned = company.draw_customers(-HORIZON)
    scored, lists = [], []
    for day in range(HORIZON, last + 1, 2):
        if day % HORIZON and day <= first:
            continue
        health = judge_feeds(feeds.filter(pl.col("day") < _convert_day(day)), START + timedelta(days=day))
        if day % HORIZON:
            yield from ((day, reason) for reason in find_feed_reasons(health))
            continue
        truth = company.draw_customers(day - HORIZON)
        before = company.observe(truth, day - HORIZON)
        scored.append(_draw_outcomes(company, truth, before, day - HORIZON))
        lists.append(_settle_list(company, truth, before, day - HORIZON))
        if day <= first:
            continue
        now = company.observe(company.draw_customers(day), day).head(SAMPLED)
        references = [learned.head(SAMPLED), company.draw_customers(day - 364).head(SAMPLED)]
        value, share = now["monthly_amount"].to_numpy(), LISTED / CUSTOMERS
        listed = round(share * SAMPLED)
        drifts = [
            compute_feature_drift(then, now, FEATURES, predict, value=value, capacity=listed)
            for then in references
        ]
        moved = pl.concat(compute_score_drift(predict(then), predict(now), share) for then in references)
        measurements = Measurements(
            calibration=compute_calibration_by_date(pl.concat(scored)),
            settled=pl.concat(lists),
            features=take_smallest_drift(drifts),
            scores=moved.sort((pl.col("over_cut") / share).log().abs()).head(1),
            responses=compute_response_drift(surveys, START + timedelta(days=day)),
            share=share,
            outcome_days=HORIZON,
            feeds=health,
            rests_on=RESTS_ON,
            label_tables=("subscriptions",),
        )
        yield from ((day, reason) for reason in judge_measurements(measurements).reasons)


def _convert_day(day: int) -> date:
    return (START + timedelta(days=day)).date()


def _draw_outcomes(company: Company, customers: pl.DataFrame, view: pl.DataFrame, day: int) -> pl.DataFrame:
    """Draw churn from the true customers, and predict from what the feeds show of them."""
    changed = company.share_after(day + HORIZON, HORIZON)
    truth = predict(customers) * (1 + changed * (company.change == "leaving_doubled"))
    observed = pl.Series(company.rng.random(len(truth)) < truth)
    is_recorded = pl.Series(company.rng.random(len(truth)) >= 0.3 * changed * (company.change == "label_rate"))
    return pl.DataFrame({"as_of": START + timedelta(days=day), "probability": predict(view)}).with_columns(
        observed=pl.when(is_recorded).then(observed)
    )


def _settle_list(company: Company, customers: pl.DataFrame, view: pl.DataFrame, day: int) -> pl.DataFrame:
    """Settle the list of a day: the customers with the most at stake, a tenth held out, γ of .3 as promised."""
    p = predict(view)
    top = np.argsort(-p * view["monthly_amount"].to_numpy())[:LISTED]
    is_held_out = company.rng.random(LISTED) < 0.1
    rate = predict(customers)[top] * (
        1 + company.share_after(day + HORIZON, HORIZON) * (company.change == "leaving_doubled")
    )
    listed = pl.DataFrame(
        {
            "list_id": f"l{day}",
            "as_of": pl.Series([START + timedelta(days=day)] * LISTED, dtype=pl.Datetime("us", "UTC")),
            "campaign_id": f"c{day}",
            "customer_id": [f"c{k}" for k in top],
            "arm": np.where(is_held_out, "holdout", "treated"),
            "probability": p[top],
            "low": p[top] * 0.8,
            "high": p[top] * 1.25,
            "value_at_stake": 100.0,
            "saved": 0.3,
            "saved_low": 0.1,
            "saved_high": 0.5,
            "expected_gain": p[top] * 30 - 1,
        }
    )
    churned = company.rng.random(LISTED) < rate * np.where(is_held_out, 1.0, 0.7)
    outcomes = listed.select("customer_id", "as_of", observed=pl.Series(churned))
    return settle_lists(listed, outcomes, promises=compute_promises(listed))


def count_false_alarms(companies: int = UNCHANGED) -> dict[str, int]:
    """Return how many unchanged companies get an alarm within a year, in total and by kind."""
    counts: dict[str, int] = {"any": 0}
    for seed in range(companies):
        kinds = {reason.kind for _, reason in yield_alarms(Company(np.random.default_rng(seed), seed))}
        counts["any"] += bool(kinds)
        for kind in kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def judge_change(change: str, companies: int = CHANGED) -> tuple[int, list[int], list[set[str]]]:
    """Return how often only the change itself is named, after how many days, and the other alarms."""
    days: list[int] = []
    wrong: list[set[str]] = []
    for seed in range(companies):
        company = Company(np.random.default_rng(1_000 + seed), seed, change, day=140 + seed)
        alarms = list(yield_alarms(company))
        kinds = {reason.kind for _, reason in alarms}
        table_is_right = all(reason.values.get("table", "touchpoints") == "touchpoints" for _, reason in alarms)
        if kinds == {CHANGES[change]} and table_is_right:
            days.append(min(day for day, _ in alarms) - company.day)
        else:
            wrong.append({*kinds})
    return len(days), days, wrong


def run() -> list[Row]:
    """Count the false alarms of unchanged companies, and the changes that are named correctly."""
    start = time.perf_counter()
    false = count_false_alarms()
    print(f"unchanged: {false} of {UNCHANGED}, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    silent = UNCHANGED - false["any"]
    rows = [build_row("alarms_unchanged_silent_a_year", silent, f"of {UNCHANGED} companies", 95, "higher")]
    for change in CHANGES:
        right, days, wrong = judge_change(change)
        middle = f"median day {np.median(days):.0f}" if days else "never"
        print(f"{change}: {right} of {CHANGED}, {middle}, else {wrong}", file=sys.stderr, flush=True)
        rows.append(build_row(f"alarms_{change}", right, f"of {CHANGED} companies", 18, "higher"))
    return rows
