"""The desk's sentences: written in English where they are shown, and in Spanish in `words.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from lealtad.base.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

# the words of codes, by kind and code, in English; words.toml has them in Spanish like any sentence
CODES: dict[str, dict[str, str]] = {
    "role": {
        "rep": "Representative",
        "lead": "Team lead",
        "head": "Head of customer experience",
        "administrator": "Administrator",
    },
    "outcome": {
        "accepted": "Accepted",
        "declined": "Declined",
        "promised": "Promised to decide",
        "not_reached": "Not reached",
        "wrong_number": "Wrong number",
        "do_not_contact": "Asked not to be contacted",
        "complaint": "Complaint",
        "other": "Talked, nothing agreed",
    },
    "override": {
        "other_action": "Another action fits better",
        "other_date": "Another date fits better",
        "not_worth_it": "Not worth a contact",
        "know_customer": "I know this customer",
        "already_solved": "Already solved",
    },
    "status": {
        "open": "To do",
        "waiting": "Waiting for its date",
        "done": "Done",
        "skipped": "Skipped by the team",
        "closed": "Closed",
    },
    "closed": {
        "gone": "The customer is no longer active.",
        "consent": "The customer does not want to be contacted.",
        "opted_out": "The customer asked not to be contacted.",
        "replaced": "A newer list took its place.",
    },
    "kind": {
        "claimed": "Claimed",
        "released": "Released",
        "assigned": "Assigned",
        "outcome": "Outcome",
        "override": "Override",
        "snoozed": "Put off",
        "undone": "Undone",
        "closed": "Closed",
        "refreshed": "Listed again",
        "viewed": "Viewed",
        "searched": "Searched",
        "exported": "Exported",
        "embedded": "Read by a system",
        "contact_allowed": "Contact allowed again",
        "logged_in": "Logged in",
        "login_failed": "Login failed",
        "locked_out": "Locked out",
        "account_changed": "Account changed",
        "token_changed": "Token changed",
        "delivered": "List delivered",
        "alert_seen": "Alert noted",
    },
    "measure": {
        "churners": "Customers who churn",
        "saves": "Customers saved",
        "profit": "Profit",
    },
    # what touchpoints and tickets commonly say; a company's other codes stay as they are
    "touchpoint_outcome": {
        "completed": "Completed",
        "abandoned": "Abandoned",
        "found": "Answer found",
        "not_found": "Answer not found",
        "opened": "Opened",
        "clicked": "Clicked",
        "ignored": "Ignored",
        "answered": "Answered",
        "no_answer": "Not answered",
        "bought": "Bought",
    },
    "ticket_word": {
        "low": "Low priority",
        "normal": "Normal priority",
        "high": "High priority",
        "urgent": "Urgent",
        "billing": "Billing",
        "delivery": "Delivery",
        "technical": "Technical",
        "account": "Account matters",
        "product": "Product",
    },
    "fact": {
        "touchpoint": "Touchpoint",
        "ticket": "Ticket",
        "survey": "Survey",
        "order": "Order",
        "contract": "Contract",
        "contact": "Contact by the team",
    },
    "refusal": {
        "not_yours": "This customer is on another team's list.",
        "not_their_team": "This person does not work on that team's list.",
        "opted_out": "The customer asked not to be contacted.",
        "quota_of_person": "Your quota for today is used up.",
        "quota_of_team": "The team's contacts for today are used up.",
        "too_late": "It is too late to undo this.",
        "not_beyond": "The customer asked not to be contacted, so nothing else can be logged.",
    },
    "ticket_event": {
        "created": "Ticket created",
        "agent_reply": "Reply by an agent",
        "customer_reply": "Reply by the customer",
        "bot_reply": "Reply by a bot",
        "solved": "Ticket solved",
        "reopened": "Ticket reopened",
        "merged": "Ticket merged",
        "deleted": "Ticket deleted",
    },
    "contract_event": {
        "start": "Contract started",
        "renew": "Contract renewed",
        "change": "Contract changed",
        "pause": "Contract paused",
        "resume": "Contract resumed",
        "cancel_request": "Cancellation requested",
        "end": "Contract ended",
    },
}


@cache
def read_spanish() -> Mapping[str, str]:
    """Return the Spanish of each English sentence."""
    path = files("lealtad.desk") / "words.toml"
    sentences: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    return sentences


def translate_sentence(sentence: str, code: str, **values: object) -> str:
    """Return a sentence in a language, with its values in it; one without a translation stays English.

    Examples
    --------
    >>> translate_sentence("My list", "es")
    'Mi lista'
    """
    text = read_spanish().get(sentence, sentence) if code == "es" else sentence
    return text.format(**values) if values else text


def name_code(kind: str, code: str, language: str) -> str:
    """Return the words of a code; a code without words stays as it is.

    Examples
    --------
    >>> name_code("outcome", "not_reached", "es")
    'No localizado'
    """
    return translate_sentence(CODES[kind].get(code, code), language)


@cache
def load_language(code: str, currency: str = "EUR") -> Language:
    """Return how a language writes numbers, money and dates."""
    return Language.from_code(code, currency)
