"""The prospects' funnel and the referrals, in tidy frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.experience.acquisition.prospects import STEPS, list_prospects
from lealtad.kpis.intervals import add_wilson_interval
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

GROUPS = ("promoter", "passive", "detractor", "unknown", "nobody")
LEAST_PROSPECTS = 30


@dataclass(frozen=True)
class Acquisition:
    """How prospects become customers.

    Attributes
    ----------
    funnel
        One row per step: `step, n` (prospects who reached it), `share` (of all prospects). Then the leak before
        it, null at the first step: `lost` (prospects who did not go on), `value` (their share), `low, high` (95 %,
        Wilson), `is_largest`.
    referrals
        One row per opinion of the referrer: `group` (promoter, passive, detractor; unknown without an answer;
        nobody: not referred), `referrers, n` (prospects), `hits` (who bought), `value, low, high` (95 %, Wilson).
    prospects
        Number of prospects.
    """

    as_of: datetime
    funnel: pl.DataFrame
    referrals: pl.DataFrame
    prospects: int


def compute_acquisition(lake: Lake, as_of: datetime) -> Acquisition | None:
    """Compute the funnel of prospects and the referrals, as known at a date.

    Parameters
    ----------
    as_of
        Only facts known before it count.

    Returns
    -------
    The funnel and the referrals; None with fewer than 30 prospects.
    """
    prospects = list_prospects(lake, as_of)
    if prospects.height < LEAST_PROSPECTS:
        return None
    return Acquisition(
        as_of, build_funnel(prospects), compare_referrals(prospects, _read_opinions(lake, as_of)), prospects.height
    )


def build_funnel(prospects: pl.DataFrame) -> pl.DataFrame:
    """Return the funnel of prospects, one row per step; see `Acquisition.funnel`.

    Examples
    --------
    >>> one, three = [True, False, False, False], [True, True, True, False]
    >>> steps = {"awareness": [True] * 4, "consideration": three, "purchase": one, "bought": one}
    >>> build_funnel(pl.DataFrame(steps)).select("n", "lost", "is_largest").rows()
    [(4, None, False), (3, 1, False), (1, 2, True), (1, 0, False)]
    """
    counts = [int(prospects[step].sum()) for step in STEPS]
    rows = pl.DataFrame({"step": STEPS, "n": counts}).with_columns(
        share=pl.col("n") / max(counts[0], 1), before=pl.col("n").shift(1)
    )
    leaks = rows.with_columns(lost=pl.col("before") - pl.col("n"))
    having = leaks.filter(pl.col("before") > 0).select("step", n="before", hits="lost")
    judged = add_wilson_interval(having).select("step", "value", "low", "high")
    joined = leaks.drop("before").join(judged, on="step", how="left", maintain_order="left")
    largest = (pl.col("lost") == pl.col("lost").max()) & (pl.col("lost") > 0)
    return joined.with_columns(largest.fill_null(value=False).alias("is_largest"))


def compare_referrals(prospects: pl.DataFrame, opinions: pl.DataFrame) -> pl.DataFrame:
    """Return the share of referred prospects who buy, by the referrer's last answer before the referral.

    Parameters
    ----------
    prospects
        As `list_prospects` returns them.
    opinions
        `customer_id, answered_at, score`: answers of 0 to 10 to whether one would recommend the company.
    """
    asked = opinions.select(pl.col("customer_id").alias("referred_by"), "answered_at", "score")
    before = (
        prospects.select("customer_id", "referred_by", "met_at")
        .drop_nulls("referred_by")
        .join(asked, on="referred_by")
        .filter(pl.col("answered_at") < pl.col("met_at"))
        .sort("customer_id", "answered_at", "score")
        .unique("customer_id", keep="last", maintain_order=True)
    )
    opinion = (
        pl.when(pl.col("score") >= PROMOTER_FROM)
        .then(pl.lit("promoter"))
        .when(pl.col("score") <= DETRACTOR_TO)
        .then(pl.lit("detractor"))
        .otherwise(pl.lit("passive"))
    )
    named = prospects.join(before.select("customer_id", opinion.alias("opinion")), on="customer_id", how="left")
    group = (
        pl.when(pl.col("referred_by").is_null())
        .then(pl.lit("nobody"))
        .otherwise(pl.col("opinion").fill_null("unknown"))
    )
    counted = named.group_by(group.alias("group")).agg(
        pl.col("referred_by").n_unique().alias("referrers"),
        pl.len().cast(pl.Int64).alias("n"),
        pl.col("bought").sum().cast(pl.Int64).alias("hits"),
    )
    judged = add_wilson_interval(counted).with_columns(
        pl.when(pl.col("group") != "nobody").then("referrers").alias("referrers")
    )
    ranks = {name: rank for rank, name in enumerate(GROUPS)}
    ordered = judged.sort(pl.col("group").replace_strict(ranks, return_dtype=pl.Int8))
    return ordered.select("group", "referrers", "n", "hits", "value", "low", "high")


def _read_opinions(lake: Lake, as_of: datetime) -> pl.DataFrame:
    needed = ("customer_id", "answered_at", "score", "metric", "scale_min", "scale_max")
    schema = {"customer_id": pl.String(), "answered_at": INSTANT, "score": pl.Float64()}
    if not lake.has("surveys") or not set(needed) <= set(lake.columns("surveys")):
        return pl.DataFrame(schema=schema)
    answered = (pl.col("metric") == "nps") & (pl.col("answered_at") < as_of) & pl.col("score").is_not_null()
    rows = lake.read("surveys", columns=needed, where=answered, as_of=as_of)
    on_scale = rows.filter(pl.col("scale_min") == 0, pl.col("scale_max") == 10)  # noqa: PLR2004 - the scale of NPS
    return on_scale.select(schema.keys())
