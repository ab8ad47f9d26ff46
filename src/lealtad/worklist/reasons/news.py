"""Facts about a customer that became known since the previous list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.worklist.reasons.days import format_day
from lealtad.worklist.reasons.fact_lines import read_fact_words

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.worklist.reasons.histories import Histories

_CLOCKS = {
    "subscriptions": "occurred_at",
    "ticket_events": "occurred_at",
    "surveys": "answered_at",
    "orders": "ordered_at",
    "touchpoints": "occurred_at",
    "interventions": "contacted_at",
}
_OUR_ACTS = {"agent_reply", "bot_reply", "merged", "deleted"}
_CUSTOMER = "customer"


def list_news(histories: Histories, customer: str, since: datetime) -> list[tuple[str, datetime]]:
    """Return a customer's facts that became known since a moment, the most important first.

    Returns
    -------
    Pairs of a code of `fact_words.toml`, `news`, and when it happened. Messages of the company and replies of
    agents do not count as news about the customer.
    """
    codes = list(read_fact_words("en")["news"])
    news: list[tuple[int, datetime, str]] = []
    for table, clock in _CLOCKS.items():
        for row in histories.list_rows(customer, table):
            moment, kind = row.get(clock), row.get("event", table)
            if moment is None or max(row.get("known_at") or moment, moment) < since:
                continue
            if table == "touchpoints" and row.get("initiated_by", _CUSTOMER) != _CUSTOMER:
                continue
            if kind not in _OUR_ACTS and kind in codes:
                news.append((codes.index(kind), moment, kind))
    return [(kind, moment) for _, moment, kind in sorted(news, key=lambda item: (item[0], -item[1].timestamp()))]


def write_news(kind: str, moment: datetime, as_of: datetime, language: Language, zone: str = "UTC") -> str:
    """Describe a piece of news, such as "reopened a ticket yesterday".

    Parameters
    ----------
    kind
        A code that `list_news` returns.
    moment
        When it happened.
    as_of
        The night; the day is described relative to it.
    zone
        The company's time zone, by its IANA name.

    Returns
    -------
    A clause without a full stop.
    """
    return read_fact_words(language.code)["news"][kind].format(day=format_day(moment, as_of, language, zone))
