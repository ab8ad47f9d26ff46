"""The limits of a night: the budget, and the capacity of each action, owner and channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from lealtad.company.playbook import Playbook

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """The limits as rows of a linear program, in whole numbers, so that a solver's tolerance cannot exceed them.

    Attributes
    ----------
    names
        By row, what is limited: ("owner", "retention"). The budget is ("budget", "") and is counted in cents.
    amounts
        By row, the available amount.
    uses
        Row × action: the amount that one use of the action takes.
    """

    names: tuple[tuple[str, str], ...]
    amounts: Floats
    uses: Floats

    def find_most_uses(self) -> Floats:
        """Return by action the number of possible uses if no other action is used; infinite without a limit."""
        with np.errstate(divide="ignore", invalid="ignore"):
            fits = np.where(self.uses > 0, np.floor(self.amounts[:, None] / self.uses), np.inf)
        return np.asarray(fits.min(axis=0, initial=np.inf), dtype=np.float64)

    def find_best_uses(self, prices: Floats, most: Floats | float = np.inf) -> Floats:
        """Return by action the whole number of uses within the limits with the highest worth at these prices.

        Parameters
        ----------
        prices
            By action, the worth of one use, at least 0.
        most
            By action, the largest number of uses.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        constraints = [LinearConstraint(self.uses, -np.inf, self.amounts)] if len(self.amounts) else []
        result = milp(
            -prices,
            integrality=np.ones(len(prices)),
            bounds=Bounds(0, most),
            constraints=constraints,
            options={"mip_rel_gap": 0.0},
        )
        return np.asarray(np.rint(result.x), dtype=np.float64)


def list_limits(playbook: Playbook, taken: Mapping[str, int] | None = None) -> Limits:
    """Return the limits of a playbook, minus what is already taken.

    Parameters
    ----------
    taken
        By action, the number of uses already taken.
    """
    actions = playbook.actions
    taken_uses = np.array([(taken or {}).get(action.name, 0) for action in actions], dtype=np.float64)
    names = [action.name for action in actions]
    rows = [
        (("action", action.name), action.capacity_per_day, _mark_uses(action.name, names))
        for action in actions
        if action.capacity_per_day is not None
    ]
    for owner, amount in playbook.owners.items():
        rows.append((("owner", owner), amount, _mark_uses(owner, (action.owner for action in actions))))
    for channel, amount in playbook.channels.items():
        rows.append((("channel", channel), amount, _mark_uses(channel, (action.channel for action in actions))))
    if playbook.budget_cents is not None:
        rows.append((("budget", ""), playbook.budget_cents, [action.cost_cents for action in actions]))
    used = [row for row in rows if any(row[2])]
    uses = np.array([row[2] for row in used], dtype=np.float64).reshape(len(used), len(actions))
    amounts = np.array([row[1] for row in used], dtype=np.float64) - uses @ taken_uses
    return Limits(tuple(row[0] for row in used), np.maximum(amounts, 0.0), uses)


def _mark_uses(name: str, names: Iterable[str]) -> list[int]:
    return [int(other == name) for other in names]
