"""Feeds: whether each table came as fresh and as full as its own past leads one to expect."""

from lealtad.company.feed_settings import Feeds
from lealtad.monitoring.feeds.counts import daily_counts, usual_lags
from lealtad.monitoring.feeds.health import failing, feed_health, resting
from lealtad.monitoring.feeds.judging import ERROR_A_YEAR, SCHEMA, judge_feeds
from lealtad.monitoring.feeds.words import feed_sentence

__all__ = [
    "ERROR_A_YEAR",
    "SCHEMA",
    "Feeds",
    "daily_counts",
    "failing",
    "feed_health",
    "feed_sentence",
    "judge_feeds",
    "resting",
    "usual_lags",
]
