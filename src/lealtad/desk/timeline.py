"""The one timeline of a customer: every fact on every channel, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    import polars as pl


KINDS = ("touchpoint", "ticket", "survey", "order", "contract", "contact")
DESK_PREFIX = "desk-"
# by topic of a reason, the kind of the facts behind it; any other topic is about touchpoints
_TOPICS = {
    "ticket": "first reply, first tickets, open tickets, promises, reopening, solutions, tickets",
    "survey": "answering, first ratings, invitations, recommending, satisfaction, comments",
    "order": "basket, discounts, margin, returns, spending, cadence, frequency, pace, recency, regularity, trend",
    "contract": "cancelling, contracts, downgrades, endings, pauses, payments, price, price rises, tenure, term",
}
_KIND_OF_TOPIC = {topic: kind for kind, topics in _TOPICS.items() for topic in topics.split(", ")}


@dataclass(frozen=True)
class Fact:
    """A fact of a customer.

    Attributes
    ----------
    kind
        One of `KINDS`.
    at, known_at
        When it happened, and when the company's systems knew it.
    title
        A code or the company's own name of what happened.
    by
        `customer` or `company`; empty if that is not a question.
    text
        What a person wrote, as it was written.
    tags
        Codes of a ticket's category and priority.
    score, amount
        An answer as "9 of 10"; money in the company's currency.
    """

    kind: str
    at: datetime
    known_at: datetime
    title: str
    channel: str = ""
    by: str = ""
    text: str = ""
    score: str = ""
    amount: float | None = None
    detail: str = ""
    tags: tuple[str, ...] = ()

    @property
    def was_late(self) -> bool:
        """Whether the systems knew it only later."""
        return self.known_at > self.at


def find_kind(topic: str | None) -> str:
    """Return the kind of the facts behind a reason.

    Examples
    --------
    >>> find_kind("reopening"), find_kind("self-service")
    ('ticket', 'touchpoint')
    """
    return _KIND_OF_TOPIC.get(topic or "", "touchpoint")


def read_touchpoints(rows: pl.DataFrame) -> Iterator[Fact]:
    """Yield the interactions; those that the desk itself reported are in its own events."""
    for row in _iterate(rows):
        if not str(row["touchpoint_id"]).startswith(DESK_PREFIX):
            yield Fact(
                "touchpoint",
                row["occurred_at"],
                row["known_at"],
                row["touchpoint"],
                row["channel"],
                row["initiated_by"],
                detail=row.get("outcome") or "",
            )


def read_tickets(rows: pl.DataFrame) -> Iterator[Fact]:
    """Yield what happened to tickets, with the texts."""
    for row in _iterate(rows):
        by = {"agent_reply": "company", "customer_reply": "customer", "created": "customer"}
        texts = [row.get("subject"), row.get("text")]
        yield Fact(
            "ticket",
            row["occurred_at"],
            row["known_at"],
            row["event"],
            row.get("channel") or "",
            by.get(row["event"], ""),
            text=". ".join(part for part in texts if part),
            detail=str(row["ticket_id"]),
            tags=tuple(str(part) for part in (row.get("category"), row.get("priority")) if part),
        )


def read_surveys(rows: pl.DataFrame) -> Iterator[Fact]:
    """Yield invitations and answers, each with its own clock."""
    for row in _iterate(rows):
        metric = str(row["metric"]).upper()
        answered = row.get("answered_at")
        if answered is None:
            yield Fact("survey", row["sent_at"], row["sent_at"], metric, by="company", detail="unanswered")
            continue
        score = "" if row.get("score") is None else f"{row['score']:g} / {row['scale_max']:g}"
        known_at = max(answered, row.get("recorded_at") or answered)
        yield Fact("survey", answered, known_at, metric, by="customer", text=row.get("comment") or "", score=score)


def read_orders(rows: pl.DataFrame) -> Iterator[Fact]:
    """Yield orders and returns."""
    for row in _iterate(rows):
        title = "return" if row.get("is_return") else "order"
        yield Fact(
            "order",
            row["ordered_at"],
            row["known_at"],
            title,
            amount=row["amount"],
            by="customer",
            detail=str(row["order_id"]),
        )


def read_contracts(rows: pl.DataFrame) -> Iterator[Fact]:
    """Yield the changes of contracts."""
    for row in _iterate(rows):
        yield Fact(
            "contract",
            row["occurred_at"],
            row["known_at"],
            row["event"],
            amount=row.get("amount_monthly"),
            detail=str(row["subscription_id"]),
        )


def read_contacts(rows: pl.DataFrame) -> Iterator[Fact]:
    """Yield the contacts that campaigns made; assignments without a contact are left out."""
    for row in _iterate(rows):
        at = row.get("contacted_at")
        if at is not None and row["arm"] == "treated":
            outcome = row.get("outcome") or ""
            yield Fact(
                "contact", at, max(at, row["known_at"]), row.get("action") or "", by="company", detail=outcome
            )


READERS: dict[str, Callable[[pl.DataFrame], Iterator[Fact]]] = {
    "touchpoints": read_touchpoints,
    "ticket_events": read_tickets,
    "surveys": read_surveys,
    "orders": read_orders,
    "subscriptions": read_contracts,
    "interventions": read_contacts,
}


def _iterate(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return rows.iter_rows(named=True)
