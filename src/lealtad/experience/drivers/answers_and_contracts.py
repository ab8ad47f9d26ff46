"""Answers and contracts as drivers: reported effort, price rises, and terms about to end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.known_facts import WEIGHT, name_driver, sum_experiences

if TYPE_CHECKING:
    from lealtad.experience.drivers.known_facts import KnownFacts

_HARD = 1 / 3  # up to this part of the scale, an answer means hard or bad
_TERM_DAYS = 28
_STEP, _MOST_STEPS = 0.1, 3.0  # a price rise counts by tenths


def list_answers(facts: KnownFacts) -> list[pl.DataFrame]:
    """Return the effort that customers reported after contacts of the window.

    Satisfaction is left out, because like the outcome it is an opinion, not an experience.
    """
    surveys = facts.find("surveys", "answered_at", "metric", "kind", "score", "scale_min", "scale_max")
    if surveys is None:
        return []
    answers = surveys.filter(
        pl.col("answered_at") >= facts.memory_start,
        pl.col("score").is_not_null(),
        pl.col("kind") == "transactional",
        pl.col("scale_max") > pl.col("scale_min"),
    ).with_columns(facts.weigh("answered_at"))
    if "higher_is_easier" not in answers.columns:
        return []
    part = (pl.col("score") - pl.col("scale_min")) / (pl.col("scale_max") - pl.col("scale_min"))
    asked = answers.filter(pl.col("metric") == "ces", pl.col("higher_is_easier").is_not_null())
    ease = pl.when("higher_is_easier").then(part).otherwise(1 - part)
    hard = (ease <= _HARD + 1e-9).cast(pl.Float64)
    return [sum_experiences(asked, pl.lit(name_driver("moment", "effort")), hard * pl.col(WEIGHT))]


def list_contracts(facts: KnownFacts) -> list[pl.DataFrame]:
    """Return price rises of the window, and terms that end within 28 days."""
    contracts = facts.find("subscriptions", "occurred_at", "subscription_id", "event")
    if contracts is None:
        return []
    return [*_list_rises(facts, contracts), *_list_terms(facts, contracts)]


def _list_rises(facts: KnownFacts, contracts: pl.DataFrame) -> list[pl.DataFrame]:
    if "amount_monthly" not in contracts.columns:
        return []
    priced = contracts.filter(pl.col("amount_monthly") > 0).sort("subscription_id", "occurred_at", "event")
    before = pl.col("amount_monthly").shift(1).over("subscription_id")
    changed = priced.with_columns(((pl.col("amount_monthly") / before - 1) / _STEP).alias("rise")).filter(
        pl.col("occurred_at") >= facts.memory_start, pl.col("event").is_in(["renew", "change"])
    )
    rises = changed.with_columns(facts.weigh("occurred_at"))
    bad = pl.col("rise").fill_null(0.0).clip(0, _MOST_STEPS) * pl.col(WEIGHT)
    return [sum_experiences(rises, pl.lit(name_driver("moment", "price_rise")), bad)]


def _list_terms(facts: KnownFacts, contracts: pl.DataFrame) -> list[pl.DataFrame]:
    if "term_end" not in contracts.columns:
        return []
    stated = contracts.filter(pl.col("term_end").is_not_null()).sort("occurred_at", "event", "term_end")
    last = stated.group_by("customer_id").agg(pl.col("term_end").last())
    ahead = pl.col("term_end") - pl.lit(facts.as_of)
    soon = (ahead >= timedelta(0)) & (ahead < timedelta(days=_TERM_DAYS))
    return [sum_experiences(last, pl.lit(name_driver("moment", "term_ends")), soon.cast(pl.Float64))]
