"""The touchpoints of the company: their stage on the journey, their channel, and their owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.population import CHANNELS

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats


@dataclass(frozen=True)
class Touchpoint:
    """One touchpoint; `group` says who meets it, and on what occasion.

    Attributes
    ----------
    owner
        The team that is responsible for it; None if nobody is, as every journey map reveals.
    outcomes
        How it can end, the usual one first.
    tested
        Whether an A/B test runs on it.
    """

    group: str
    channel: str
    name: str
    stage: str
    owner: str | None
    weight: float
    outcomes: tuple[str, ...] = ("completed", "abandoned")
    tested: bool = False


_READ = ("ignored", "opened", "clicked")
_FOUND = ("found", "not_found")

CATALOG: tuple[Touchpoint, ...] = (
    Touchpoint("customer", "web", "account_page", "loyalty", "product", 4),
    Touchpoint("customer", "web", "knowledge_base", "service", "support", 2, _FOUND),
    Touchpoint("customer", "web", "community_forum", "service", None, 0.7, _FOUND),
    Touchpoint("customer", "web", "plan_comparison", "consideration", "product", 0.8, tested=True),
    Touchpoint("customer", "web", "public_review", "advocacy", None, 1.0),
    Touchpoint("customer", "app", "app_session", "loyalty", "product", 6),
    Touchpoint("customer", "app", "in_app_help", "service", "support", 1.5, _FOUND),
    Touchpoint("customer", "app", "refer_a_friend", "advocacy", "marketing", 1.0, tested=True),
    Touchpoint("customer", "email", "answer_to_newsletter", "loyalty", "marketing", 2),
    Touchpoint("customer", "email", "invoice_question", "service", None, 1),
    Touchpoint("customer", "phone", "account_call", "service", "support", 2),
    Touchpoint("customer", "phone", "upgrade_enquiry", "consideration", "sales", 0.6),
    Touchpoint("customer", "store", "store_visit", "loyalty", "store", 2),
    Touchpoint("customer", "store", "parcel_pickup", "purchase", None, 1.5),
    Touchpoint("customer", "social", "social_follow", "loyalty", "marketing", 2),
    Touchpoint("customer", "social", "recommendation_post", "advocacy", None, 1.5),
    Touchpoint("prospect", "web", "search_result", "awareness", "marketing", 3),
    Touchpoint("prospect", "web", "price_page", "consideration", "product", 2, tested=True),
    Touchpoint("prospect", "web", "comparison_site", "consideration", None, 2),
    Touchpoint("prospect", "app", "app_store_page", "awareness", "product", 2),
    Touchpoint("prospect", "app", "app_trial", "consideration", "product", 2),
    Touchpoint("prospect", "email", "quote_request", "consideration", "sales", 1),
    Touchpoint("prospect", "phone", "sales_call", "consideration", "sales", 1),
    Touchpoint("prospect", "store", "store_demo", "consideration", "store", 1),
    Touchpoint("prospect", "social", "friends_post", "awareness", None, 2),
    Touchpoint("prospect", "social", "social_post", "awareness", "marketing", 1),
    Touchpoint("message", "email", "newsletter", "loyalty", "marketing", 5, _READ, tested=True),
    Touchpoint("message", "email", "invoice_notice", "loyalty", None, 2, _READ),
    Touchpoint("message", "app", "push_offer", "consideration", "marketing", 2, _READ, tested=True),
    Touchpoint("message", "app", "proactive_status", "service", "support", 1.5, _READ),
    Touchpoint("message", "store", "event_invitation", "loyalty", "store", 0.5, _READ),
    Touchpoint("message", "phone", "service_check_call", "service", "support", 0.3, ("answered", "no_answer")),
    Touchpoint("advert", "email", "welcome_offer", "consideration", "marketing", 2, _READ, tested=True),
    Touchpoint("advert", "social", "social_advert", "awareness", "marketing", 3, _READ, tested=True),
    Touchpoint("advert", "web", "display_advert", "awareness", "marketing", 3, _READ),
    Touchpoint("order", "web", "web_checkout", "purchase", "sales", 1, ("bought",), tested=True),
    Touchpoint("order", "app", "app_checkout", "purchase", "sales", 1, ("bought",), tested=True),
    Touchpoint("order", "email", "order_by_email", "purchase", "sales", 1, ("bought",)),
    Touchpoint("order", "phone", "order_by_phone", "purchase", "sales", 1, ("bought",)),
    Touchpoint("order", "store", "store_till", "purchase", "store", 1, ("bought",)),
    Touchpoint("order", "social", "social_shop", "purchase", None, 1, ("bought",)),
    Touchpoint("subscribe", "web", "web_sign_up", "purchase", "sales", 1, ("bought",), tested=True),
    Touchpoint("subscribe", "app", "app_sign_up", "purchase", "product", 1, ("bought",)),
    Touchpoint("subscribe", "email", "contract_by_email", "purchase", "sales", 1, ("bought",)),
    Touchpoint("subscribe", "phone", "sign_up_by_phone", "purchase", "sales", 1, ("bought",)),
    Touchpoint("subscribe", "store", "store_sign_up", "purchase", "store", 1, ("bought",)),
    Touchpoint("subscribe", "social", "social_sign_up", "purchase", None, 1, ("bought",)),
    Touchpoint("retention", "phone", "retention_call", "loyalty", "sales", 1, ("answered",)),
    Touchpoint("retention", "email", "retention_offer", "loyalty", "marketing", 1, ("opened",)),
    Touchpoint("retention", "app", "retention_discount", "loyalty", "marketing", 1, ("opened",)),
)

OUTCOMES: tuple[str, ...] = tuple(sorted({word for point in CATALOG for word in point.outcomes}))
BY_COMPANY = np.array([point.group in {"message", "advert", "retention"} for point in CATALOG])
CHANNEL_OF = np.array([CHANNELS.index(point.channel) for point in CATALOG])
IS_ADVOCACY = np.array([point.stage == "advocacy" for point in CATALOG])
IS_HELP = np.array([point.outcomes == _FOUND for point in CATALOG])
TESTED = np.array([point.tested for point in CATALOG])
NOT_FOUND = OUTCOMES.index("not_found")
_USUAL = (0.7, 0.22, 0.08)


def build_outcome_table() -> Floats:
    """Build cumulative outcome probabilities: touchpoints × outcomes."""
    table = np.zeros((len(CATALOG), len(OUTCOMES)))
    for row, point in enumerate(CATALOG):
        for word, weight in zip(point.outcomes, _USUAL, strict=False):
            table[row, OUTCOMES.index(word)] = weight
    cumulative: Floats = np.cumsum(table, axis=1) / table.sum(axis=1, keepdims=True)
    return cumulative


def build_channel_table(group: str) -> Floats:
    """Build cumulative probabilities of a group's touchpoints: channels × touchpoints.

    On a channel where the group has none, any of its touchpoints is possible.
    """
    weight = np.array([point.weight * (point.group == group) for point in CATALOG])
    on = weight * (np.arange(len(CHANNELS))[:, None] == CHANNEL_OF)
    on = np.where(on.sum(axis=1, keepdims=True) > 0, on, weight)
    cumulative: Floats = np.cumsum(on, axis=1) / on.sum(axis=1, keepdims=True)
    return cumulative


GROUPS: dict[str, Floats] = {
    group: build_channel_table(group) for group in dict.fromkeys(point.group for point in CATALOG)
}
OUTCOME_TABLE = build_outcome_table()
