"""The engine at 52 weekly dates against 12 monthly ones: the cost of more dates."""

from __future__ import annotations

from bench.facts import MONTHLY, WEEKLY, discard, draw_company, yield_columns
from bench.rows import Row, build_ratio_row, take_turns

FACTS = 10_000_000


def run() -> list[Row]:
    """Run both grids in turns over the same facts."""
    rows = draw_company(FACTS)
    pairs = take_turns(
        lambda: discard(yield_columns(rows, WEEKLY)), lambda: discard(yield_columns(rows, MONTHLY)), turns=4
    )
    return [build_ratio_row("engine_52_weekly_against_12_monthly", pairs, "times the time", 3.0, "lower")]
