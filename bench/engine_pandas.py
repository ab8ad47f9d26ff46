"""The engine against a pandas group-by per date and window: same facts, same answers."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from bench.facts import MEASURES, MONTHLY, WINDOWS, Columns, check_equal, company, ours
from bench.rows import Row, ratio_row, take_turns

FACTS = 10_000_000


def with_pandas(rows: pd.DataFrame) -> Columns:
    """Filter and group for every date and window; the customers are categories already."""
    customers = rows["customer_id"].cat.categories
    parts = []
    for date in MONTHLY:
        columns = {}
        known = rows["known_at"] < date
        for window in WINDOWS:
            inside = known & (rows["ordered_at"] >= date - timedelta(days=window))
            groups = rows[inside].groupby("customer_id", observed=False)
            columns[f"count_{window}"] = groups.size()
            sums = groups[list(MEASURES)].sum()
            columns |= {f"{what}_{window}": sums[what] for what in MEASURES}
        parts.append(pd.DataFrame(columns, index=customers))
    table = pd.concat(parts)
    return {name: table[name].to_numpy() for name in table.columns}


def by_customer(columns: Columns) -> Columns:
    """Bring rows that stand by (date, customer) into the order of ours."""
    return {name: column.reshape(len(MONTHLY), -1).T.ravel() for name, column in columns.items()}


def run() -> list[Row]:
    """Check that both say the same, then let them take turns."""
    rows = company(FACTS)
    frame = rows.to_pandas().astype({"customer_id": "category"})
    check_equal(ours(rows, MONTHLY), by_customer(with_pandas(frame)))
    pairs = take_turns(lambda: with_pandas(frame), lambda: ours(rows, MONTHLY), turns=2, others=3)
    return [ratio_row("engine_against_pandas", pairs, "times faster", 12.0, "higher")]
