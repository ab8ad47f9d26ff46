"""Rows of results, from runs in turns: `{name, value, unit, goal, better, low, high, repeats}`."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, object]
Result = TypeVar("Result")


def time_run(work: Callable[[], Result]) -> tuple[float, Result]:
    """Run some work after collecting garbage; return its seconds and its result."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    return time_run(work)[0]


def take_turns(
    work: Callable[[], object], peer: Callable[[], object], *, turns: int, peer_runs: int = 1
) -> list[tuple[float, float]]:
    """Run some work and its peer in turns, so that a busy moment affects both. Each pair holds the seconds of the
    work, and the best seconds of the peer's runs in that turn.
    """
    return [(measure_seconds(work), min(measure_seconds(peer) for _ in range(peer_runs))) for _ in range(turns)]


def build_ratio_row(name: str, pairs: list[tuple[float, float]], unit: str, goal: float, better: str) -> Row:
    """Return the ratio of the best seconds, own to peer; low and high are those of the pairs."""
    ratios = [own / peer for own, peer in pairs]
    best = min(own for own, _ in pairs) / min(peer for _, peer in pairs)
    ends = {"low": min(*ratios, best), "high": max(*ratios, best), "repeats": len(pairs)}
    return {"name": name, "value": best, "unit": unit, "goal": goal, "better": better, **ends}


def build_row(name: str, value: float, unit: str, goal: float, better: str) -> Row:
    """Return the row of a single measurement, which has no spread."""
    ends = {"low": value, "high": value, "repeats": 1}
    return {"name": name, "value": value, "unit": unit, "goal": goal, "better": better, **ends}
