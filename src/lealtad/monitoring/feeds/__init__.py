"""Feeds: whether each table is as fresh and complete as its own past suggests.

Owns the daily counts of each table and their comparison with weekdays and season. In: a lake and a night.
Out: one row per table with its status, and the customers whose features depend on a feed that failed.
"""

from lealtad.company.feed_settings import FeedSettings
from lealtad.monitoring.feeds.counts import compute_usual_lags, count_daily_facts
from lealtad.monitoring.feeds.health import feed_health, find_dependent_customers, find_failing_tables
from lealtad.monitoring.feeds.sentences import describe_feed
from lealtad.monitoring.feeds.verdicts import ERROR_A_YEAR, SCHEMA, judge_feeds

__all__ = [
    "ERROR_A_YEAR",
    "SCHEMA",
    "FeedSettings",
    "compute_usual_lags",
    "count_daily_facts",
    "describe_feed",
    "feed_health",
    "find_dependent_customers",
    "find_failing_tables",
    "judge_feeds",
]
