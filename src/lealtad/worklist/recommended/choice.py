"""Choosing customers to recommend a product to: those without another action, each their best product."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.recommending.intervals import EARLY
from lealtad.sources.contract.recommended import express_action, recommends
from lealtad.worklist.campaign_arms import find_lasting_arms
from lealtad.worklist.holdout import assign_holdout
from lealtad.worklist.quadrant import assign_quadrant
from lealtad.worklist.recommended.stored import SCHEMA

if TYPE_CHECKING:
    from lealtad.company.playbook import Playbook
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night

KIND = "recommend"
AWAITED_DAYS = 28  # days in which a purchase is awaited
_AT_RISK = "at_risk_non_promoter"
_LONGEST_ID = 30  # characters; the desk allows 40 for the code of an action


def choose_recommendations(  # noqa: PLR0913, PLR0917 - what recommendations are chosen by
    night: Night, decision: Decision, offers: pl.DataFrame, past: pl.DataFrame, playbook: Playbook, key: bytes
) -> pl.DataFrame:
    """Choose the customers to recommend a product to, and their holdout.

    Keeping customers comes before selling. No product is recommended to customers with an action tonight or an
    awaited campaign outcome. The same holds for customers who are skipped, held out, or at risk and not promoters.
    The others are assigned to arms by a separate random draw. The treated customers with the highest gain get the
    remaining budget and capacities of the day. The holdout is chosen by the same cut.

    Parameters
    ----------
    offers
        As `lealtad.recommending.files.read_offers` returns them, of this night; guards have been applied.
    past
        Rows of earlier lists, as `read_recommended` returns them.
    key
        Secret key of the random draws.

    Returns
    -------
    The columns of `stored.SCHEMA` without the list's name; the treated first, best first, then the holdout.
    `expected_gain` is the margin of the purchases it causes, minus the cost of the contact.
    """
    campaign_id = playbook.campaign_id(night.as_of, KIND)
    open_offers = _find_best_offers(offers, playbook).join(
        _list_open_customers(night, decision, playbook, key), on="customer_id", how="semi", maintain_order="left"
    )
    arms = find_lasting_arms(past, campaign_id, night.as_of, AWAITED_DAYS)
    is_held_out = assign_holdout(
        open_offers["customer_id"], campaign_id, playbook.recommend.holdout_share, key, arms
    )
    ordered = open_offers.with_columns(held_out=is_held_out)
    places = _count_places(decision, playbook)
    treated = ordered.filter(~pl.col("held_out"))
    chosen = treated.head(places)
    # as in the allocation, the best customer left out defines the cut; without a cut everyone with a gain is in
    cut = treated["expected_gain"][places] if treated.height > places else 0.0
    beside = ordered.filter(pl.col("held_out") & (pl.col("expected_gain") > cut)) if places else ordered.clear()
    listed = pl.concat([chosen.with_columns(arm=pl.lit("treated")), beside.with_columns(arm=pl.lit("holdout"))])
    first, is_listed = decision.worklist_rows.height, pl.col("arm") == "treated"
    action = playbook.recommend
    whole = listed.with_columns(
        list_id=pl.lit(None, pl.String),
        as_of=pl.lit(night.as_of),
        campaign_id=pl.lit(campaign_id),
        explored=pl.lit(value=False),
        rank=pl.when(is_listed).then(first + is_listed.cum_sum().cast(pl.Int64)),
        action=express_action(pl.col("product_id")),
        owner=pl.lit(action.owner),
        channel=pl.lit(action.channel),
    )
    return whole.select(
        pl.col(name).cast(kind) if name in whole.columns else pl.lit(None, kind).alias(name)
        for name, kind in SCHEMA.items()
    )


def _find_best_offers(offers: pl.DataFrame, playbook: Playbook) -> pl.DataFrame:
    """Return each customer's offer with the highest gain after the cost of the contact, best first.

    The product must be due, overdue or new to the customer, not just bought.
    """
    gain = pl.col("expected_gain") - playbook.recommend.contact_cost
    worth = offers.with_columns(expected_gain=gain).filter(
        pl.col("expected_gain") > 0,
        pl.col("product_id").str.len_chars() <= _LONGEST_ID,
        pl.col("timing").ne_missing(EARLY),
    )
    ordered = worth.sort(["expected_gain", "customer_id", "task", "rank"], descending=[True, False, False, False])
    return ordered.unique("customer_id", keep="first", maintain_order=True)


def _list_open_customers(night: Night, decision: Decision, playbook: Playbook, key: bytes) -> pl.DataFrame:
    """Return the customers to whom a product may be recommended tonight."""
    scored = night.candidates.drop_nulls("probability").with_columns(assign_quadrant(playbook))
    at_risk = pl.col("probability") >= playbook.quadrant.at_risk
    unhappy = (pl.col("quadrant") == _AT_RISK) | (at_risk & pl.col("quadrant").is_null())
    calm = scored.filter(~unhappy)
    held_out = assign_holdout(
        calm["customer_id"],
        playbook.campaign_id(night.as_of),
        playbook.holdout_share,
        key,
        night.lasting_arms,
    )
    since = night.as_of - timedelta(days=playbook.recommend.cooling_off_days)
    resting = night.contacts.filter(
        recommends(night.contacts.columns), pl.col("contacted_at").is_between(since, night.as_of, closed="left")
    )
    busy = [
        decision.rows.select("customer_id"),
        # a contact without an expected effect on churn may still sell
        decision.skipped.filter(pl.col("restraint") != "negative_uplift").select("customer_id"),
        night.lasting_arms.filter("awaited").select("customer_id"),
        resting.select("customer_id"),
    ]
    return calm.filter(~held_out).select("customer_id").join(pl.concat(busy), on="customer_id", how="anti")


def _count_places(decision: Decision, playbook: Playbook) -> int:
    """Return the number of contacts that all limits leave for recommendations."""
    action, listed = playbook.recommend, decision.worklist_rows
    places = [action.capacity_per_day]
    for limits, column, name in (
        (playbook.owners, "owner", action.owner),
        (playbook.channels, "channel", action.channel),
    ):
        if name in limits:
            places.append(limits[name] - listed.filter(pl.col(column) == name).height)
    if playbook.budget_cents is not None and action.cost_cents:
        costs = {each.name: each.cost_cents for each in playbook.actions}
        spent = sum(costs[name] for name in listed["action"])
        places.append((playbook.budget_cents - spent) // action.cost_cents)
    return max(min(places), 0)
