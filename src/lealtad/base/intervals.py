"""Wilson's interval of a share, and the normal quantile for 95 %."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

Z = NormalDist().inv_cdf(0.975)


@overload
def compute_wilson_interval(hits: float, n: float, z: float = Z) -> tuple[float, float]: ...
@overload
def compute_wilson_interval(
    hits: NDArray[np.float64], n: NDArray[np.float64], z: float = Z
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def compute_wilson_interval(
    hits: float | NDArray[np.float64], n: float | NDArray[np.float64], z: float = Z
) -> tuple[float | NDArray[np.float64], float | NDArray[np.float64]]:
    """Return the 95 % interval of a share: Wilson's score interval, between 0 and 1.

    Parameters
    ----------
    hits
        Number of successes: a number, or one per group. It need not be whole, for example for weighted rows.
    n
        Number of trials, above 0.
    z
        The normal quantile; 1.96 for 95 %.

    Returns
    -------
    The lower and the upper bound, as numbers or one per group. The share is between them.

    Notes
    -----
    With the share p and the normal quantile z, ``(p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n)``.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference. JASA 22.

    Examples
    --------
    >>> [round(bound, 4) for bound in compute_wilson_interval(8, 10)]
    [0.4902, 0.9433]
    """
    share = hits / n
    low, high = _wilson_bounds(share, n, z)
    # rounding must not push a bound past the share itself
    low, high = np.minimum(np.clip(low, 0, 1), share), np.maximum(np.clip(high, 0, 1), share)
    return (low, high) if isinstance(low, np.ndarray) else (float(low), float(high))


def wilson_expressions(share: pl.Expr, n: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the bounds of `compute_wilson_interval` as expressions over a column of shares and one of counts.

    Examples
    --------
    >>> low, high = wilson_expressions(pl.col("share"), pl.col("n"))
    >>> groups = pl.DataFrame({"share": [0.8], "n": [10]})
    >>> groups.select(low.round(2).alias("low"), high.round(2).alias("high")).row(0)
    (0.49, 0.94)
    """
    low, high = _wilson_bounds(share, n, Z)
    return pl.min_horizontal(low.clip(0, 1), share), pl.max_horizontal(high.clip(0, 1), share)


def _wilson_bounds(share: Any, n: Any, z: float) -> tuple[Any, Any]:
    """Return the bounds for numbers, arrays or Polars expressions."""
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return centre - half, centre + half
