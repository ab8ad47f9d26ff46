"""Assignments in the lake: one row per customer and experiment, kept with everything else of the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.base.instants import INSTANT
from lealtad.lake import start_draft

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

EXPERIMENTS = "experiments"
SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "experiment": pl.String,
    "customer_id": pl.String,
    "unit_id": pl.String,
    "arm": pl.String,
    "is_control": pl.Boolean,
    "layer": pl.String,
    "assigned_at": INSTANT,
    "ends_at": INSTANT,
    "segment": pl.String,
    "country": pl.String,
    "language": pl.String,
    "known_at": INSTANT,
}


def store_assignments(lake: Lake, rows: pl.DataFrame) -> Lake:
    """Add assignments to the lake, in one commit.

    Parameters
    ----------
    rows
        With the columns of `SCHEMA` but `known_at`: an assignment is known from its own moment on.
    """
    with start_draft(lake) as draft:
        draft.append(EXPERIMENTS, rows.with_columns(known_at="assigned_at").select(*SCHEMA))
    return draft.lake


def read_assignments(lake: Lake, experiment: str | None = None, as_of: datetime | None = None) -> pl.DataFrame:
    """Return assignments, those of one experiment or all; none if nothing was assigned.

    Ids that were found to be one customer are one: such a customer can have two rows, and two arms.

    Parameters
    ----------
    as_of
        Only what was known before; None: all.
    """
    if not lake.has(EXPERIMENTS):
        return pl.DataFrame(schema=SCHEMA)
    where = pl.lit(value=True) if experiment is None else pl.col("experiment") == experiment
    rows = lake.read(EXPERIMENTS, where=where, as_of=as_of)
    return rows.select(*SCHEMA).sort("experiment", "customer_id", "assigned_at")


def check_started(lake: Lake, experiment: str) -> pl.DataFrame:
    """Return the assignments of an experiment.

    Raises
    ------
    LakeError
        If nobody was assigned.
    """
    rows = read_assignments(lake, experiment)
    if rows.is_empty():
        raise LakeError(
            path=lake.root,
            expected=f"assignments of experiment '{experiment}'",
            found="none",
            fix=f"Run lealtad experiment assign {experiment} first.",
        )
    return rows


def find_held_back(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the customers whom running experiments keep from any contact: controls and the global holdout.

    Returns
    -------
    `customer_id`, each once, sorted.
    """
    controls = _select_running(lake, as_of).filter("is_control")
    return controls.select("customer_id").unique().sort("customer_id")


def list_arms(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the treated arms of running experiments, one row per customer.

    Returns
    -------
    `customer_id, experiments`: "welcome: B", several joined by commas; sorted.
    """
    running = _select_running(lake, as_of).filter(~pl.col("is_control")).sort("customer_id", "experiment")
    named = pl.format("{}: {}", "experiment", "arm")
    return running.group_by("customer_id", maintain_order=True).agg(named.str.join(", ").alias("experiments"))


def _select_running(lake: Lake, as_of: datetime) -> pl.DataFrame:
    rows = read_assignments(lake)
    # lists are made at the moment of assignment too, so that no night slips between the two
    return rows.filter(pl.col("assigned_at") <= as_of, pl.col("ends_at") > as_of)
