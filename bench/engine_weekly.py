"""The engine at 52 weekly dates against 12 monthly ones: what more dates cost."""

from __future__ import annotations

from bench.facts import MONTHLY, WEEKLY, answered, company, let_go
from bench.rows import Row, ratio_row, take_turns

FACTS = 10_000_000


def run() -> list[Row]:
    """Let both grids take turns over the same facts."""
    rows = company(FACTS)
    pairs = take_turns(lambda: let_go(answered(rows, WEEKLY)), lambda: let_go(answered(rows, MONTHLY)), turns=4)
    return [ratio_row("engine_52_weekly_against_12_monthly", pairs, "times the time", 3.0, "lower")]
