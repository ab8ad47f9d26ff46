"""One list decided: who is contacted with what, who is held out or left alone, and who could not be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.worklist.allocation import allocate, would_be_chosen
from lealtad.worklist.exploration import explored
from lealtad.worklist.gain import expected_gain, lacking, rested
from lealtad.worklist.holdout import held_out
from lealtad.worklist.restraint import restrained
from lealtad.worklist.stability import favoured

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.playbook import Playbook
    from lealtad.worklist.allocation import Allocation


@dataclass(frozen=True)
class Decision:
    """A list, and what stands beside it.

    Attributes
    ----------
    rows
        One row per customer of the list: `customer_id, arm` (treated, holdout), `explored, rank` (null for the
        holdout), `action, owner, channel, saved, saved_low, saved_high, saved_basis, expected_gain` (null for an
        explored customer whose value is not known). The treated come first, by rank.
    allocation
        How the treated who were not drawn by lot were chosen, and how good that is.
    restrained
        `customer_id, restraint` of those left alone.
    lacking
        `customer_id, lacks` of those for whom no gain can be told.
    """

    rows: pl.DataFrame
    allocation: Allocation
    restrained: pl.DataFrame
    lacking: pl.DataFrame


def decide(  # noqa: PLR0913 - what a list rests on
    candidates: pl.DataFrame,
    playbook: Playbook,
    as_of: datetime,
    *,
    list_id: str,
    key: bytes,
    saved: pl.DataFrame | None = None,
    history: pl.DataFrame | None = None,
    previous: pl.Series | None = None,
    eligible: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
) -> Decision:
    """Decide a list.

    Parameters
    ----------
    candidates
        One row per living customer, with the columns that `expected_gain` and `restrained` read.
    list_id, key
        What the lots of the exploration are drawn for, and the key of all lots.
    saved
        γ by action, or by customer and action; None takes the priors. See `expected_gain`.
    history
        `customer_id, action, contacted_at` of campaigns until now; None is none.
    previous
        Customers of the last list and its holdout.
    eligible
        Keeps the pairs whose action answers the customer's reasons; see `allocate`. It is asked for no customer
        who is drawn by lot.
    """
    options = expected_gain(candidates, playbook, saved)
    if history is not None:
        options = rested(options, history, playbook, as_of)
    alone, lacks = restrained(candidates, playbook, as_of, options), lacking(candidates)
    held = candidates.select("customer_id").filter(
        held_out(candidates["customer_id"], playbook.campaign_id(as_of), playbook.holdout_share, key)
    )
    # to learn, those who seem not worth it may be drawn too, but nobody of whom the model says nothing
    unasked = alone.filter(pl.col("restraint") != "negative_uplift").select("customer_id")
    scored = _without(_without(options, unasked), lacks.filter(pl.col("lacks") == "score"))
    drawn = explored(_without(scored, held), playbook, list_id, key)
    last = pl.Series([], dtype=pl.String) if previous is None else previous
    weighed = favoured(_without(scored, alone), last, playbook.hysteresis)
    ours = _without(_without(weighed, held), drawn)
    found = allocate(ours, playbook, eligible, taken=dict(drawn["action"].value_counts().iter_rows()))
    beside = would_be_chosen(weighed.join(held, on="customer_id", how="semi"), found, eligible)
    rows = pl.concat(
        [
            _as_rows(found.chosen, "treated", by_lot=False),
            _as_rows(drawn, "treated", by_lot=True),
            _as_rows(beside, "holdout", by_lot=False),
        ]
    )
    return Decision(_told(rows, options, playbook), found, alone, lacks)


def _without(options: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    return options.join(customers, on="customer_id", how="anti", maintain_order="left")


def _as_rows(pairs: pl.DataFrame, arm: str, *, by_lot: bool) -> pl.DataFrame:
    return pairs.select("customer_id", "action", arm=pl.lit(arm), explored=pl.lit(by_lot))


def _told(rows: pl.DataFrame, options: pl.DataFrame, playbook: Playbook) -> pl.DataFrame:
    whose = [(one.name, one.owner, one.channel) for one in playbook.actions]
    owners = pl.DataFrame(whose, schema=["action", "owner", "channel"], orient="row")
    treated = pl.col("arm") == "treated"
    return (
        rows.join(options, on=["customer_id", "action"], how="left")
        .join(owners, on="action", how="left")
        .rename({"gain": "expected_gain"})
        .sort([~treated, "expected_gain", "customer_id"], descending=[False, True, False], nulls_last=True)
        .with_columns(rank=pl.when(treated).then(pl.int_range(1, pl.len() + 1)))
        .select(
            "customer_id",
            "arm",
            "explored",
            "rank",
            "action",
            "owner",
            "channel",
            "saved",
            "saved_low",
            "saved_high",
            "saved_basis",
            "expected_gain",
        )
    )
