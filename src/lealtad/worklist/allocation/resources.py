"""What bounds a day: the budget, and the capacity of each action, owner and channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from lealtad.company.playbook import Playbook


@dataclass(frozen=True)
class Resources:
    """The rows of the problem; all numbers are whole, so that no tolerance of a solver can exceed them.

    Attributes
    ----------
    names
        By row, what is bounded: ("owner", "retention"). The budget is ("budget", "") and counted in cents.
    limits
        By row, how much there is.
    uses
        Row × action: how much of the row one use of the action takes.
    """

    names: tuple[tuple[str, str], ...]
    limits: NDArray[np.float64]
    uses: NDArray[np.float64]

    def most(self) -> NDArray[np.float64]:
        """Return by action how often it could be used if no other were; infinite where nothing bounds it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            fits = np.where(self.uses > 0, np.floor(self.limits[:, None] / self.uses), np.inf)
        return np.asarray(fits.min(axis=0, initial=np.inf), dtype=np.float64)


def list_resources(playbook: Playbook, taken: Mapping[str, int] | None = None) -> Resources:
    """Return the rows of a playbook, less what is taken already.

    Parameters
    ----------
    taken
        By action, how many uses are given away already.
    """
    actions = playbook.actions
    given = np.array([(taken or {}).get(one.name, 0) for one in actions], dtype=np.float64)
    names = [one.name for one in actions]
    rows = [
        (("action", one.name), one.capacity_per_day, _mark_uses(one.name, names))
        for one in actions
        if one.capacity_per_day is not None
    ]
    for owner, limit in playbook.owners.items():
        rows.append((("owner", owner), limit, _mark_uses(owner, (a.owner for a in actions))))
    for channel, limit in playbook.channels.items():
        rows.append((("channel", channel), limit, _mark_uses(channel, (a.channel for a in actions))))
    if playbook.budget_cents is not None:
        rows.append((("budget", ""), playbook.budget_cents, [one.cost_cents for one in actions]))
    used = [row for row in rows if any(row[2])]
    uses = np.array([row[2] for row in used], dtype=np.float64).reshape(len(used), len(actions))
    limits = np.array([row[1] for row in used], dtype=np.float64) - uses @ given
    return Resources(tuple(row[0] for row in used), np.maximum(limits, 0.0), uses)


def _mark_uses(name: str, names: Iterable[str]) -> list[int]:
    return [int(one == name) for one in names]
