"""Alerts of companies in which nothing changes, night by night, and the delay until a change is reported.

The figures of a company just meet their target, which is the worst case. Its themes, drivers and queues stay at
their level. Customers differ and come back, and weekdays differ. The job's functions judge a quarter of nights. A
month with any new alert counts as alarmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from bench.rows import build_row
from lealtad.experience.alerts import Ledger, Signal, update_ledger
from lealtad.experience.alerts.budget import compute_chance_threshold, compute_miss_threshold
from lealtad.experience.alerts.evidence import QUARTER_DAYS, compute_log_evidence
from lealtad.experience.alerts.increases import compute_growth_chance, compute_increase_chance
from lealtad.experience.alerts.queues import WEEKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bench.rows import Row

    Floats = NDArray[np.float64]

MONTHS, ALLOWED = 200, 16
CHANGED = 10
START = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES, THEMES, DRIVERS, QUEUES = 60, 25, 40, 5
CUSTOMERS = 9_000
_RECENT, _BEFORE = 28, 182
_PAST = _RECENT + _BEFORE
_DAYS = _PAST + QUARTER_DAYS
_MONTH = QUARTER_DAYS / 3
_WEEKDAYS = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.7, 0.6])


@dataclass(frozen=True)
class Change:
    """What changes on the first night: a kind, and by how much; an empty kind changes nothing."""

    kind: str = ""
    factor: float = 1.0


CHANGES = {
    "a satisfied share of 75 % falls to 65 %": Change("miss", 0.65 / 0.75),
    "a theme is mentioned three times as often": Change("theme", 3.0),
    "a driver fails three times as often": Change("driver", 3.0),
    "twice as many tickets are opened": Change("queue", 2.0),
}


def run() -> list[Row]:
    """Return the alarmed months of 200 without a change, and the median days until a change is reported."""
    companies = -(-MONTHS // 3)
    alarmed = [month for seed in range(companies) for month in count_alarmed_months(seed)][:MONTHS]
    rows = [
        build_row(f"alerts: alarmed months of {MONTHS} without a change", sum(alarmed), "months", ALLOWED, "lower")
    ]
    for name, change in CHANGES.items():
        days = [find_delay(seed, change) for seed in range(CHANGED)]
        rows.append(build_row(f"alerts: days until reported, {name}", float(np.median(days)), "days", 28, "lower"))
    return rows


def count_alarmed_months(seed: int) -> list[bool]:
    """Return by month of a company's quarter whether something new was reported."""
    ledger = Ledger()
    for day, signals in list_nights(seed):
        ledger = update_ledger(ledger, signals, START + timedelta(days=day))
    months = [int((alert.raised_at - START).days // _MONTH) for alert in ledger.alerts]
    return [month in months for month in range(3)]


def find_delay(seed: int, change: Change) -> float:
    """Return the nights until the change is reported; infinite if that takes more than a quarter."""
    for day, signals in list_nights(seed, change):
        if any(signal.is_raised and signal.kind == change.kind and signal.subject == "0" for signal in signals):
            return float(day)
    return float("inf")


def list_nights(seed: int, change: Change | None = None) -> Iterator[tuple[int, list[Signal]]]:
    """Yield the signals of each night of a quarter; of each kind only subject 0 changes."""
    change = change or Change()
    rng = np.random.default_rng(seed)
    judges = [
        _judge_figures(rng, change),
        _judge_increases(rng, change, "theme", THEMES, np.full(THEMES, 25.0), shared=True),
        _judge_increases(rng, change, "driver", DRIVERS, rng.uniform(3, 60, DRIVERS), shared=False),
        _judge_queues(rng, change),
    ]
    for day in range(QUARTER_DAYS):
        yield day, [signal for judge in judges for signal in judge[day]]


def _judge_figures(rng: np.random.Generator, change: Change) -> list[list[Signal]]:
    """Judge figures at their target: shares, points of an NPS and scores, with few and with many answers a day."""
    days = 2 * QUARTER_DAYS
    levels = rng.uniform(0.3, 0.95, FIGURES)
    levels[0] = 0.75
    rates = np.exp(rng.uniform(np.log(0.2), np.log(30), FIGURES))
    rates[0] = 10.0
    counts = rng.poisson(rates[:, None] * _WEEKDAYS[np.arange(days) % 7])
    means = np.tile(levels[:, None], days)
    if change.kind == "miss":
        means[0, QUARTER_DAYS:] *= change.factor
    hits = np.array([_sum_answers(rng, k, means[k], counts[k]) for k in range(FIGURES)])
    judged = []
    for night in range(QUARTER_DAYS):
        until = QUARTER_DAYS + night
        evidence = np.full(FIGURES, -np.inf)
        for start in (0, QUARTER_DAYS):
            n = counts[:, start:until].sum(axis=1).astype(np.float64)
            mean = hits[:, start:until].sum(axis=1) / np.maximum(n, 1)
            evidence = np.maximum(evidence, compute_log_evidence(mean, n, levels))
        raised = evidence >= compute_miss_threshold(FIGURES)
        judged.append([Signal("miss", str(k), None, bool(raised[k]), is_clear=False) for k in range(FIGURES)])
    return judged


def _sum_answers(rng: np.random.Generator, figure: int, means: Floats, counts: NDArray[np.int64]) -> Floats:
    """Sum the answers of each day, between 0 and 1: yes and no, three points, or a scale of seven."""
    mean = np.repeat(means, counts)
    own = rng.beta(4 * mean, 4 * (1 - mean))  # customers differ
    steps = (1, 2, 6)[figure % 3]
    answers = rng.binomial(steps, own) / steps
    sums = np.bincount(np.repeat(np.arange(counts.size), counts), answers, counts.size)
    return np.asarray(sums, dtype=np.float64)


def _judge_increases(  # noqa: PLR0913 - a kind of counts
    rng: np.random.Generator, change: Change, kind: str, tests: int, rates: Floats, *, shared: bool
) -> list[list[Signal]]:
    """Judge themes or drivers from customers who are touched, some of them often, and their hits."""
    shares = np.exp(rng.uniform(np.log(0.01), np.log(0.3), tests))
    shares[0] = 0.05
    customer, day = _draw_customers(rng, float(rates[0]))
    numbers = np.zeros((QUARTER_DAYS, tests, 4))
    for k in range(tests):
        if not shared and k:
            customer, day = _draw_customers(rng, float(rates[k]))
        prone = rng.beta(2.0, 2.0 / shares[k] - 2.0, CUSTOMERS)[customer]
        risen = (k == 0) & (change.kind == kind) & (day >= _PAST)
        hit = rng.random(customer.size) < prone * np.where(risen, change.factor, 1.0)
        parts = [
            (day[rows], _find_last_time(customer[rows], day[rows])) for rows in (np.flatnonzero(hit), slice(None))
        ]
        for night in range(QUARTER_DAYS):
            numbers[night, k] = _count(parts, _PAST + night)
    threshold = compute_chance_threshold(kind, tests)
    judged = []
    for night in range(QUARTER_DAYS):
        chances = compute_increase_chance(*numbers[night].T)
        judged.append(
            [Signal(kind, str(k), None, bool(chances[k] < threshold), is_clear=False) for k in range(tests)]
        )
    return judged


def _draw_customers(rng: np.random.Generator, rate: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts = rng.poisson(rate * _WEEKDAYS[np.arange(_DAYS) % 7])
    weights = rng.gamma(0.5, 1.0, CUSTOMERS)
    customer = rng.choice(CUSTOMERS, counts.sum(), p=weights / weights.sum())
    return customer, np.repeat(np.arange(_DAYS), counts)


def _find_last_time(customer: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the day of each customer's previous contact, or -1 for the first; on one day the first counts."""
    order = np.lexsort((np.arange(customer.size), customer))
    before = np.full(customer.size, -1)
    same = customer[order][1:] == customer[order][:-1]
    before[order[1:][same]] = day[order[:-1][same]]
    return before


def _count(parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]], night: int) -> list[int]:
    """Count the customers with a hit, and all customers, recently and before; each counts once per window."""
    counts = []
    for start, end in ((night - _RECENT, night), (night - _PAST, night - _RECENT)):
        for day, before in parts:
            first, last = np.searchsorted(day, [start, end])
            counts.append(int((before[first:last] < start).sum()))
    return counts


def _judge_queues(rng: np.random.Generator, change: Change) -> list[list[Signal]]:
    """Judge queues: tickets that open more often on weekdays and stay open for some days."""
    signals: list[list[Signal]] = [[] for _ in range(QUARTER_DAYS)]
    days = 7 * max(WEEKS) + QUARTER_DAYS + 60
    for k in range(QUEUES):
        rate = 20.0 if k == 0 else float(np.exp(rng.uniform(np.log(0.5), np.log(60))))
        rates = rate * _WEEKDAYS[np.arange(days) % 7] * np.exp(rng.normal(0, 0.1, days))
        if change.kind == "queue" and k == 0:
            rates[-QUARTER_DAYS:] *= change.factor
        opened = np.repeat(np.arange(days), rng.poisson(rates)) + rng.random()
        ended = opened + rng.lognormal(0.5, 1.0, opened.size)
        for night in range(QUARTER_DAYS):
            date = days - QUARTER_DAYS + night
            lengths = np.array(
                [((opened < at) & (ended >= at)).sum() for at in (date - 7 * np.array(WEEKS))], dtype=np.float64
            )
            chance = compute_growth_chance(lengths[0], lengths[1:])
            raised = chance < compute_chance_threshold("queue", QUEUES)
            signals[night].append(Signal("queue", str(k), None, bool(raised), is_clear=False))
    return signals


if __name__ == "__main__":
    for each in run():
        print(each)
