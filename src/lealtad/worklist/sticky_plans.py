"""Plans are sticky: a customer's action and place change only with new facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.worklist.night import Night

_PLAN = {"customer_id": pl.String, "planned_action": pl.String, "planned_gain": pl.Float64}


def find_plans(night: Night) -> pl.DataFrame:
    """Return the plans of the previous list that still hold, for both arms.

    A plan holds if nothing new is known about the customer, the same model scores them, and they were chosen by
    gain, not drawn.

    Returns
    -------
    `customer_id, planned_action, planned_gain`; no rows if the night does not state which customers have news.
    `planned_gain` decides the place: the gains of the previous list, reordered to follow its ranks.
    """
    if night.changed is None or night.previous.is_empty() or "model_version" not in night.candidates.columns:
        return pl.DataFrame(schema=_PLAN)
    scored_by = night.candidates.select("customer_id", "model_version")
    won = pl.col("expected_gain") + pl.col("forgone_gain").fill_null(0.0)
    ranked = night.previous.with_columns(won=won).sort("rank", "won", descending=[False, True], nulls_last=True)
    gains = night.previous.with_columns(won=won).sort("arm", "won", descending=True, nulls_last=True)["won"]
    placed = ranked.sort("arm", descending=True, maintain_order=True).with_columns(won=gains)
    return (
        placed.filter(~pl.col("explored").fill_null(value=False))
        .filter(~pl.col("customer_id").is_in(night.changed.implode()))
        .join(scored_by, on=["customer_id", "model_version"], how="semi")
        .select("customer_id", planned_action="action", planned_gain="won")
        .drop_nulls("planned_action")
        .unique("customer_id", keep="first", maintain_order=True)
    )


def keep_planned_actions(options: pl.DataFrame, plans: pl.DataFrame) -> pl.DataFrame:
    """Restrict customers with a plan to its action, if that is still permitted and still has a gain.

    Examples
    --------
    >>> options = pl.DataFrame({"customer_id": ["a", "a", "b"], "action": ["call", "offer", "call"],
    ...                         "gain": [5.0, 5.1, 1.0]})
    >>> plans = pl.DataFrame({"customer_id": ["a"], "planned_action": ["call"], "planned_gain": [5.0]})
    >>> keep_planned_actions(options, plans).rows()
    [('a', 'call', 5.0), ('b', 'call', 1.0)]
    """
    planned = plans.select("customer_id", action="planned_action")
    planned_options = options.join(planned, on=["customer_id", "action"], how="semi").filter(pl.col("gain") > 0)
    is_kept = pl.col("customer_id").is_in(planned_options["customer_id"].implode())
    others = options.join(planned, on=["customer_id", "action"], how="anti", maintain_order="left").filter(is_kept)
    return options.join(others, on=["customer_id", "action"], how="anti", maintain_order="left")


def order_by_plan(pairs: pl.DataFrame, options: pl.DataFrame, plans: pl.DataFrame) -> pl.DataFrame:
    """Sort the chosen customers in the order of contact: the treated first, by plan or by gain.

    With an action that answers a reason, a customer keeps the place won by the original action's gain.

    Parameters
    ----------
    pairs
        `customer_id, action, gain, arm` of all chosen customers.
    options
        With `forgone_gain` per customer and action.
    """
    plan = plans.rename({"planned_action": "action"})
    forgone = options.select("customer_id", "action", "forgone_gain")
    won = pl.col("gain") + pl.col("forgone_gain").fill_null(0.0)
    placed = (
        pairs.join(plan, on=["customer_id", "action"], how="left", maintain_order="left")
        .join(forgone, on=["customer_id", "action"], how="left", maintain_order="left")
        .with_columns(place=pl.coalesce("planned_gain", won))
    )
    ordered = placed.sort(["arm", "place", "customer_id"], descending=[True, True, False], nulls_last=True)
    return ordered.drop("forgone_gain", "planned_gain", "place")
