"""What one more unit of each capacity would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.resources import Resources

_CENTS = 100


def compute_row_prices(rows: Resources, used: NDArray[np.float64], prices: NDArray[np.float64]) -> pl.DataFrame:
    """Return one row per bound: `kind, name, limit, used, price`.

    Parameters
    ----------
    used
        By action, how often it is given.
    prices
        By action, what one more use is worth.

    Notes
    -----
    The prices of the rows are the least that make up for the prices of the actions. The budget is told in the
    currency, not in cents.
    """
    budget = np.array([kind == "budget" for kind, _ in rows.names], dtype=bool)
    unit = np.where(budget, float(_CENTS), 1.0)
    return pl.DataFrame(
        {
            "kind": [kind for kind, _ in rows.names],
            "name": [name for _, name in rows.names],
            "limit": rows.limits / unit,
            "used": rows.uses @ used / unit,
            "price": _find_least_prices(rows, prices) * unit,
        },
        schema_overrides={"kind": pl.String, "name": pl.String},
    )


def _find_least_prices(rows: Resources, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.optimize import linprog

    if not len(rows.limits):
        return np.zeros(0)
    bounded = rows.uses.any(axis=0)
    found = linprog(rows.limits, A_ub=-rows.uses.T[bounded], b_ub=-prices[bounded], method="highs-ds")
    return np.asarray(found.x, dtype=np.float64)
