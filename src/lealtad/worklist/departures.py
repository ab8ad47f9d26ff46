"""Departures: why a customer of the previous list is no longer on this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.worklist.absences import NOT_SELECTED, explain_absences

if TYPE_CHECKING:
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night

LEFT = ("resolved", "displaced", "restrained", "gone")
_GONE = ("gone", "not_scored", "no_value")
_RESOLVED = ("negative_uplift", "no_action")


def explain_departures(night: Night, decision: Decision) -> pl.DataFrame:
    """Return who was on the last list and is not on this one, and why.

    Returns
    -------
    `customer_id, previous_rank, owner, change, why`, in the order of the last list. `change` is `resolved` (no
    action is worth a contact any more), `displaced` (not selected tonight: others gain more, or were drawn),
    `restrained` (skipped for now) or `gone` (no longer a customer with score and value); `why` is the exact code.
    Customers below the cut, not drawn, or held out get one answer, as in `explain_absences`.
    """
    before = night.previous.filter(pl.col("arm") == "treated").drop_nulls("rank").sort("rank")
    departed = before.join(decision.worklist_rows, on="customer_id", how="anti", maintain_order="left")
    absent = explain_absences(night, decision)
    explained = (
        departed.select("customer_id", "owner", previous_rank="rank")
        .join(absent, on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col("why").fill_null("gone"))
    )
    return explained.select("customer_id", "previous_rank", "owner", _choose_change(), "why")


def _choose_change() -> pl.Expr:
    why = pl.col("why")
    return (
        pl.when(why.is_in(_GONE))
        .then(pl.lit("gone"))
        .when(why.is_in(_RESOLVED))
        .then(pl.lit("resolved"))
        .when(why == NOT_SELECTED)
        .then(pl.lit("displaced"))
        .otherwise(pl.lit("restrained"))
        .alias("change")
    )
