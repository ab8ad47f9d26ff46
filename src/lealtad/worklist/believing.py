"""What a contact is believed to save, per customer and action: measured where campaigns were, else assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad import dataset
from lealtad.campaigns import Beta, Effect, Prior, assignments, covariates, fit_effect
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from lealtad.definition import Definition
    from lealtad.lake import Lake
    from lealtad.playbook import Playbook
    from lealtad.worklist.night import Night

_DRAWS = 1_000


def measure_effect(
    lake: Lake, definition: Definition, playbook: Playbook, predict: Callable[[pl.DataFrame], pl.Series]
) -> Effect:
    """Learn from the company's campaigns whom a contact saves; the playbook's priors where there were none.

    Parameters
    ----------
    predict
        Returns the probability of leaving of rows of features, by a model that learned from nobody treated.

    Notes
    -----
    Assignments are seen in the state of their customer at the last date of training or test at or before them.
    """
    prior = Prior({one.name: Beta(one.saves.alpha, one.saves.beta) for one in playbook.actions})
    if not lake.has("interventions"):
        return Effect(prior)
    split = definition.timeline(end_of_data(lake)).split(definition.dates.train, definition.dates.test)
    met = lake.read("interventions", columns=["customer_id"]).unique()
    scored = []
    for bucket in lake.buckets:
        rows = dataset.living(lake, definition, [*split.train, *split.test], bucket)
        theirs = rows.join(met, on="customer_id", how="semi", maintain_order="left")
        if not theirs.is_empty():
            kept = ["customer_id", "as_of", "observed", "probability", *sorted(_hangs_on(theirs.columns))]
            scored.append(theirs.with_columns(predict(theirs).alias("probability")).select(kept))
    return fit_effect(assignments(lake, pl.concat(scored)), prior) if scored else Effect(prior)


def effect_columns(lake: Lake, effect: Effect) -> set[str]:
    """Return the features that the effect of a contact hangs on."""
    return set() if effect.basis == "prior" else _hangs_on(lake.columns("features"))


def saved_by_action(night: Night, playbook: Playbook, effect: Effect) -> pl.DataFrame | None:
    """Return `customer_id, action, saved, saved_low, saved_high, saved_basis`; None where nothing was measured.

    Then the priors of the playbook are all there is: they are the company's to change without a training.
    """
    if effect.basis == "prior":
        return None
    scored = night.candidates.drop_nulls("probability")
    return pl.concat(
        effect.saved(scored, one.name).with_columns(pl.lit(one.name).alias("action")) for one in playbook.actions
    )


def drawn(night: Night, rows: pl.DataFrame, effect: Effect) -> NDArray[np.float64] | None:
    """Return γ of each row of a list in draws of what is not known of it, draws × rows; None where all is assumed.

    What a promise rests on: an effect that is misjudged is misjudged for all customers who are alike.
    """
    if effect.basis == "prior" or rows.is_empty():
        return None
    listed = rows.select("customer_id", "action").with_row_index("row")
    known = listed.join(night.candidates, on="customer_id", how="left", maintain_order="left")
    found = np.empty((_DRAWS, rows.height))
    for (action,), part in known.group_by("action", maintain_order=True):
        found[:, part["row"].to_numpy()] = effect.draws(part, str(action), _DRAWS)
    return found


def _hangs_on(given: Collection[str]) -> set[str]:
    """Return those of some features that covariates of an effect are made of."""
    return {name for one in covariates(given) for name in one.value.meta.root_names()}
