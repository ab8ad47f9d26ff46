"""Exposures: when customers first saw which variant of a touchpoint."""

from __future__ import annotations

import polars as pl


def find_exposures(touchpoints: pl.DataFrame, rows: pl.DataFrame, touchpoint: str) -> pl.DataFrame:
    """Return when each row first saw the variant of its own arm, and whether it saw that of another.

    Parameters
    ----------
    touchpoints
        As known now; a table without `variant` has no exposures.
    rows
        `customer_id, arm`.

    Returns
    -------
    `exposed_at` (null: never), `crossed_over`, in the order of the rows.

    Examples
    --------
    >>> seen = pl.DataFrame({"customer_id": ["a", "b"], "touchpoint": ["mail"] * 2, "variant": ["B", "B"],
    ...                      "occurred_at": [1, 2]})
    >>> rows = pl.DataFrame({"customer_id": ["a", "b"], "arm": ["B", "A"]})
    >>> find_exposures(seen, rows, "mail").rows()
    [(1, False), (None, True)]
    """
    if "variant" not in touchpoints.columns:
        clock = touchpoints.schema["occurred_at"]
        return rows.select(exposed_at=pl.lit(None, clock), crossed_over=pl.lit(value=False))
    variants = touchpoints.filter(pl.col("touchpoint") == touchpoint).drop_nulls("variant")
    first = variants.group_by("customer_id", "variant").agg(pl.col("occurred_at").min())
    numbered = rows.select("customer_id", "arm").with_row_index("_row")
    met = numbered.join(first, on="customer_id")
    own = pl.col("variant") == pl.col("arm")
    summed = met.group_by("_row").agg(
        pl.col("occurred_at").filter(own).min().alias("exposed_at"), (~own).any().alias("crossed_over")
    )
    joined = numbered.join(summed, on="_row", how="left", maintain_order="left")
    return joined.select("exposed_at", pl.col("crossed_over").fill_null(value=False))
