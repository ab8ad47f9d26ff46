"""Touchpoints, and those that customers start themselves: where on the journey, and what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.tables import STAGES
from lealtad.features.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.features.company import Company

CHANNELS = ("web", "app", "email", "phone", "chat", "store", "social")
OTHER = "other"
_SELF_SERVICE = r"(?i)knowledge|help|faq|forum|self.?service|tutorial|ayuda|preguntas|autoservicio"
_AT, _WHO = pl.col("occurred_at"), "customer_id"
_BY_CUSTOMER = pl.col("initiated_by") == "customer"
_RANKS = {stage: float(rank) for rank, stage in enumerate(STAGES)}


def touchpoints(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return all touchpoints, with `unanswered`: those the company started since the customer's last own one."""
    sent = (~_BY_CUSTOMER).cum_sum().cast(pl.Int64)
    at_own = pl.when(_BY_CUSTOMER).then(sent).forward_fill().fill_null(0)
    return tables["touchpoints"].with_columns((sent - at_own).over(_WHO).cast(pl.Float64).alias("unanswered"))


def own_contacts(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return the touchpoints that customers started.

    Added are `rank` (of the stage, from 0), `previous_rank`, `entered` (another stage than before), `furthest`
    (a stage further than ever before), `dwell` (microseconds in the stage that was left, on the entry into the
    next), `since_purchase` (contacts since the last one in the purchase stage, itself not counted), `on` (one
    of `CHANNELS`, or "other"), `previous_on`, `wait` (microseconds since the contact before), `self_service`,
    and for contacts of the service stage `service_wait` and `after_self_service` (microseconds since the
    newest contact of the service stage, and since the newest self-service).
    """
    own = (
        tables["touchpoints"]
        .filter(_BY_CUSTOMER)
        .with_columns(
            pl.col("stage").replace_strict(_RANKS, return_dtype=pl.Float64).alias("rank"),
            _channel().alias("on"),
            pl.col("touchpoint").str.contains(_SELF_SERVICE).alias("self_service"),
        )
    )
    rank, service = pl.col("rank"), pl.col("stage") == "service"
    before = rank.shift().over(_WHO)
    moved = own.with_columns(
        before.alias("previous_rank"),
        (rank != before).fill_null(value=True).alias("entered"),
        (rank > rank.cum_max().shift().over(_WHO)).fill_null(value=True).alias("furthest"),
        pl.col("on").shift().over(_WHO).alias("previous_on"),
        _since(_AT.shift().over(_WHO)).alias("wait"),
        _count_since(pl.col("stage") == "purchase").alias("since_purchase"),
        pl.when(service).then(_since(_newest(service))).alias("service_wait"),
        pl.when(service & ~pl.col("self_service"))
        .then(_since(_newest(pl.col("self_service"))))
        .alias("after_self_service"),
    )
    return moved.with_columns(pl.when("entered").then(_since(_newest(pl.col("entered")))).alias("dwell"))


def _channel() -> pl.Expr:
    lowered = pl.col("channel").str.to_lowercase()
    return pl.when(lowered.is_in(CHANNELS)).then(lowered).otherwise(pl.lit(OTHER))


def _newest(which: pl.Expr) -> pl.Expr:
    """Event time of the newest such contact before this one, in the order of knowing."""
    return pl.when(which).then(_AT).forward_fill().shift().over(_WHO)


def _since(earlier: pl.Expr) -> pl.Expr:
    passed = (_AT - earlier).dt.total_microseconds().cast(pl.Float64)
    return pl.when(passed >= 0).then(passed)


def _count_since(which: pl.Expr) -> pl.Expr:
    number = pl.int_range(1, pl.len() + 1)
    at = pl.when(which).then(number).forward_fill().fill_null(0)
    return (number - at).over(_WHO).cast(pl.Float64)


STREAMS = (
    Stream("touchpoints", ("touchpoints",), "occurred_at", touchpoints),
    Stream("own_contacts", ("touchpoints",), "occurred_at", own_contacts),
)
