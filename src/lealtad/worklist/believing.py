"""What a contact is believed to save, per customer and action: measured where campaigns were, else assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.campaigns import covariates

if TYPE_CHECKING:
    from lealtad.campaigns import Effect
    from lealtad.lake import Lake
    from lealtad.playbook import Playbook
    from lealtad.worklist.night import Night


def effect_columns(lake: Lake, effect: Effect) -> set[str]:
    """Return the features that the effect of a contact hangs on."""
    if effect.basis == "prior":
        return set()
    given = lake.columns("features")
    return {name for one in covariates(given) for name in one.value.meta.root_names()}


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
