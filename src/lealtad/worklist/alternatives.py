"""What the same contacts would promise if a simple rule chose the customers: as of the list's night, same γ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.learning.evaluation.economics import compute_expected_profit
from lealtad.worklist.effect_estimates import draw_gammas, estimate_saved
from lealtad.worklist.gain import list_prior_beliefs
from lealtad.worklist.promises import WHOLE, compute_costs, compute_promises

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.company.playbook import Playbook
    from lealtad.experiments.effect import Effect
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night

LIST = "list"
RULES = {"probability": "probability", "value": "value_at_stake"}
SCHEMA = pl.Schema(
    {
        "list_id": pl.String(),
        "as_of": INSTANT,
        "campaign_id": pl.String(),
        "rule": pl.String(),
        "measure": pl.String(),
        "n": pl.Int64(),
        "cost": pl.Float64(),
        "expected": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
_TAKEN = ("customer_id", "action", "probability", "low", "high", "value_at_stake")


def compute_alternatives(night: Night, decision: Decision, playbook: Playbook, effect: Effect) -> pl.DataFrame:
    """Return what a list and two simple rules promise with the same contacts, one row per rule and measure.

    The rules choose among the customers who could have been listed: the highest probabilities first, or the
    customers with the most at stake. Each action gets as many contacts as on the list.

    Returns
    -------
    `list_id, as_of, campaign_id`; `rule` ("list", "probability", "value"); `measure` ("saves", "profit");
    `n` (contacts); `cost` (expected); `expected, low, high` (95 %, from the uncertainty of probability and γ).
    Empty where nobody is listed.
    """
    listed = decision.worklist_rows
    if listed.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    free = decision.open.filter(pl.col("gain").is_not_null() & ~pl.col("held_out"))
    choosable = night.candidates.join(free, on="customer_id", how="semi").drop_nulls(
        ["probability", "value_at_stake"]
    )
    actions = _order_by_cost(listed["action"].to_list(), playbook)
    chosen = {rule: take_top(choosable, column, actions) for rule, column in RULES.items()}
    priced = [listed.with_columns(list_id=pl.lit(LIST)).select(*_TAKEN, *_BELIEVED, "expected_gain", "list_id")]
    priced += [
        price_contacts(pairs, night, playbook, effect).with_columns(list_id=pl.lit(rule))
        for rule, pairs in chosen.items()
    ]
    rows = pl.concat(priced, how="vertical_relaxed").with_columns(
        as_of=pl.lit(night.as_of).cast(INSTANT),
        campaign_id=pl.lit(listed["campaign_id"][0]),
        arm=pl.lit("treated"),
    )
    promises = compute_promises(rows, draw_gammas(night, rows, effect))
    costs = (
        rows.with_columns(cost=pl.Series(compute_costs(rows))).group_by("list_id").agg(pl.col("cost").sort().sum())
    )
    whole = promises.filter(pl.col("group") == WHOLE, pl.col("measure") != "churners")
    return (
        whole.join(costs, on="list_id", maintain_order="left")
        .with_columns(rule=pl.col("list_id"), list_id=pl.lit(listed["list_id"][0]))
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    )


def take_top(candidates: pl.DataFrame, column: str, actions: Sequence[str]) -> pl.DataFrame:
    """Return `customer_id, action` of the customers at the top of a ranking, one for each action, in that order.

    Examples
    --------
    >>> rows = pl.DataFrame({"customer_id": ["a", "b", "c"], "probability": [0.1, 0.3, 0.2]})
    >>> take_top(rows, "probability", ["offer", "call"]).rows()
    [('b', 'offer'), ('c', 'call')]
    """
    top = candidates.sort([column, "customer_id"], descending=[True, False]).head(len(actions))
    return top.select("customer_id").with_columns(action=pl.Series(list(actions)[: top.height], dtype=pl.String))


_BELIEVED = ("saved", "saved_low", "saved_high")


def price_contacts(pairs: pl.DataFrame, night: Night, playbook: Playbook, effect: Effect) -> pl.DataFrame:
    """Return what contacts are expected to bring, however they were chosen.

    Parameters
    ----------
    pairs
        `customer_id, action`.
    """
    some = night.candidates.join(pairs, on="customer_id", how="semi", maintain_order="left")
    saved = estimate_saved(replace(night, candidates=some), playbook, effect)
    keys = ["action"] if saved is None else ["customer_id", "action"]
    beliefs = (list_prior_beliefs(playbook) if saved is None else saved).select(*keys, *_BELIEVED)
    priced = (
        pairs.join(some, on="customer_id", how="left", maintain_order="left")
        .join(beliefs, on=keys, how="left", maintain_order="left")
        .join(_list_costs(playbook), on="action", how="left", maintain_order="left")
    )
    gain = compute_expected_profit(
        pl.col("probability"),
        pl.col("saved"),
        pl.col("value_at_stake"),
        pl.col("offer_cost"),
        pl.col("contact_cost"),
    )
    return priced.select(*_TAKEN, *_BELIEVED, expected_gain=gain)


def _list_costs(playbook: Playbook) -> pl.DataFrame:
    rows = [(action.name, float(action.offer_cost), float(action.contact_cost)) for action in playbook.actions]
    return pl.DataFrame(rows, schema=["action", "offer_cost", "contact_cost"], orient="row")


def _order_by_cost(actions: Sequence[str], playbook: Playbook) -> list[str]:
    """Order actions by the cost of a contact: the first customers of a rule get the cheapest."""
    cost = {action.name: (action.contact_cost, action.name) for action in playbook.actions}
    return sorted(actions, key=lambda name: cost[name])
