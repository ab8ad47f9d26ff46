"""Touchpoints, and those that customers start themselves: where on the journey, and what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.so_far import THING, before, count_since, newest
from lealtad.examples.features.streams.stream import Stream
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile

CHANNELS = ("web", "app", "email", "phone", "chat", "store", "social")
OTHER = "other"
_SELF_SERVICE = r"(?i)knowledge|help|faq|forum|self.?service|tutorial|ayuda|preguntas|autoservicio"
_AT = pl.col("occurred_at")
_BY_CUSTOMER = pl.col("initiated_by") == "customer"


def derive_touchpoints(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return all touchpoints, with `unanswered`: those the company started since the customer's last own one."""
    return _number_customers(tables["touchpoints"]).with_columns(
        count_since(~_BY_CUSTOMER, _BY_CUSTOMER).alias("unanswered")
    )


def derive_own_contacts(tables: Mapping[str, pl.DataFrame], company: CompanyProfile) -> pl.DataFrame:
    """Return the touchpoints that customers started.

    The added columns are:

    - `rank`, `previous_rank`: of the stage, from 0;
    - `entered`: another stage than before; `furthest`: a stage further than ever before;
    - `dwell`: microseconds in the stage before, on the entry into the next;
    - `since_purchase`: contacts since the last one in the purchase stage, itself not counted;
    - `on`, `previous_on`: one of `CHANNELS`, or "other";
    - `wait`: microseconds since the contact before;
    - `self_service`; `failed`: its outcome is a failure as the company declares (no outcome is not a failure);
    - `service_wait`, `after_self_service`: for contacts of the service stage, microseconds since the newest
      contact of that stage, and since the newest self-service.
    """
    started = tables["touchpoints"].filter(_BY_CUSTOMER)
    # of few different values each, which are compared often: as numbers with names
    own = _number_customers(started).with_columns(
        pl.col("stage").cast(pl.Enum(STAGES)),
        _map_values(started["channel"], _channel()).alias("on"),
        _map_values(started["touchpoint"], pl.col("touchpoint").str.contains(_SELF_SERVICE)).alias("self_service"),
        _map_values(started["outcome"], _is_failed(company)).alias("failed"),
    )
    own = own.with_columns(pl.col("stage").to_physical().cast(pl.Float64).alias("rank"))
    rank, service = pl.col("rank"), pl.col("stage") == "service"
    place = pl.col(THING) * len(STAGES) + rank  # the places of a customer are above those of the one before
    moved = own.with_columns(
        before(rank).alias("previous_rank"),
        (rank != before(rank)).fill_null(value=True).alias("entered"),
        (place > place.cum_max().shift()).fill_null(value=True).alias("furthest"),
        before(pl.col("on")).alias("previous_on"),
        _since(before(_AT)).alias("wait"),
        count_since(_BY_CUSTOMER, pl.col("stage") == "purchase").alias("since_purchase"),
        pl.when(service).then(_since_newest(service)).alias("service_wait"),
        pl.when(service & ~pl.col("self_service"))
        .then(_since_newest(pl.col("self_service")))
        .alias("after_self_service"),
    )
    return moved.with_columns(pl.when("entered").then(_since_newest(pl.col("entered"))).alias("dwell"))


def _number_customers(touchpoints: pl.DataFrame) -> pl.DataFrame:
    return touchpoints.with_columns(pl.col("customer_id").rle_id().cast(pl.Int64).alias(THING))


def _map_values(column: pl.Series, said: pl.Expr) -> pl.Expr:
    """Evaluate an expression once for each different value of a column, and map the rows to the results."""
    if column.is_empty():
        return said
    values = column.unique().to_frame()
    return pl.col(column.name).replace_strict(values[column.name], values.select(said).to_series())


def _channel() -> pl.Expr:
    lowered = pl.col("channel").str.to_lowercase()
    named = pl.when(lowered.is_in(CHANNELS)).then(lowered).otherwise(pl.lit(OTHER))
    return named.cast(pl.Enum([*CHANNELS, OTHER]))


def _is_failed(company: CompanyProfile) -> pl.Expr:
    declared = [outcome.lower() for outcome in company.failed_outcomes]
    return pl.col("outcome").str.to_lowercase().is_in(declared).fill_null(value=False)


def _since_newest(which: pl.Expr) -> pl.Expr:
    """Time since the newest such contact before this one."""
    return _since(before(newest(_AT, which)))


def _since(earlier: pl.Expr) -> pl.Expr:
    passed = (_AT - earlier).dt.total_microseconds().cast(pl.Float64)
    return pl.when(passed >= 0).then(passed)


STREAMS = (
    Stream("touchpoints", ("touchpoints",), "occurred_at", derive_touchpoints),
    Stream("own_contacts", ("touchpoints",), "occurred_at", derive_own_contacts),
)
