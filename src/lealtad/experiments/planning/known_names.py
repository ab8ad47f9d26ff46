"""Checks that names in a plan exist in the company's data; errors name the nearest one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from lealtad.experiments.plan import ExperimentPlan
    from lealtad.lake import Lake


def check_names(lake: Lake, plan: ExperimentPlan) -> None:
    """Refuse columns, groups and touchpoints that do not occur in the lake.

    Otherwise a misspelt segment would empty the population, and a misspelt touchpoint would measure 0 for all.

    Raises
    ------
    SettingsError
        If one does not occur; the message names the first.
    """
    columns = lake.columns("customers")
    for key, names in (
        ("strata", plan.strata),
        ("segments", plan.segments),
        ("population", plan.population.groups),
    ):
        for name in names:
            if name not in columns:
                raise SettingsError(
                    place=f"plan, {key}",
                    expected=f"customers with a column {name}",
                    found="none in the lake",
                    fix="Load it with the customers, or take it out of the plan.",
                )
    for name, values in plan.population.groups.items():
        values_there = lake.read("customers", columns=["customer_id", name])[name].drop_nulls().unique().sort()
        _check(f"plan, population of column {name}", values, values_there.to_list())
    places = [outcome.touchpoint for outcome in plan.outcomes if outcome.touchpoint is not None]
    if places and lake.has("touchpoints"):
        values_there = (
            lake.read("touchpoints", columns=["customer_id", "touchpoint"])["touchpoint"].unique().sort()
        )
        _check("plan, touchpoint of an outcome", places, values_there.to_list())


def _check(place: str, names: Collection[str], values_there: Collection[str]) -> None:
    strange = [name for name in names if name not in values_there]
    if strange:
        raise SettingsError(
            place=place,
            expected="a value that the data hold",
            found=f"'{strange[0]}'",
            fix=suggest_name(strange[0], values_there),
        )
