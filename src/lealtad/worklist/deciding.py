"""Deciding a list: whom to contact, with which action, and who is held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake import hash_content
from lealtad.worklist.allocation import choose_from_holdout
from lealtad.worklist.campaign_arms import ELSEWHERE
from lealtad.worklist.decision import OPEN, Decision
from lealtad.worklist.exploration import draw_exploration
from lealtad.worklist.gain import drop_resting_actions, find_missing_inputs, has_values, price_options
from lealtad.worklist.holdout import assign_holdout
from lealtad.worklist.quadrant import assign_quadrant
from lealtad.worklist.reason_allocation import allocate_with_answers
from lealtad.worklist.reason_answers import are_distinct, find_answers
from lealtad.worklist.skipped_customers import find_skipped
from lealtad.worklist.stability import favour_last_list
from lealtad.worklist.sticky_plans import find_plans, keep_planned_actions, order_by_plan
from lealtad.worklist.stored_lists import SCHEMA

if TYPE_CHECKING:
    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.allocation import Eligible
    from lealtad.worklist.night import Night
    from lealtad.worklist.reason_answers import Distinguishes

_DIGITS = 12
_PAIR = ("customer_id", "action")
_GAINS = (*_PAIR, "gain")
_IN_MONEY = ("expected_gain", "forgone_gain")


def decide(  # noqa: PLR0913 - what a list is decided by
    night: Night,
    playbook: Playbook,
    *,
    saved: pl.DataFrame | None,
    key: bytes,
    kpi_version: str,
    eligible: Eligible | None = None,
    distinguishes: Distinguishes = are_distinct,
) -> Decision:
    """Decide a list: whom to contact, with which action, and who is held out.

    All customers pass the same steps. First, the gain of each action is computed, and customers to skip and
    recently used actions are excluded. Then arms are assigned: a customer keeps the arm of earlier lists;
    otherwise the campaign's random draw assigns one. A customer held out by another campaign is in neither arm. A
    few of the treated are drawn at random; the others are allocated the actions with the highest gain. Held-out
    customers whom the same cut would have chosen are noted.

    Parameters
    ----------
    night
        The customers and what is known about them.
    playbook
        Actions, budget, capacities, and the rules of holdout and exploration.
    saved
        Estimated effect per customer and action, as `compute_expected_gain` takes it; None uses the priors of the
        playbook.
    key
        Secret key of the random draws.
    kpi_version
        The KPI definitions in force.
    eligible
        Filters pairs `customer_id, action` to those whose action answers a reason of the customer.
    distinguishes
        Returns whether campaigns distinguish the effects of two actions. If not, the one that answers the
        customer's reason goes first.
    """
    scored = night.candidates.drop_nulls("probability")
    is_valued, options = has_values(scored), price_options(scored, playbook, saved)
    pool, list_id = _build_pool(night, playbook, options, key), _compute_list_id(night, playbook, options)
    # a contact with no expected gain may be drawn too, to learn whether that estimate is true
    drawn = draw_exploration(pool.treated, playbook, list_id, key)
    plans = find_plans(night)
    treated, holdout = (
        _favour_plans(_exclude(arm, pool.skipped), plans, night, playbook)
        for arm in (_exclude(pool.treated, drawn), pool.holdout)
    )
    allocation, answers = allocate_with_answers(treated, playbook, distinguishes, eligible, _count_actions(drawn))
    beside = choose_from_holdout(holdout, allocation, eligible)
    unlimited = find_answers(beside, holdout, playbook, distinguishes, eligible)
    held_out = pl.concat([_exclude(beside, unlimited).select(_GAINS), unlimited.select(_GAINS)])
    chosen = (allocation.chosen, "treated", False)
    pairs = _concatenate_arms(chosen, (drawn, "treated", True), (held_out, "holdout", False))
    priced = _add_forgone_gain(options, pl.concat([answers, unlimited.select(answers.columns)]))
    rows = _add_list_columns(pairs, priced, night, playbook, plans)
    if not is_valued:
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in _IN_MONEY)
    rows = rows.with_columns(list_id=pl.lit(list_id), kpi_version=pl.lit(kpi_version))
    return Decision(
        rows.select(*SCHEMA),
        pool.skipped,
        find_missing_inputs(night.candidates).filter(is_valued | (pl.col("lacks") != "value")),
        allocation,
        _summarize_open_customers(options, pool),
        treated if is_valued else treated.clear(),
        _count_actions(drawn),
    )


@dataclass(frozen=True)
class _Pool:
    """The options of a night by arm.

    Attributes
    ----------
    skipped
        `customer_id, restraint`: the customers who are skipped, and why.
    permitted
        The options of customers who may be contacted, in either arm.
    treated, holdout
        Those options by arm, including customers without an expected gain.
    elsewhere
        The customers held out by another campaign, who are in neither arm.
    """

    skipped: pl.DataFrame
    permitted: pl.DataFrame
    treated: pl.DataFrame
    holdout: pl.DataFrame
    elsewhere: pl.Series

    def list_open(self) -> pl.DataFrame:
        """Return the options of both arms."""
        return pl.concat([self.treated, self.holdout])


def _build_pool(night: Night, playbook: Playbook, options: pl.DataFrame, key: bytes) -> _Pool:
    skipped = find_skipped(night.candidates, playbook, night.as_of, options)
    permitted = _exclude(
        drop_resting_actions(options, night.contacts, playbook, night.as_of),
        skipped.filter(pl.col("restraint") != "negative_uplift"),
    )
    elsewhere = night.lasting_arms.filter(pl.col("arm") == ELSEWHERE)
    of_campaign = _exclude(permitted, elsewhere)
    is_held_out = assign_holdout(
        of_campaign["customer_id"],
        playbook.campaign_id(night.as_of),
        playbook.holdout_share,
        key,
        night.lasting_arms,
    )
    treated, holdout = of_campaign.filter(~is_held_out), of_campaign.filter(is_held_out)
    return _Pool(skipped, permitted, treated, holdout, elsewhere["customer_id"])


def _concatenate_arms(*arms: tuple[pl.DataFrame, str, bool]) -> pl.DataFrame:
    return pl.concat(
        frame.select(_GAINS).with_columns(arm=pl.lit(arm), explored=pl.lit(value=at_random))
        for frame, arm, at_random in arms
    )


def _summarize_open_customers(options: pl.DataFrame, pool: _Pool) -> pl.DataFrame:
    """Return `OPEN`: the highest gain of any action and of permitted actions, and who is held out."""
    best = options.group_by("customer_id").agg(best=pl.col("gain").max())
    now = pool.permitted.group_by("customer_id").agg(gain=pl.col("gain").max())
    joined = best.join(now, on="customer_id", how="left").sort("customer_id")
    held_out = pl.concat([pool.elsewhere, pool.holdout["customer_id"]])
    return joined.with_columns(held_out=pl.col("customer_id").is_in(held_out.implode())).select(*OPEN)


def _exclude(options: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    return options.join(customers.select("customer_id"), on="customer_id", how="anti", maintain_order="left")


def _add_forgone_gain(options: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    return options.join(answers.select(*_PAIR, "forgone_gain"), on=_PAIR, how="left")


def _count_actions(pairs: pl.DataFrame) -> dict[str, int]:
    return dict(pairs.group_by("action").len().iter_rows())


def _favour_plans(arm: pl.DataFrame, plans: pl.DataFrame, night: Night, playbook: Playbook) -> pl.DataFrame:
    """Keep the actions of plans that still hold, and favour customers of the last list."""
    planned = keep_planned_actions(arm, plans)
    return favour_last_list(planned, night.previous["customer_id"], playbook.hysteresis)


def _add_list_columns(
    pairs: pl.DataFrame, options: pl.DataFrame, night: Night, playbook: Playbook, plans: pl.DataFrame
) -> pl.DataFrame:
    """Add all columns of the list to the chosen pairs, in the order of contact; valid plans keep their place."""
    owners = [(action.name, action.owner, action.channel) for action in playbook.actions]
    how = pl.DataFrame(owners, schema=["action", "owner", "channel"], orient="row")
    listed = pl.col("arm") == "treated"
    ordered = order_by_plan(pairs, options, plans)
    ranked = ordered.with_columns(rank=pl.when(listed).then(listed.cum_sum().cast(pl.Int64)))
    return (
        ranked.join(options.drop("gain"), on=_PAIR, how="left", maintain_order="left")
        .join(how, on="action", how="left", maintain_order="left")
        .join(night.candidates, on="customer_id", how="left", maintain_order="left")
        .with_columns(
            assign_quadrant(playbook),
            pl.col("gain").alias("expected_gain"),
            pl.lit(playbook.campaign_id(night.as_of)).alias("campaign_id"),
            pl.lit(playbook.version).alias("playbook_version"),
        )
    )


def _compute_list_id(night: Night, playbook: Playbook, options: pl.DataFrame) -> str:
    """Compute the id of a list from its content, so that the same list always has the same id."""
    # the sink does not change the list, and products are recommended separately
    rules = playbook.model_dump_json(exclude={"sink", "recommend"})
    digest = hashlib.sha256(f"{night.as_of.isoformat()}\n{rules}\n".encode())
    for frame in (night.candidates, options, night.previous.select("customer_id", "rank"), night.lasting_arms):
        digest.update(hash_content(frame.sort(frame.columns[:2])).encode())
    if night.changed is not None:
        digest.update("\n".join(night.changed.sort().to_list()).encode())
    return digest.hexdigest()[:_DIGITS]
