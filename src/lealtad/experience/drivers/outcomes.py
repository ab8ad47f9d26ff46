"""Outcomes after a date: churn, the next NPS answer, and margin."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.spells import build_spells
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM
from lealtad.sources.contract.returns import sign_returns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NPS, CHURN, MARGIN = "nps", "churn", "margin"
OUTCOMES = (NPS, CHURN, MARGIN)
HORIZON_DAYS = {NPS: 28, CHURN: 28, MARGIN: 91}
ACTIVE_DAYS = 91
_YEAR = 364


def list_outcomes(
    tables: Mapping[str, pl.DataFrame],
    spells: pl.DataFrame | None,
    as_of: datetime,
    end: datetime,
    margin_rate: float,
) -> pl.DataFrame:
    """Return the customers active at a date with their outcomes; an unknown outcome is null.

    Parameters
    ----------
    tables
        The facts as known at the end of the data, under the ids of that time.
    spells
        The contracts, see `list_spells`; None if the company has none.

    Returns
    -------
    `customer_id`, `churn` (1: no contract, or no order, 28 days later; ends by the company are null), `nps` (100,
    0 or −100: the next answer within 28 days), `asked` (whether one was asked for), `margin` (a year, from the
    next 91 days).
    """
    active = _find_active(tables, spells, as_of)
    parts = [
        _find_churn(tables, spells, as_of, end),
        _find_answers(tables, as_of, end),
        _sum_margin(tables, spells, as_of, end, margin_rate),
    ]
    for part in parts:
        active = active.join(part, on="customer_id", how="left")
    zero = pl.lit(0.0) if as_of + timedelta(days=HORIZON_DAYS[MARGIN]) <= end else pl.lit(None, pl.Float64)
    is_over = as_of + timedelta(days=HORIZON_DAYS[CHURN]) <= end
    churn = pl.col(CHURN).fill_null(0.0) if is_over else pl.lit(None, pl.Float64)
    if spells is None:
        churn = (1.0 - pl.col(CHURN).fill_null(0.0)) if is_over else pl.lit(None, pl.Float64)
    return active.with_columns(
        churn.fill_nan(None).alias(CHURN),
        pl.col("asked").fill_null(value=False),
        pl.coalesce(MARGIN, zero).alias(MARGIN),
    ).sort("customer_id")


def list_spells(tables: Mapping[str, pl.DataFrame], end: datetime) -> pl.DataFrame | None:
    """Return the periods of contracts, as known at the end; None without contracts."""
    contracts = tables.get("subscriptions")
    if contracts is None or contracts.is_empty():
        return None
    return build_spells(contracts, end, paid="amount_monthly" in contracts.columns)


def _runs_at(instant: datetime) -> pl.Expr:
    return (pl.col("from_at") < instant) & (pl.col("until_at").is_null() | (pl.col("until_at") >= instant))


def _find_active(tables: Mapping[str, pl.DataFrame], spells: pl.DataFrame | None, as_of: datetime) -> pl.DataFrame:
    if spells is not None:
        return spells.filter(_runs_at(as_of)).select("customer_id").unique()
    orders = tables.get("orders")
    if orders is None:
        return pl.DataFrame(schema={"customer_id": pl.String})
    since = as_of - timedelta(days=ACTIVE_DAYS)
    return (
        orders.filter(pl.col("ordered_at") >= since, pl.col("ordered_at") < as_of).select("customer_id").unique()
    )


def _find_churn(
    tables: Mapping[str, pl.DataFrame], spells: pl.DataFrame | None, as_of: datetime, end: datetime
) -> pl.DataFrame:
    """Return 1 for who churned, NaN for whom the company ended; without contracts, 1 for who bought again."""
    later = as_of + timedelta(days=HORIZON_DAYS[CHURN])
    nobody = pl.DataFrame(schema={"customer_id": pl.String, CHURN: pl.Float64})
    if later > end:
        return nobody
    if spells is None:
        orders = tables.get("orders")
        if orders is None:
            return nobody
        again = orders.filter(pl.col("ordered_at") >= as_of, pl.col("ordered_at") < later)
        return again.select("customer_id").unique().with_columns(pl.lit(1.0).alias(CHURN))
    stay = spells.filter(_runs_at(later)).select("customer_id").unique()
    gone = spells.filter(_runs_at(as_of)).select("customer_id").unique().join(stay, on="customer_id", how="anti")
    contracts = tables["subscriptions"]
    if "voluntary" not in contracts.columns:
        return gone.with_columns(pl.lit(1.0).alias(CHURN))
    ended = contracts.filter(
        pl.col("event") == "end", pl.col("occurred_at") >= as_of, pl.col("occurred_at") <= later
    )
    forced = ended.group_by("customer_id").agg((~pl.col("voluntary")).fill_null(value=False).all().alias("forced"))
    joined = gone.join(forced, on="customer_id", how="left")
    return joined.select(
        "customer_id",
        pl.when(pl.col("forced").fill_null(value=False)).then(float("nan")).otherwise(1.0).alias(CHURN),
    )


def _find_answers(tables: Mapping[str, pl.DataFrame], as_of: datetime, end: datetime) -> pl.DataFrame:
    surveys = tables.get("surveys")
    later = as_of + timedelta(days=HORIZON_DAYS[NPS])
    if surveys is None or later > end or "answered_at" not in surveys.columns:
        return pl.DataFrame(schema={"customer_id": pl.String, NPS: pl.Float64, "asked": pl.Boolean})
    asked = surveys.filter(
        pl.col("metric") == "nps",
        pl.col("kind") == "relational",
        pl.col("sent_at") >= as_of,
        pl.col("sent_at") < later,
    ).sort("sent_at", "survey_id")
    score = pl.col("score").drop_nulls().first()
    return asked.group_by("customer_id").agg(
        pl.when(score >= PROMOTER_FROM)
        .then(100.0)
        .when(score <= DETRACTOR_TO)
        .then(-100.0)
        .when(score.is_not_null())
        .then(0.0)
        .alias(NPS),
        pl.lit(value=True).alias("asked"),
    )


def _sum_margin(
    tables: Mapping[str, pl.DataFrame],
    spells: pl.DataFrame | None,
    as_of: datetime,
    end: datetime,
    margin_rate: float,
) -> pl.DataFrame:
    days = HORIZON_DAYS[MARGIN]
    later = as_of + timedelta(days=days)
    parts = [pl.DataFrame(schema={"customer_id": pl.String, MARGIN: pl.Float64})]
    if later > end:
        return parts[0]
    orders = tables.get("orders")
    if orders is not None:
        signed = sign_returns(orders.filter(pl.col("ordered_at") >= as_of, pl.col("ordered_at") < later))
        amount = pl.col("amount") * margin_rate
        margin = pl.coalesce("margin", amount) if "margin" in signed.columns else amount
        parts.append(signed.select("customer_id", margin.cast(pl.Float64).alias(MARGIN)))
    if spells is not None and "amount_monthly" in spells.columns:
        begins = pl.max_horizontal("from_at", pl.lit(as_of))
        ends = pl.min_horizontal(pl.col("until_at").fill_null(later), pl.lit(later))
        months = (ends - begins).dt.total_seconds().clip(0) / 86_400 / (_YEAR / 12)
        paid = spells.filter(pl.col("from_at") < later)
        parts.append(
            paid.select(
                "customer_id", (months * pl.col("amount_monthly").fill_null(0) * margin_rate).alias(MARGIN)
            )
        )
    total = pl.concat(parts).group_by("customer_id").agg(pl.col(MARGIN).sort().sum())
    return total.with_columns(pl.col(MARGIN) * (_YEAR / days))
