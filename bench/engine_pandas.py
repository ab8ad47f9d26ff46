"""The engine against a pandas group-by per date and window: same facts, same answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from bench.facts import (
    MEASURES,
    MONTHLY,
    WINDOWS,
    Columns,
    check_equal,
    compute_columns,
    discard,
    draw_company,
    yield_columns,
)
from bench.rows import Row, build_ratio_row, take_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = 10_000_000


def group_by_date(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Filter and group for every date and window, one table per date; customers are categories already."""
    customers = rows["customer_id"].cat.categories
    for date in MONTHLY:
        columns = {}
        is_known = rows["known_at"] < date
        for window in WINDOWS:
            inside = is_known & (rows["ordered_at"] >= date - timedelta(days=window))
            groups = rows[inside].groupby("customer_id", observed=False)
            columns[f"count_{window}"] = groups.size()
            sums = groups[list(MEASURES)].sum()
            columns |= {f"{measure}_{window}": sums[measure] for measure in MEASURES}
        yield pd.DataFrame(columns, index=customers)


def order_by_customer(tables: Iterator[pd.DataFrame]) -> Columns:
    """Arrange one table per date in the engine's order, by (customer, date)."""
    table = pd.concat(tables)
    return {name: table[name].to_numpy().reshape(len(MONTHLY), -1).T.ravel() for name in table.columns}


def run() -> list[Row]:
    """Check that the answers are equal, then run both in turns without keeping the answers."""
    rows = draw_company(FACTS)
    frame = rows.to_pandas().astype({"customer_id": "category"})
    check_equal(compute_columns(rows, MONTHLY), order_by_customer(group_by_date(frame)))
    pairs = take_turns(
        lambda: discard(group_by_date(frame)), lambda: discard(yield_columns(rows, MONTHLY)), turns=2, peer_runs=3
    )
    return [build_ratio_row("engine_against_pandas", pairs, "times faster", 12.0, "higher")]
