"""Shadow prices: the worth of one more unit of each limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.limits import Limits

    Floats = NDArray[np.float64]

_CENTS = 100


def compute_limit_prices(limits: Limits, used: Floats, prices: Floats) -> pl.DataFrame:
    """Return one row per limit: `kind, name, limit, used, price`.

    Parameters
    ----------
    used
        By action, the number of uses.
    prices
        By action, the worth of one more use.

    Notes
    -----
    The prices of the limits are the smallest that add up to the prices of the actions. The budget is in the
    currency, not in cents.
    """
    is_budget = np.array([kind == "budget" for kind, _ in limits.names], dtype=bool)
    unit = np.where(is_budget, float(_CENTS), 1.0)
    return pl.DataFrame(
        {
            "kind": [kind for kind, _ in limits.names],
            "name": [name for _, name in limits.names],
            "limit": limits.amounts / unit,
            "used": limits.uses @ used / unit,
            "price": _find_least_prices(limits, prices) * unit,
        },
        schema_overrides={"kind": pl.String, "name": pl.String},
    )


def _find_least_prices(limits: Limits, prices: Floats) -> Floats:
    from scipy.optimize import linprog

    if not len(limits.amounts):
        return np.zeros(0)
    limited = limits.uses.any(axis=0)
    result = linprog(limits.amounts, A_ub=-limits.uses.T[limited], b_ub=-prices[limited], method="highs-ds")
    return np.asarray(result.x, dtype=np.float64)
