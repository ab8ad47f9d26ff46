"""Differences between two feature tables that should be identical: columns, number of rows, first row."""

from __future__ import annotations

import polars as pl

_KEY = ["customer_id", "as_of"]
ROWS = "(rows)"


def compare(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return the features that are not bit-identical in two feature tables.

    Parameters
    ----------
    one, other
        `customer_id, as_of` and features; in any order.

    Returns
    -------
    One row per feature that differs: `feature, rows` (how many differ) and `customer_id, as_of` (the first). The
    feature `(rows)` is rows that only one table has. A column that only one has differs in all rows.

    Examples
    --------
    >>> one = pl.DataFrame({"customer_id": ["a"], "as_of": [1], "orders": [2.0], "items": [None]})
    >>> compare(one, one.with_columns(items=0.0))["feature"].to_list()
    ['items']
    """
    first, second = one.with_columns(_here=True), other.with_columns(_there=True)
    both = first.join(second, on=_KEY, how="full", coalesce=True, suffix="~").sort(_KEY)
    here, there = both["_here"].fill_null(value=False), both["_there"].fill_null(value=False)
    shared = [name for name in one.columns if name in other.columns and name not in _KEY]
    only_one = sorted({*one.columns, *other.columns} - {*shared, *_KEY})
    differ = {ROWS: here != there}
    differ |= {name: both[name].ne_missing(both[f"{name}~"]) & here & there for name in shared}
    differ |= dict.fromkeys(only_one, here | there)
    return pl.DataFrame(
        [
            {"feature": name, "rows": int(where.sum()), **both.filter(where).select(_KEY).row(0, named=True)}
            for name, where in differ.items()
            if where.any()
        ],
        schema={"feature": pl.String, "rows": pl.Int64} | {name: one.schema[name] for name in _KEY},
    )
