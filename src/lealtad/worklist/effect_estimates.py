"""The effect of contacts per customer and action: measured from campaigns, else the playbook's prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experiments.effect import (
    Belief,
    Effect,
    Prior,
    fit_effect,
    list_covariates,
    read_campaign_assignments,
)
from lealtad.worklist.assigned_customers import AssignedCustomers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.playbook import Playbook
    from lealtad.examples.features import CompanyProfile
    from lealtad.lake import Lake
    from lealtad.worklist.night import Night

_DRAWS = 1_000
_SAME_DAY = 1 - 1e-6  # days: only the midnight before an assignment is this near


def measure_effect(
    lake: Lake,
    definition: ModelDefinition,
    playbook: Playbook,
    predict: Callable[[pl.DataFrame], pl.Series],
    company: CompanyProfile | None = None,
) -> Effect:
    """Estimate the effect of contacts from the company's campaigns; without campaigns, use the playbook's priors.

    Parameters
    ----------
    predict
        Returns the probability of churn of rows with `customer_id` and features, by a model that learned neither
        from treated customers nor from the customer itself.
    company
        The company whose features the lake holds; None for one without promises, hours or own features.

    Notes
    -----
    Every assignment whose outcome is known counts, with the customer's features on the day of the assignment.
    """
    prior = Prior({action.name: Belief(action.saves.mean, action.saves.spread) for action in playbook.actions})
    if not lake.has("interventions"):
        return Effect(prior)
    scored, assigned = [], AssignedCustomers(lake, definition, company)
    for bucket in lake.buckets:
        for rows in assigned.compute_rows(bucket):
            if not rows.is_empty():
                columns = [
                    "customer_id",
                    "as_of",
                    "observed",
                    "probability",
                    *sorted(_list_covariate_columns(rows.columns)),
                ]
                scored.append(rows.with_columns(predict(rows).alias("probability")).select(columns))
    if not scored:
        return Effect(prior)
    awaited = definition.label.lead_days + definition.label.horizon_days
    return fit_effect(
        read_campaign_assignments(lake, pl.concat(scored), latest_days=_SAME_DAY, awaited_days=awaited), prior
    )


def effect_columns(lake: Lake, effect: Effect) -> set[str]:
    """Return the features that the effect of a contact depends on."""
    return set() if not effect.is_fitted else _list_covariate_columns(lake.columns("features"))


def estimate_saved(night: Night, playbook: Playbook, effect: Effect) -> pl.DataFrame | None:
    """Return the effect of each action on each customer, as `compute_expected_gain` takes it; None if unmeasured.

    Without measurements the priors of the playbook apply, which the company can change without training.
    """
    if not effect.is_fitted:
        return None
    scored = night.candidates.drop_nulls("probability")
    return pl.concat(
        effect.estimate_saved(scored, action.name).with_columns(pl.lit(action.name).alias("action"))
        for action in playbook.actions
    )


def draw_gammas(night: Night, rows: pl.DataFrame, effect: Effect) -> NDArray[np.float64] | None:
    """Return draws of γ for each row of a list, draws × rows; None if all effects are assumed.

    Promises use them: an error in an effect affects all similar customers in the same way.
    """
    if not effect.is_fitted or rows.is_empty():
        return None
    listed = rows.select("customer_id", "action").with_row_index("row")
    described = listed.join(night.candidates, on="customer_id", how="left", maintain_order="left")
    gammas = np.empty((_DRAWS, rows.height))
    for (action,), part in described.group_by("action", maintain_order=True):
        gammas[:, part["row"].to_numpy()] = effect.draw_gammas(part, str(action), _DRAWS)
    return gammas


def _list_covariate_columns(given: Collection[str]) -> set[str]:
    """Return the columns that the covariates of an effect are computed from."""
    return {name for covariate in list_covariates(given) for name in covariate.value.meta.root_names()}
