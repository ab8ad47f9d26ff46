"""The facts behind a reason: what they add to its sentence, and the facts themselves in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lealtad.base.masking import mask_personal_data
from lealtad.worklist.reasons.amount import format_time
from lealtad.worklist.reasons.days import format_day, name_day, name_month
from lealtad.worklist.reasons.fact_lines import (
    STATES,
    find_moment,
    name_fact,
    name_touchpoint,
    read_fact_words,
    read_opened,
)
from lealtad.worklist.reasons.promises import Promises, was_broken
from lealtad.worklist.reasons.purchases import describe_purchases
from lealtad.worklist.reasons.tickets_despite_silence import find_recent_tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.worklist.reasons.histories import Fact, Histories

_LONGEST = 60  # characters of a subject
_LONGEST_QUOTE = 160
_SHOWN = 4  # facts under a reason, the newest
_SECONDS_OF_DAY = 86_400
_IDS = ("ticket_id", "order_id", "survey_id", "touchpoint_id", "subscription_id")


@dataclass(frozen=True)
class Evidence:
    """The facts behind a reason.

    Attributes
    ----------
    details
        Parts of the sentence by name.
    facts
        The facts in words, newest first.
    ticket
        The ticket that the sentence is about; None if it is about none, or several.
    """

    details: Mapping[str, str]
    facts: tuple[str, ...] = ()
    ticket: str | None = None


@dataclass(frozen=True)
class EvidenceWriter:
    """Describes the facts behind reasons in one language, with personal data masked."""

    histories: Histories
    as_of: datetime
    language: Language
    zone: str = "UTC"
    promises: Promises = field(default_factory=Promises)

    def describe(self, customer: str, column: str) -> Evidence:
        """Describe the facts behind a customer's value; empty if they are unknown."""
        fact = self.histories.find_facts(customer, column)
        apart = find_recent_tickets(self.histories, customer, column, fact, self.as_of)
        beside = {}
        if apart is not None:
            moment, count = apart
            beside["ticket_apart" if count == 1 else "tickets_apart"] = self._day(moment)
        orders = self.histories.list_rows(customer, "orders")
        beside |= describe_purchases(orders, column, self.as_of, self.language, self.zone)
        if fact is None or not fact.rows:
            return Evidence(beside)
        tickets = self._read_tickets(customer)
        rows = [_add_ticket(row, tickets) for row in fact.rows]
        main = _choose_main(rows, column)
        details = {
            **self._describe_times(fact, rows, main),
            **self._describe_ticket(
                customer, rows, main, tickets, is_of_main=column.startswith(("slowest", "last", "waiting"))
            ),
        }
        details |= self._describe_answers(customer, rows) | self._describe_contract(rows) | beside
        failed = [bool(row["failed"]) for row in rows if row.get("failed") is not None]
        if failed:
            details |= {"failed": str(sum(failed)), "contacts": str(len(failed))}
        if main.get("touchpoint"):
            details["touchpoint"] = name_touchpoint(str(main["touchpoint"]), self.language)
        others = [row for row in rows[::-1] if row is not main]
        lines = [self._write_fact(customer, row, fact.clock, tickets) for row in [main, *others][:_SHOWN]]
        ticket = str(main["ticket_id"]) if main.get("ticket_id") else None
        return Evidence(details, tuple(line for line in lines if line), ticket)

    def quote(self, customer: str, text: str | None, longest: int = _LONGEST) -> str | None:
        """Return a text of the customer in quotation marks, masked and cut; None if there is none."""
        plain = " ".join((text or "").split())
        if not plain:
            return None
        masked = mask_personal_data(plain, self.language.code, self.histories.list_known_names(customer))
        short = masked if len(masked) <= longest else masked[: longest - 1].rsplit(" ", 1)[0] + "…"
        return read_fact_words(self.language.code)["kind"]["quote"].format(text=short.rstrip(". "))

    def find_last_comment(self, customer: str) -> tuple[str, datetime] | None:
        """Return the customer's newest comment or ticket text, masked, and when it was written."""
        comments: list[tuple[datetime, str]] = []
        for table, clock, column in (
            ("surveys", "answered_at", "comment"),
            ("ticket_events", "occurred_at", "text"),
        ):
            comments += [
                (row[clock], row[column])
                for row in self.histories.list_rows(customer, table)
                if row.get("event", "created") == "created" and row.get(column) is not None and row[clock]
            ]
        quotes = [(at, self.quote(customer, text, _LONGEST_QUOTE)) for at, text in sorted(comments)[-1:]]
        return next(((text, at) for at, text in quotes if text), None)

    def _describe_times(self, fact: Fact, rows: list[dict[str, Any]], main: Mapping[str, Any]) -> dict[str, str]:
        if fact.clock == STATES:
            moment = read_opened(main)
            return {} if moment is None else {"day": self._day(moment)}
        first, stated = rows[0][fact.clock], main[fact.clock]
        return {
            "since": name_month(first, self.as_of, self.language, self.zone),
            "month": name_month(stated, self.as_of, self.language, self.zone),
            "day": self._day(stated),
            "day_noun": name_day(stated, self.as_of, self.language, self.zone),
            **({"one_day": self._day(stated)} if len(rows) == 1 else {}),
        }

    def _describe_ticket(
        self,
        customer: str,
        rows: list[dict[str, Any]],
        main: dict[str, Any],
        tickets: Mapping[str, Any],
        *,
        is_of_main: bool,
    ) -> dict[str, str]:
        ticket = tickets.get(str(main.get("ticket_id")))
        if ticket is None:
            return {}
        details = {}
        subject = self.quote(customer, ticket["subject"]) or ticket.get("category")
        if subject:
            details["subject"] = subject
            is_one = len({row.get("ticket_id") for row in rows}) == 1
            details["the_case" if is_one else "subject_of_many"] = subject
        if main.get("last_solved_at"):
            took = (main["last_solved_at"] - ticket["created_at"]).total_seconds() / _SECONDS_OF_DAY
            details["took"] = format_time(took, self.language)
        details["age"] = format_time(
            (self.as_of - ticket["created_at"]).total_seconds() / _SECONDS_OF_DAY, self.language
        )
        promise = self.promises.first_reply.get(str(ticket.get("priority")))
        if promise and was_broken(promise, [main] if is_of_main else rows):
            details["promise"] = self._write_hours(promise)
        if self.promises.solution:
            details["goal"] = self._write_hours(self.promises.solution)
        return details

    def _describe_answers(self, customer: str, rows: list[dict[str, Any]]) -> dict[str, str]:
        last, details = rows[-1], {}
        if "survey_id" not in last:
            return {}
        comment = self.quote(customer, last.get("comment"), _LONGEST_QUOTE)
        if comment:
            details["comment"] = comment
        if last.get("score") is not None and last.get("scale_max"):
            words = read_fact_words(self.language.code)["kind"]["out_of"]
            score, most = (self.language.number(last[name]) for name in ("score", "scale_max"))
            details["score"] = words.format(score=score, most=most)
        rated = [row["satisfied"] for row in rows if row.get("satisfied") is not None]
        if len(rated) == 1 and not rated[0] and "score" in details:
            details["one_score"] = details["score"]
        elif rated and sum(1 - value for value in rated):
            details |= {"rated": str(len(rated)), "bad": str(round(sum(1 - value for value in rated)))}
        return details

    def _describe_contract(self, rows: list[dict[str, Any]]) -> dict[str, str]:
        last, details = rows[-1], {}
        if last.get("rise") and last["rise"] > 0:
            details["rise"] = self.language.percent(last["rise"], 0 if last["rise"] >= 0.1 else 1)  # noqa: PLR2004
        if last.get("amount_monthly"):
            details["amount"] = self.language.money(last["amount_monthly"])
        return details

    def _write_fact(
        self, customer: str, row: Mapping[str, Any], clock: str, tickets: Mapping[str, Any]
    ) -> str | None:
        """Return a fact in words: its day, what it was, and its id."""
        ticket = tickets.get(str(row.get("ticket_id")))
        if ticket is not None:
            moment, what = ticket["created_at"], self.quote(customer, ticket["subject"]) or ticket.get("category")
            what = what or read_fact_words(self.language.code)["kind"]["ticket"]
        else:
            moment, what = find_moment(row, clock), name_fact(row, clock, self.language)
        key = next((str(row[name]) for name in _IDS if row.get(name)), "")
        if moment is None or not what:
            return None
        text = f"{self.language.date(moment)}: {what}"
        return f"{text} ({key})" if key else text

    def _read_tickets(self, customer: str) -> dict[str, dict[str, Any]]:
        """Return the customer's tickets by id: subject, category, priority and when they were opened."""
        return {
            str(row["ticket_id"]): {
                "ticket_id": row["ticket_id"],
                **{name: row.get(name) for name in ("subject", "category", "priority")},
                "created_at": row["occurred_at"],
            }
            for row in self.histories.list_rows(customer, "ticket_events")
            if row["event"] == "created"
        }

    def _write_hours(self, hours: float) -> str:
        words = read_fact_words(self.language.code)["kind"][
            "working_hours" if self.promises.are_working else "hours"
        ]
        return words.format(hours=self.language.number(hours))

    def _day(self, moment: datetime) -> str:
        return format_day(moment, self.as_of, self.language, self.zone)


def _choose_main(rows: list[dict[str, Any]], column: str) -> dict[str, Any]:
    """Return the fact that a sentence is about: the slowest if it is about the slowest, else the newest."""
    if column.startswith("slowest"):
        return max(rows, key=lambda row: row.get("value") or 0.0)
    if "open" in column and "reopened" not in column:
        return min(rows, key=lambda row: row.get("created_at") or row.get("opened_at") or 0)
    return rows[-1]


def _add_ticket(row: dict[str, Any], tickets: Mapping[str, Any]) -> dict[str, Any]:
    """Add the ticket's id to a fact that only states when a ticket was opened."""
    opened = read_opened(row)
    if opened is None or row.get("ticket_id"):
        return row
    close = (key for key, ticket in tickets.items() if abs((ticket["created_at"] - opened).total_seconds()) < 1)
    return {**row, "ticket_id": next(close, None)}
