"""From a night to a list: whom to contact, with what, and who is held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake import content_hash
from lealtad.worklist.allocation import allocate, would_be_chosen
from lealtad.worklist.answering import answer_first, forgone
from lealtad.worklist.exploration import explored
from lealtad.worklist.gain import expected_gain, lacking, rested
from lealtad.worklist.holdout import held_out
from lealtad.worklist.listed import SCHEMA
from lealtad.worklist.quadrant import quadrant
from lealtad.worklist.restraint import restrained
from lealtad.worklist.stability import favoured

if TYPE_CHECKING:
    from lealtad.playbook import Playbook
    from lealtad.worklist.allocation import Allocation
    from lealtad.worklist.allocation.allocating import Eligible
    from lealtad.worklist.answering import ToldApart
    from lealtad.worklist.night import Night

_DIGITS = 12


@dataclass(frozen=True)
class Decision:
    """A list, and what it was decided by.

    Attributes
    ----------
    rows
        One row per customer on the list or held out of it, with the columns of `listed.SCHEMA`; first to contact
        first, the holdout last.
    restrained
        `customer_id, restraint`: who is left alone, and why.
    lacking
        `customer_id, lacks`: whose gain nobody can tell.
    allocation
        How good the list is, and what more capacity would bring.
    """

    rows: pl.DataFrame
    restrained: pl.DataFrame
    lacking: pl.DataFrame
    allocation: Allocation

    @property
    def listed(self) -> pl.DataFrame:
        """The rows that the team works."""
        return self.rows.filter(pl.col("arm") == "treated")


def by_gain(action: str, other: str) -> bool:
    """Take every two actions as told apart, so that gain alone decides."""
    return action != other


def decide(  # noqa: PLR0913 - what a list is decided by
    night: Night,
    playbook: Playbook,
    *,
    saved: pl.DataFrame | None,
    key: bytes,
    kpi_version: str,
    eligible: Eligible | None = None,
    told_apart: ToldApart = by_gain,
) -> Decision:
    """Decide a list.

    Everybody goes through the same: what each action would bring, who is to be left alone, who rests from an
    action. Then the lot of the campaign parts those who may be contacted from the holdout. A few are drawn by
    lot, the others are allocated the actions that gain most; of the holdout those are noted who would have been
    chosen by the same cut.

    Parameters
    ----------
    saved
        What an action is believed to save, per customer and action, as `gain.expected_gain` takes it; None takes
        the priors of the playbook.
    key
        Of the lots.
    kpi_version
        Which definitions of KPIs were in force.
    eligible
        Keeps of pairs `customer_id, action` those whose action answers a reason of the customer.
    told_apart
        Says of two actions whether campaigns know which saves more; where they do not, the one that answers the
        customer's reason goes first.
    """
    candidates, campaign = night.candidates, playbook.campaign_id(night.as_of)
    options = expected_gain(candidates.drop_nulls("probability"), playbook, saved)
    left_alone = restrained(candidates, playbook, night.as_of, options)
    open_to = rested(options, night.contacts, playbook, night.as_of).join(
        left_alone.filter(pl.col("restraint") != "negative_uplift"),
        on="customer_id",
        how="anti",
        maintain_order="left",
    )
    held = held_out(open_to["customer_id"], campaign, playbook.holdout_share, key)
    list_id = _list_id(night, playbook, options)
    # to be drawn by lot it is no hindrance that a contact is believed to bring nothing: that is to be learned
    drawn = explored(open_to.filter(~held), playbook, list_id, key)
    worth_it = _without(open_to.with_columns(held=held), left_alone)
    free, holdout = (worth_it.filter(pl.col("held") == arm).drop("held") for arm in (False, True))
    rest = _weighed(_without(free, drawn), night, playbook, told_apart)
    taken = dict(drawn.group_by("action").len().iter_rows())
    allocation = allocate(rest, playbook, eligible, taken=taken)
    beside = would_be_chosen(_weighed(holdout, night, playbook, told_apart), allocation, eligible)
    arms = [
        (allocation.chosen, "treated", False),
        (drawn, "treated", True),
        (beside, "holdout", False),
    ]
    pairs = pl.concat(
        frame.select("customer_id", "action", "gain").with_columns(arm=pl.lit(arm), explored=pl.lit(value=by_lot))
        for frame, arm, by_lot in arms
    )
    # who was drawn by lot was not chosen for a reason
    costs = forgone(_without(open_to, drawn), playbook, told_apart)
    rows = _described(pairs, options.join(costs, on=["customer_id", "action"], how="left"), night, playbook)
    rows = rows.with_columns(
        list_id=pl.lit(list_id), campaign_id=pl.lit(campaign), kpi_version=pl.lit(kpi_version)
    )
    return Decision(rows.select(*SCHEMA), left_alone, lacking(candidates), allocation)


def _weighed(options: pl.DataFrame, night: Night, playbook: Playbook, told_apart: ToldApart) -> pl.DataFrame:
    """Add the weight by which an allocation compares: gain, the place on the last list, and reasons answered."""
    favour = favoured(options, night.previous["customer_id"], playbook.hysteresis)
    return answer_first(favour, playbook, told_apart)


def _without(options: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    return options.join(customers.select("customer_id"), on="customer_id", how="anti", maintain_order="left")


def _described(pairs: pl.DataFrame, options: pl.DataFrame, night: Night, playbook: Playbook) -> pl.DataFrame:
    """Add to who gets what all that the list keeps of it, in its order."""
    how = pl.DataFrame(
        [(one.name, one.owner, one.channel) for one in playbook.actions],
        schema=["action", "owner", "channel"],
        orient="row",
    )
    listed = pl.col("arm") == "treated"
    ordered = pairs.sort(["arm", "gain", "customer_id"], descending=[True, True, False], nulls_last=True)
    ranked = ordered.with_columns(rank=pl.when(listed).then(listed.cum_sum().cast(pl.Int64)))
    return (
        ranked.join(options.drop("gain"), on=["customer_id", "action"], how="left", maintain_order="left")
        .join(how, on="action", how="left", maintain_order="left")
        .join(night.candidates, on="customer_id", how="left", maintain_order="left")
        .with_columns(quadrant(playbook), pl.col("gain").alias("expected_gain"))
    )


def _list_id(night: Night, playbook: Playbook, options: pl.DataFrame) -> str:
    """Name a list after what it was made of, so that the same list is never two lists."""
    # where the list is sent to makes no other list
    rules = playbook.model_dump_json(exclude={"sink"})
    told = hashlib.sha256(f"{night.as_of.isoformat()}\n{rules}\n".encode())
    for frame in (night.candidates, options, night.previous.select("customer_id", "rank")):
        told.update(content_hash(frame.sort(frame.columns[:2])).encode())
    return told.hexdigest()[:_DIGITS]
