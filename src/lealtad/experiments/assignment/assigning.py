"""Enrol customers in an experiment: layers, global holdout, share, arms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.experiments.assignment.arms import assign_arms, draw_share
from lealtad.experiments.assignment.storage import SCHEMA
from lealtad.experiments.reading.observations import GLOBAL_HOLDOUT

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.experiments.plan import ExperimentPlan


@dataclass(frozen=True)
class Enrolment:
    """The outcome of an assignment: new rows, and units that got none.

    Attributes
    ----------
    rows
        New assignments, with the columns of `storage.SCHEMA` but `known_at`.
    already
        Units that had an arm of this experiment.
    busy
        Units of another running experiment of the layer.
    overlapping
        New units that are in a running experiment of another layer too.
    """

    rows: pl.DataFrame
    already: int
    busy: int
    overlapping: int


def enrol(  # noqa: PLR0913 - as the plan, the lake and the moment say
    name: str,
    plan: ExperimentPlan,
    eligible: pl.DataFrame,
    stored: pl.DataFrame,
    *,
    as_of: datetime,
    key: bytes,
) -> Enrolment:
    """Assign an arm to every eligible unit that has none yet.

    Parameters
    ----------
    eligible
        As `find_eligible` returns it.
    stored
        All assignments so far, of every experiment.
    as_of
        The moment of the assignment.

    Raises
    ------
    DataError
        If a unit has two arms already, or nobody is left to enrol and nobody was before.
    """
    own = stored.filter(pl.col("experiment") == name)
    _refuse_two_arms(own)
    running = stored.filter(
        pl.col("experiment") != name, pl.col("ends_at") > as_of, pl.col("arm") != GLOBAL_HOLDOUT
    )
    same_layer = running.filter(pl.col("layer") == plan.layer)
    fresh = eligible.filter(~pl.col("unit_id").is_in(own["unit_id"].unique().implode()))
    busy = pl.col("customer_id").is_in(same_layer["customer_id"].unique().implode()).any().over("unit_id")
    free = fresh.filter(~busy)
    units = _draw_units(name, plan, free, as_of, key)
    rows = free.join(units, on="unit_id").with_columns(
        experiment=pl.lit(name),
        is_control=pl.col("arm").is_in([plan.control, GLOBAL_HOLDOUT]),
        layer=pl.lit(plan.layer),
        ends_at=pl.col("assigned_at") + timedelta(days=max(o.horizon_days for o in plan.outcomes)),
    )
    if rows.is_empty() and own.is_empty():
        raise _build_nobody_error(plan, eligible)
    others = running.filter(pl.col("layer") != plan.layer)["customer_id"].unique()
    overlapping = rows.filter(pl.col("customer_id").is_in(others.implode())).height
    already = eligible["unit_id"].n_unique() - fresh["unit_id"].n_unique()
    return Enrolment(
        rows.select(column for column in SCHEMA if column != "known_at"),
        already,
        fresh["unit_id"].n_unique() - free["unit_id"].n_unique(),
        overlapping,
    )


def _build_nobody_error(plan: ExperimentPlan, eligible: pl.DataFrame) -> DataError:
    return DataError(
        table="customers",
        expected="customers who can take part",
        found=f"{eligible.height:,} eligible, all of them in other experiments of layer '{plan.layer}'"
        if eligible.height
        else "nobody who is active, consents and belongs to the population",
        fix="Wait until those end, choose another layer in the plan, or widen its population.",
    )


def _draw_units(name: str, plan: ExperimentPlan, free: pl.DataFrame, as_of: datetime, key: bytes) -> pl.DataFrame:
    """Return `unit_id, arm` of the units that take part, the global holdout among them."""
    units = free.unique("unit_id", keep="first", maintain_order=True).sort("unit_id")
    is_held_out = draw_share(units["unit_id"], f"global-{as_of:%Y}", plan.global_holdout, key)
    outside = units.filter(is_held_out).select("unit_id", arm=pl.lit(GLOBAL_HOLDOUT))
    open_units = units.filter(~is_held_out)
    taken = open_units.filter(draw_share(open_units["unit_id"], name, plan.share, key))
    arms = assign_arms(taken, name, plan.shares, key, plan.strata)
    return pl.concat([taken.select("unit_id").with_columns(arm=arms), outside])


def _refuse_two_arms(own: pl.DataFrame) -> None:
    twice = own.group_by("customer_id").agg(pl.col("arm").unique().sort()).filter(pl.col("arm").list.len() > 1)
    if twice.height:
        arms = " and ".join(twice.sort("customer_id")["arm"][0])
        raise DataError(
            table="experiments",
            column="arm",
            expected="every customer in one arm",
            found=f"{twice.height:,} customers in two, such as {arms}: their ids turned out to be one person",
            fix="Read the experiment without new assignments; these customers are left out and counted there.",
        )
