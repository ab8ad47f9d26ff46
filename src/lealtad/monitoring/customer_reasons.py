"""Reasons from changes around the model: feeds, features, common levels, scores, survey answers."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import polars as pl

from lealtad.monitoring.feeds import describe_feed
from lealtad.monitoring.reason import MonitoringReason
from lealtad.monitoring.reason import mark_for_translation as _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_LIST_CHANGED = 0.1  # share of the list that one feature's drift changes
_CUT_MOVED = 1.5  # times as many customers over the cut, or fewer by as much
_NAMED = 3  # features


def find_feed_reasons(feeds: pl.DataFrame) -> Iterator[MonitoringReason]:
    """Yield feeds that are late or thin, or that left a gap in training data."""
    for row in feeds.iter_rows(named=True):
        description = describe_feed(row)
        if description is not None:
            yield MonitoringReason("feed", "watch", *description)


def find_feature_reasons(
    features: pl.DataFrame, holes: Collection[str], rests_on: Mapping[str, Collection[str]]
) -> Iterator[MonitoringReason]:
    """Yield features whose distribution changed, except those from tables with a gap."""
    own = [not set(holes) & set(rests_on.get(name, ())) for name in features["feature"]]
    complete = features.filter(pl.Series(own, dtype=pl.Boolean))
    yield from _find_common_levels(complete.drop_nulls("level"))
    weighty = (pl.col("changed") > _LIST_CHANGED) | (pl.col("gain_change").abs() > _LIST_CHANGED)
    for row in complete.filter(pl.col("level").is_null() & weighty).iter_rows(named=True):
        yield MonitoringReason(
            "feature",
            "retrain",
            _("The distribution of {feature} has changed: it changes {changed} of the list."),
            {"feature": row["feature"], "changed": row["changed"]},
        )


def _find_common_levels(moved: pl.DataFrame) -> Iterator[MonitoringReason]:
    """Yield features that moved by the same factor for all customers, usually prices."""
    for sentence, rows in (
        (
            _("{features} rose by {change} for all customers alike, as after a price rise."),
            moved.filter(pl.col("level") > 1),
        ),
        (
            _("{features} fell by {change} for all customers alike, as after a price cut."),
            moved.filter(pl.col("level") < 1),
        ),
    ):
        if rows.height:
            names = rows["feature"].sort().to_list()
            more = f" + {len(names) - _NAMED}" if len(names) > _NAMED else ""
            change = abs(median(rows["level"].to_list()) - 1)
            yield MonitoringReason(
                "common level", "watch", sentence, {"features": ", ".join(names[:_NAMED]) + more, "change": change}
            )


def find_score_reasons(scores: pl.DataFrame, share: float) -> Iterator[MonitoringReason]:
    """Yield a reason if the share of customers above the list's cut changed beyond chance since training."""
    for row in scores.iter_rows(named=True):
        times = row["over_cut"] / share
        if not 1 / _CUT_MOVED <= times <= _CUT_MOVED:
            yield MonitoringReason(
                "scores",
                "watch",
                _(
                    "{now} of the customers score above the cut of the list; {share} did when the model "
                    "was trained."
                ),
                {"now": row["over_cut"], "share": share},
            )


def find_response_reasons(responses: pl.DataFrame, holes: Collection[str]) -> Iterator[MonitoringReason]:
    """Yield surveys whose response rate changed."""
    drifted = responses.filter(pl.col("drifted").fill_null(value=False))
    for row in drifted.iter_rows(named=True) if "surveys" not in holes else ():
        yield MonitoringReason(
            "responses",
            "watch",
            _("The response rate of surveys {survey} is {now}; before it was {before}."),
            {"survey": f"{row['metric']} {row['kind'] or ''}".strip(), "now": row["now"], "before": row["before"]},
        )
