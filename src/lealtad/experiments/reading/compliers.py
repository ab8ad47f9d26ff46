"""The complier effect: the effect on customers whom the message reached, next to intention to treat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WEAK = 10.0  # the F of the first stage below which the ratio is not shown


@dataclass(frozen=True)
class ComplierEffect:
    """The effect on units that see the message if and only if they are assigned to it.

    Attributes
    ----------
    share
        The difference of the exposed shares of both arms.
    effect, low, high
        NaN where assignment hardly changes exposure.
    """

    share: float
    effect: float
    low: float
    high: float


def estimate_complier_effect(
    outcome: NDArray[np.float64],
    exposed: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    level: float = 0.05,
) -> ComplierEffect:
    """Estimate the effect on compliers: intention to treat over the difference of exposure.

    Parameters
    ----------
    outcome
        Known outcomes, one per unit.
    exposed
        Whether the unit saw the message of the arm.
    treated
        Whether the unit is in that arm; the others are in the control.

    Notes
    -----
    The ratio of Wald with its error by the delta method. It holds if the assignment changes the outcome through
    the message alone.

    Examples
    --------
    >>> treated = np.repeat([False, True], 500)
    >>> exposed = treated & (np.arange(1000) % 2 == 0)
    >>> made = estimate_complier_effect(2.0 * exposed + np.tile([0.0, 1.0], 500), exposed, treated)
    >>> round(made.share, 2), round(made.effect, 2)
    (0.5, 2.0)
    """
    y, d = (values.astype(np.float64) for values in (outcome, exposed))
    n, m = int((~treated).sum()), int(treated.sum())
    share = float(d[treated].mean() - d[~treated].mean())
    error = float(np.sqrt(d[treated].var(ddof=1) / m + d[~treated].var(ddof=1) / n))
    if share <= 0 or (error > 0 and (share / error) ** 2 < _WEAK):
        return ComplierEffect(share, float("nan"), float("nan"), float("nan"))
    effect = float(y[treated].mean() - y[~treated].mean()) / share
    rest = y - effect * d
    spread = float(np.sqrt(rest[treated].var(ddof=1) / m + rest[~treated].var(ddof=1) / n)) / share
    half = float(stats.norm.ppf(1 - level / 2)) * spread
    return ComplierEffect(share, effect, effect - half, effect + half)
