"""Exploration: a few customers drawn at random, so that wrong estimates can be noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experiments.assignment.random_draws import draw_uniform
from lealtad.worklist.allocation.limits import list_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.company.playbook import Playbook


def draw_exploration(options: pl.DataFrame, playbook: Playbook, list_id: str, key: bytes) -> pl.DataFrame:
    """Draw customers for one list, each with a permitted action, within budget and capacities.

    Call it before `allocate` and pass the uses to it as `taken`, so that the team's total work is unchanged.

    Parameters
    ----------
    options
        `customer_id, action` of customers who may be contacted: neither held out nor skipped, each with the
        actions whose conditions hold. A gain that is null or below 0 is allowed: the contact serves to learn.
    playbook
        Actions, budget, capacities and `exploration_share`.
    list_id
        The list that the customers are drawn for; another list draws other customers.
    key
        Secret key of the draws.

    Returns
    -------
    The drawn rows of `options`, in the order of the draws. They are at most `exploration_share` of the contacts
    that the playbook allows in a day, rounded down.
    """
    names = [action.name for action in playbook.actions]
    limits = list_limits(playbook)
    remaining, places = limits.amounts.copy(), int(compute_contact_limit(playbook) * playbook.exploration_share)
    drawn: list[tuple[str, str]] = []
    for customer, actions in _order_by_draw(options, list_id, key):
        if len(drawn) >= places:
            break
        for name in actions:
            use = limits.uses[:, names.index(name)]
            if bool(np.all(use <= remaining)):
                remaining -= use
                drawn.append((customer, name))
                break
    pairs = pl.DataFrame(
        drawn, schema={"customer_id": options["customer_id"].dtype, "action": pl.String}, orient="row"
    )
    return pairs.join(options, on=["customer_id", "action"], how="left", maintain_order="left")


def _order_by_draw(options: pl.DataFrame, list_id: str, key: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield the customers in random order, each with their actions in random order."""
    customers = options.group_by("customer_id").agg(pl.col("action").unique().sort()).sort("customer_id")
    drawn = customers.with_columns(draw_uniform(customers["customer_id"], list_id, "exploration", key))
    for customer, actions, _ in drawn.sort("lot", "customer_id").iter_rows():
        order = draw_uniform(pl.Series(actions), f"{list_id} {customer}", "explored action", key)
        yield customer, pl.Series(actions).gather(order.arg_sort()).to_list()


def compute_contact_limit(playbook: Playbook) -> int:
    """Return how many contacts a day the budget and the capacities allow at most.

    Examples
    --------
    >>> from lealtad.company.playbook import Playbook
    >>> compute_contact_limit(Playbook())
    60
    """
    contacts: float = list_limits(playbook).find_best_uses(np.ones(len(playbook.actions))).sum()
    return round(contacts)
