"""From a night to a list: whom to contact, with what, and who is held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake import hash_content
from lealtad.worklist.allocation import allocate, choose_from_holdout
from lealtad.worklist.campaign_arms import ELSEWHERE
from lealtad.worklist.exploration import draw_exploration
from lealtad.worklist.gain import compute_expected_gain, drop_resting_actions, find_missing_inputs
from lealtad.worklist.holdout import assign_holdout
from lealtad.worklist.quadrant import assign_quadrant
from lealtad.worklist.reason_answers import compute_forgone_gain, prefer_answers
from lealtad.worklist.skipped_customers import find_skipped
from lealtad.worklist.stability import favour_last_list
from lealtad.worklist.stored_lists import SCHEMA

if TYPE_CHECKING:
    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation import Allocation
    from lealtad.worklist.allocation.allocation import Eligible
    from lealtad.worklist.night import Night
    from lealtad.worklist.reason_answers import ToldApart

_DIGITS = 12
_OPEN = {"customer_id": pl.String, "best": pl.Float64, "gain": pl.Float64, "held_out": pl.Boolean}


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
    open
        `customer_id, best, gain, held_out` of everybody with an action: the most that any gains, the most of
        those they may get now (null: none), and whether a campaign holds them out.
    """

    rows: pl.DataFrame
    restrained: pl.DataFrame
    lacking: pl.DataFrame
    allocation: Allocation
    open: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_OPEN))

    @property
    def worklist_rows(self) -> pl.DataFrame:
        """The rows that the team works."""
        return self.rows.filter(pl.col("arm") == "treated")


def are_distinct(action: str, other: str) -> bool:
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
    told_apart: ToldApart = are_distinct,
) -> Decision:
    """Decide a list.

    Everybody goes through the same: what each action would bring, who is to be left alone, who rests from an
    action. Then those who may be contacted are parted from the holdout: by the arm they have from earlier lists,
    else by the lot of the campaign. Whom another campaign holds out is in neither. A few are drawn by lot, the
    others are allocated the actions that gain most; of the holdout those are noted who would have been chosen by
    the same cut.

    Parameters
    ----------
    saved
        What an action is believed to save, per customer and action, as `gain.compute_expected_gain` takes it;
        None takes the priors of the playbook.
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
    options = compute_expected_gain(candidates.drop_nulls("probability"), playbook, saved)
    left_alone = find_skipped(candidates, playbook, night.as_of, options)
    may_get = _exclude(
        drop_resting_actions(options, night.contacts, playbook, night.as_of),
        left_alone.filter(pl.col("restraint") != "negative_uplift"),
    )
    elsewhere = night.lasting_arms.filter(pl.col("arm") == ELSEWHERE)
    open_to = _exclude(may_get, elsewhere)
    is_held_out = assign_holdout(open_to["customer_id"], campaign, playbook.holdout_share, key, night.lasting_arms)
    barred = pl.concat([elsewhere["customer_id"], open_to.filter(is_held_out)["customer_id"]])
    list_id = _compute_list_id(night, playbook, options)
    # to be drawn by lot it is no hindrance that a contact is believed to bring nothing: that is to be learned
    drawn = draw_exploration(open_to.filter(~is_held_out), playbook, list_id, key)
    worth_it = _exclude(open_to.with_columns(held=is_held_out), left_alone)
    free, holdout = (worth_it.filter(pl.col("held") == arm).drop("held") for arm in (False, True))
    rest, beside = (_add_weights(rows, night, playbook, told_apart) for rows in (_exclude(free, drawn), holdout))
    taken = dict(drawn.group_by("action").len().iter_rows())
    allocation = allocate(rest, playbook, eligible, taken=taken)
    would_be = choose_from_holdout(beside, allocation, eligible)
    pairs = _concatenate_arms(
        (allocation.chosen, "treated", False), (drawn, "treated", True), (would_be, "holdout", False)
    )
    # customers drawn at random were not chosen for a reason
    costs = compute_forgone_gain(_exclude(open_to, drawn), playbook, told_apart)
    priced = options.join(costs, on=["customer_id", "action"], how="left")
    rows = _add_list_columns(pairs, priced, night, playbook).with_columns(
        list_id=pl.lit(list_id), campaign_id=pl.lit(campaign), kpi_version=pl.lit(kpi_version)
    )
    reach = _summarize_open_customers(options, may_get, barred)
    return Decision(rows.select(*SCHEMA), left_alone, find_missing_inputs(candidates), allocation, reach)


def _concatenate_arms(*arms: tuple[pl.DataFrame, str, bool]) -> pl.DataFrame:
    return pl.concat(
        frame.select("customer_id", "action", "gain").with_columns(arm=pl.lit(arm), explored=pl.lit(value=by_lot))
        for frame, arm, by_lot in arms
    )


def _summarize_open_customers(options: pl.DataFrame, open_to: pl.DataFrame, barred: pl.Series) -> pl.DataFrame:
    """Return by customer the most that any action gains, the most of those they may get now, and who is barred."""
    best = options.group_by("customer_id").agg(best=pl.col("gain").max())
    now = open_to.group_by("customer_id").agg(gain=pl.col("gain").max())
    joined = best.join(now, on="customer_id", how="left").sort("customer_id")
    return joined.with_columns(held_out=pl.col("customer_id").is_in(barred.implode())).select(*_OPEN)


def _add_weights(options: pl.DataFrame, night: Night, playbook: Playbook, told_apart: ToldApart) -> pl.DataFrame:
    """Add the weight by which an allocation compares: gain, the place on the last list, and reasons answered."""
    favour = favour_last_list(options, night.previous["customer_id"], playbook.hysteresis)
    return prefer_answers(favour, playbook, told_apart)


def _exclude(options: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    return options.join(customers.select("customer_id"), on="customer_id", how="anti", maintain_order="left")


def _add_list_columns(
    pairs: pl.DataFrame, options: pl.DataFrame, night: Night, playbook: Playbook
) -> pl.DataFrame:
    """Add to who gets what all that the list keeps of it, in its order."""
    how = pl.DataFrame(
        [(action.name, action.owner, action.channel) for action in playbook.actions],
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
        .with_columns(assign_quadrant(playbook), pl.col("gain").alias("expected_gain"))
    )


def _compute_list_id(night: Night, playbook: Playbook, options: pl.DataFrame) -> str:
    """Name a list after what it was made of, so that the same list is never two lists."""
    # where the list is sent to makes no other list
    rules = playbook.model_dump_json(exclude={"sink"})
    digest = hashlib.sha256(f"{night.as_of.isoformat()}\n{rules}\n".encode())
    for frame in (night.candidates, options, night.previous.select("customer_id", "rank"), night.lasting_arms):
        digest.update(hash_content(frame.sort(frame.columns[:2])).encode())
    return digest.hexdigest()[:_DIGITS]
