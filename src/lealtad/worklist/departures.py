"""Departures: why a customer of the previous list is no longer on this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night

# the holdout has a word, and no place in any file
LEFT = ("resolved", "displaced", "held_out", "restrained", "gone")
_GONE = ("gone", "not_scored", "no_value")
_RESOLVED = ("negative_uplift", "no_action")


def explain_departures(night: Night, decision: Decision) -> pl.DataFrame:
    """Return who was on the last list and is not on this one, and why.

    Returns
    -------
    `customer_id, previous_rank, owner, change, why`, in the order of the last list. `change` is `resolved` (no
    action is worth a contact any more: the reason is gone), `displaced` (a contact is still worth it, others gain
    more), `held_out` (drawn by a new campaign), `restrained` (skipped for now) or `gone` (no longer a
    customer who can be scored and valued); `why` is the code beneath it.
    """
    before = night.previous.filter(pl.col("arm") == "treated").drop_nulls("rank").sort("rank")
    departed = before.join(decision.worklist_rows, on="customer_id", how="anti", maintain_order="left")
    scored = night.candidates.select("customer_id", scored=pl.col("probability").is_not_null())
    joined = departed.select("customer_id", "owner", previous_rank="rank")
    for part in (scored, decision.skipped, decision.lacking, decision.open):
        joined = joined.join(part, on="customer_id", how="left", maintain_order="left")
    explained = joined.with_columns(why=_choose_cause())
    return explained.select("customer_id", "previous_rank", "owner", _choose_change(), "why")


def _choose_cause() -> pl.Expr:
    restrained = pl.col("restraint").ne_missing("negative_uplift")
    codes = (
        ("gone", pl.col("scored").is_null()),
        ("not_scored", ~pl.col("scored")),
        (pl.col("restraint"), restrained & pl.col("restraint").is_not_null()),
        ("no_value", pl.col("lacks").is_not_null()),
        ("no_action", pl.col("held_out").is_null()),
        ("negative_uplift", (pl.col("restraint") == "negative_uplift") | ~(pl.col("best") > 0)),
        ("held_out", pl.col("held_out")),
        ("cooling_off", ~(pl.col("gain") > 0).fill_null(value=False)),
    )
    causes = [pl.when(holds).then(pl.lit(code) if isinstance(code, str) else code) for code, holds in codes]
    return pl.coalesce(*causes, pl.lit("others_first"))


def _choose_change() -> pl.Expr:
    why = pl.col("why")
    return (
        pl.when(why.is_in(_GONE))
        .then(pl.lit("gone"))
        .when(why.is_in(_RESOLVED))
        .then(pl.lit("resolved"))
        .when(why == "held_out")
        .then(pl.lit("held_out"))
        .when(why == "others_first")
        .then(pl.lit("displaced"))
        .otherwise(pl.lit("restrained"))
        .alias("change")
    )
