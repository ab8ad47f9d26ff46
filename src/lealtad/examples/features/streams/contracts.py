"""Contract changes with the amount before, and the contracts in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.in_force import find_smallest_in_force
from lealtad.examples.features.streams.so_far import before, latest, newest, number_things
from lealtad.examples.features.streams.stream import Stream
from lealtad.examples.features.streams.versions import find_versions, sign_versions
from lealtad.sources.contract.event_order import CONTRACT, STATE, order_events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile

_KEY = ["customer_id", "subscription_id"]
_TABLES = ("subscriptions",)
_EVENT, _AMOUNT, _AT = pl.col("event"), pl.col("amount_monthly"), pl.col("occurred_at")
_UNKNOWN = -1.0  # no amount is below 0
TEN_THOUSANDTHS = 10_000.0  # whole numbers add up exactly, and take themselves back exactly


def derive_changes(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return every contract change, with `before`, the monthly amount in force until it was known.

    `rise` is the growth of the amount as a share of it, negative where it fell, on events that state another
    amount. It is null on a contract that had ended, unless the end was at the same instant.
    """
    ordered = _order_events(tables["subscriptions"])
    changes = ordered.with_columns(
        before(_last_amount()).alias("before"),
        before(pl.col(STATE)).alias("_state"),
        before(newest(_AT, _EVENT == "end")).alias("_ended_at"),
    )
    had_ended = (pl.col("_state") == "ended") & ((pl.col(STATE) == "ended") | (pl.col("_ended_at") < _AT))
    other = (pl.col("before") != _AMOUNT) & (pl.col("before") > 0) & ~had_ended.fill_null(value=False)
    share = pl.when(other).then(_AMOUNT / pl.col("before") - 1)
    rises = changes.with_columns(share.alias("rise")).drop(STATE, "_state", "_ended_at")
    # events of one instant and contract stay in their order
    return rises.sort("customer_id", "known_at", "occurred_at", *_KEY[1:], maintain_order=True)


def derive_in_force(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return contracts that are active or paused, by when that was known (`since`).

    With `sign`, `state` and `amount`, per month in ten-thousandths of the currency; 0 while paused, null if
    none was stated.
    """
    versions = find_versions(_states(tables["subscriptions"]), ("state", "amount"))
    lasting = versions.filter(pl.col("state").is_in(["active", "paused"]))
    return sign_versions(lasting).with_columns(pl.col("known_at").alias("since"))


def derive_next_term_end(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return `term_end` of the active contract whose term ends first, in microseconds, 0 if there is none."""
    versions = find_versions(_states(tables["subscriptions"]), ("state", "term_end"))
    return find_smallest_in_force(versions.filter(pl.col("state") == "active"), "term_end")


def _order_events(subscriptions: pl.DataFrame) -> pl.DataFrame:
    """Return the events contract by contract in the order in which they happened, with the state after each.

    A request to cancel changes nothing: its amount is none that is paid.
    """
    stated = subscriptions.with_columns(pl.when(_EVENT != "cancel_request").then(_AMOUNT).alias("amount_monthly"))
    return number_things(order_events(stated, _KEY, "occurred_at", CONTRACT), _KEY, "occurred_at")


def _last_amount() -> pl.Expr:
    """Return the amount stated last, null if a start did not state it."""
    stated = newest(_AMOUNT.fill_null(_UNKNOWN), _AMOUNT.is_not_null() | (_EVENT == "start"))
    return pl.when(stated != _UNKNOWN).then(stated)


def _states(subscriptions: pl.DataFrame) -> pl.DataFrame:
    states = _order_events(subscriptions).with_columns(
        _last_amount().alias("paid"), latest(pl.col("term_end")).alias("term_end")
    )
    paying = pl.when(pl.col(STATE) == "paused").then(0.0).otherwise("paid")
    return states.with_columns((paying * TEN_THOUSANDTHS).round().alias("amount"))


STREAMS = (
    Stream("contract_changes", _TABLES, "occurred_at", derive_changes),
    Stream("contracts", _TABLES, "since", derive_in_force),
    Stream("term_ends", _TABLES, "since", derive_next_term_end),
)
