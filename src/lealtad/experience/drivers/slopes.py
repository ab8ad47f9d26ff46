"""Penalty and reward: the effects of a bad and of a good moment, against "did not use"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experience.drivers.columns import DriverColumns
    from lealtad.experience.drivers.effects import Effects

MUST_BE, PERFORMANCE, DELIGHT, NEITHER = "must_be", "performance", "delight", "neither"


def describe_slopes(
    columns: DriverColumns, effects: Effects, share: NDArray[np.float64], driver: int, better: float
) -> dict[str, float | str | None]:
    """Return the penalty and the reward of a driver with their intervals, and their pattern.

    Parameters
    ----------
    share
        The mean of each column.
    better
        1 if more of the outcome is better, −1 if less is.

    Returns
    -------
    `penalty` (a bad moment of usual size) and `reward` (one that went well), each with `_low` and `_high`, in the
    unit of the outcome. Null if the data have no such moment. `pattern`: must_be
    (only the penalty is beyond chance), delight (only the reward), performance (both) or neither.
    """
    mine = {
        role: k
        for k, (number, role) in enumerate(zip(columns.driver, columns.role, strict=True))
        if number == driver
    }
    penalty, reward = np.zeros(len(columns.driver)), np.zeros(len(columns.driver))
    if "badly" in mine:
        penalty[mine["badly"]] = 1.0
    if "amount" in mine:
        bad = share[mine["badly"]] if "badly" in mine else 1.0
        penalty[mine["amount"]] = share[mine["amount"]] / bad
    if "well" in mine:
        reward[mine["well"]] = 1.0
    described: dict[str, float | str | None] = {}
    beyond_chance = {}
    for name, direction in (("penalty", penalty), ("reward", reward)):
        value, low, high = effects.combine(direction)
        exists = bool(direction.any())
        described |= {
            name: value if exists else None,
            f"{name}_low": low if exists else None,
            f"{name}_high": high if exists else None,
        }
        beyond_chance[name] = exists and (
            better * low < 0 > better * high if name == "penalty" else better * low > 0 < better * high
        )
    return described | {
        "pattern": classify_slopes(penalised=beyond_chance["penalty"], rewarded=beyond_chance["reward"])
    }


def classify_slopes(*, penalised: bool, rewarded: bool) -> str:
    """Name the pattern of a driver.

    References
    ----------
    Kano et al. (1984), Attractive quality and must-be quality. Brandt (1988): penalty-reward contrasts.

    Examples
    --------
    >>> classify_slopes(penalised=True, rewarded=False)
    'must_be'
    """
    if penalised and rewarded:
        return PERFORMANCE
    if penalised:
        return MUST_BE
    return DELIGHT if rewarded else NEITHER
