"""Contract changes with the amount before, and the contracts in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.features.stream import Stream
from lealtad.features.streams.in_force import smallest_in_force
from lealtad.features.streams.so_far import before, latest, things
from lealtad.features.streams.versions import signed, versions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.features.company import Company

_KEY = ["customer_id", "subscription_id"]
_TABLES = ("subscriptions",)
_EVENT, _AMOUNT = pl.col("event"), pl.col("amount_monthly")
_STATES = {"start": "active", "renew": "active", "resume": "active", "pause": "paused", "end": "ended"}
TEN_THOUSANDTHS = 10_000.0  # whole numbers add up exactly, and take themselves back exactly


def changes(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return every contract change, with `before`, the monthly amount in force until it was known.

    `rise` is by how much of it the amount grew (a share, negative where it fell), on events that state another
    one.
    """
    ordered = _ordered(tables["subscriptions"])
    told = ordered.with_columns(before(latest(_AMOUNT)).alias("before"))
    other = (pl.col("before") != _AMOUNT) & (pl.col("before") > 0)
    share = pl.when(other).then(_AMOUNT / pl.col("before") - 1)
    return told.with_columns(share.alias("rise")).sort(
        "customer_id", "known_at", "occurred_at", *_KEY[1:], "event"
    )


def in_force(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return contracts that are active or paused, by when that was known (`since`).

    With `sign`, `state` and `amount`, per month in ten-thousandths of the currency; 0 while paused.
    """
    versions = versions_of(_states(tables["subscriptions"]), ("state", "amount"))
    lasting = versions.filter(pl.col("state") != "ended")
    return signed(lasting).with_columns(pl.col("known_at").alias("since"))


def next_term_end(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return `term_end` of the active contract whose term ends first, in microseconds, 0 if there is none."""
    versions = versions_of(_states(tables["subscriptions"]), ("state", "term_end"))
    return smallest_in_force(versions.filter(pl.col("state") == "active"), "term_end")


def _ordered(subscriptions: pl.DataFrame) -> pl.DataFrame:
    return things(subscriptions.sort(*_KEY, "known_at", "occurred_at", "event"), _KEY, "occurred_at")


def _states(subscriptions: pl.DataFrame) -> pl.DataFrame:
    ordered = _ordered(subscriptions)
    state = _EVENT.replace_strict(_STATES, default=None, return_dtype=pl.String)
    # a change alone says the contract is alive
    told = ordered.with_columns(
        latest(state).fill_null("active").alias("state"),
        latest(_AMOUNT).fill_null(0.0).alias("paid"),
        latest(pl.col("term_end")).alias("term_end"),
    )
    paying = pl.when(pl.col("state") == "paused").then(0.0).otherwise("paid")
    return told.with_columns((paying * TEN_THOUSANDTHS).round().alias("amount"))


STREAMS = (
    Stream("contract_changes", _TABLES, "occurred_at", changes),
    Stream("contracts", _TABLES, "since", in_force),
    Stream("term_ends", _TABLES, "since", next_term_end),
)
