"""The allocation of a day: a million customers, five actions, and every kind of bound at once."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.processes import measure_program
from bench.rows import build_row
from lealtad.company.playbook import Action, EffectPrior, Playbook, Words
from lealtad.worklist.allocation import allocate
from lealtad.worklist.gain import compute_expected_gain

if TYPE_CHECKING:
    from bench.rows import Row

CUSTOMERS = 1_000_000
_PEAK = "from bench.allocation import allocate_day; allocate_day('{size}')"
_KINDS = (  # name, channel, owner, contact cost, offer cost, daily capacity (large team), γ in twentieths
    ("call", "phone", "retention", 6.0, 0.0, 8_000, 6),
    ("settle", "phone", "service", 8.0, 0.0, None, 6),
    ("offer", "phone", "retention", 6.0, 10.0, None, 7),
    ("message", "email", "retention", 0.5, 0.0, None, 1),
    ("voucher", "email", "service", 0.5, 5.0, 5_000, 2),
)
_TEAMS = {  # share of the large team
    "small": 0.005,
    "large": 1.0,
}


def draw_candidates(n: int, seed: int = 7) -> pl.DataFrame:
    """Draw customers; few churn and few have a high value."""
    random = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "customer_id": pl.Series(random.permutation(n)).cast(pl.String).str.zfill(8),
            "probability": random.beta(1, 9, n),
            "value_at_stake": random.lognormal(4.5, 1.0, n),
        }
    )


def build_playbook(share: float) -> Playbook:
    """Return a playbook whose owners, phone, two actions and budget all bind."""
    actions = tuple(
        Action(
            name=name,
            words=Words(en=name, es=name),
            channel=channel,
            owner=owner,
            contact_cost=contact,
            offer_cost=offer,
            capacity_per_day=None if most is None else round(most * share),
            saves=EffectPrior(mean=twentieths / 20),
        )
        for name, channel, owner, contact, offer, most, twentieths in _KINDS
    )
    return Playbook(
        actions=actions,
        owners={"retention": round(30_000 * share), "service": round(12_000 * share)},
        channels={"phone": round(16_000 * share)},
        budget_per_day=200_000 * share,
    )


def allocate_day(size: str) -> dict[str, float]:
    """Return seconds of gains and of allocation, how many are listed, and the distance from the bound."""
    book, customers = build_playbook(_TEAMS[size]), draw_candidates(CUSTOMERS)
    start = time.perf_counter()
    options = compute_expected_gain(customers, book)
    middle = time.perf_counter()
    allocation = allocate(options, book)
    seconds = time.perf_counter() - middle
    print(
        f"{size}: {allocation.chosen.height} listed, {allocation.total:.2f} of at most {allocation.bound:.2f}",
        file=sys.stderr,
    )
    return {"gain": middle - start, "allocation": seconds, "gap": allocation.gap / allocation.bound}


def run() -> list[Row]:
    """Measure a small and a large team. The goals are a minute, 4 GB, and no gap to the optimum."""
    rows: list[Row] = []
    for size in _TEAMS:
        figures = allocate_day(size)
        name = f"allocation_1m_{size}_team"
        rows.append(build_row(name, figures["gain"] + figures["allocation"], "seconds", 60.0, "lower"))
        rows.append(build_row(f"{name}_gap", figures["gap"], "share of the bound", 1e-6, "lower"))
    _, peak = measure_program(_PEAK.format(size="large"))
    rows.append(build_row("allocation_1m_peak_memory", peak, "GB", 4.0, "lower"))
    return rows
