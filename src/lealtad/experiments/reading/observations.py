"""The rows of a read-out, checked: every unit in one arm of the plan, and no exposure before its assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, suggest_name

if TYPE_CHECKING:
    from lealtad.experiments.plan import ExperimentPlan

GLOBAL_HOLDOUT = "global_holdout"
COVARIATE = "covariate "  # before the name of the outcome


def check_observations(rows: pl.DataFrame, plan: ExperimentPlan) -> None:
    """Refuse rows that cannot be read.

    Parameters
    ----------
    rows
        `unit_id, arm`, perhaps `assigned_at, exposed_at` and one column per outcome of the plan.

    Raises
    ------
    DataError
        If a column is missing, an arm is not in the plan, a unit is there twice or in two arms, an arm is empty,
        or a unit was exposed before it was assigned.
    """
    needed = ["unit_id", "arm", plan.primary.name]
    lost = [name for name in needed if name not in rows.columns]
    if lost:
        raise DataError(
            table="observations",
            column=lost[0],
            expected=f"the columns {', '.join(needed)}",
            found="no column of that name",
            fix="Build the rows with lealtad.experiments.outcomes.collect_observations.",
        )
    check_assignments(rows, plan)
    _check_exposures(rows)


def check_assignments(rows: pl.DataFrame, plan: ExperimentPlan) -> None:
    """Refuse assignments to arms that are not in the plan, of a unit to two arms, and empty arms.

    Parameters
    ----------
    rows
        `unit_id, arm`, one row per unit.
    plan
        The plan, whose arms are allowed in addition to the global holdout.

    Raises
    ------
    DataError
        In any of these cases; the message names the first.
    """
    names = [arm.name for arm in plan.arms]
    strange = rows.filter(~pl.col("arm").is_in([*names, GLOBAL_HOLDOUT]).fill_null(value=False))
    if strange.height:
        arm = str(strange["arm"][0])
        raise DataError(
            table="assignments",
            column="arm",
            expected=f"an arm of the plan ({', '.join(names)})",
            found=f"'{arm}' in {strange.height:,} rows",
            fix=suggest_name(arm, names),
        )
    twice = rows.filter(pl.col("unit_id").is_duplicated()).sort("unit_id", "arm")
    if twice.height:
        unit = twice["unit_id"][0]
        arms = twice.filter(pl.col("unit_id") == unit)["arm"].unique().sort().to_list()
        raise DataError(
            table="assignments",
            column="arm",
            expected="every unit once, in one arm",
            found=f"{twice['unit_id'].n_unique():,} units more than once, such as in {' and '.join(arms)}",
            fix="Assign each unit once: lealtad experiment assign keeps the arms that exist.",
        )
    present = set(rows["arm"].unique())
    empty = [name for name in names if name not in present]
    if empty:
        raise DataError(
            table="assignments",
            column="arm",
            expected="units in every arm of the plan",
            found=f"nobody in '{empty[0]}'",
            fix="Assign more units, or take the arm out of the plan with --amend before the start.",
        )


def _check_exposures(rows: pl.DataFrame) -> None:
    if not {"assigned_at", "exposed_at"} <= set(rows.columns):
        return
    early = rows.filter(pl.col("exposed_at") < pl.col("assigned_at"))
    if early.height:
        raise DataError(
            table="touchpoints",
            column="variant",
            expected="exposures after the assignment",
            found=f"{early.height:,} units that saw their variant before they were assigned",
            fix="Run lealtad experiment assign before anything is sent; give another test another touchpoint.",
        )
