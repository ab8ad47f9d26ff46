"""The status events of tickets, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import AnyArray, Facts, Flags, join_facts
from lealtad.sources.simulated.tickets import MOST_REOPENINGS, MOST_ROUNDS
from lealtad.sources.simulated.weeks import NEVER, SECOND

if TYPE_CHECKING:
    from lealtad.sources.simulated.presence import Presence

EVENTS = (
    "created", "agent_reply", "customer_reply", "bot_reply", "solved", "reopened", "merged", "deleted",
)  # fmt: skip
CREATED, AGENT_REPLY, CUSTOMER_REPLY, BOT_REPLY, SOLVED, REOPENED, MERGED, DELETED = range(8)
STATUS, PRIVATE, PUBLIC = range(3)
NO_TICKET = -1
_CARRIED = ("who", "priority", "category", "channel", "number", "by_agent", "spam")


def unfold_tickets(tickets: Facts, presence: Presence) -> Facts:
    """Unfold tickets into events; churned customers neither write nor reopen."""
    real = tickets["spam_at"] == NEVER
    first_reply = tickets["at"] + SECOND
    parts = [
        _build_rows(tickets, CREATED, tickets["at"], STATUS),
        _build_rows(tickets, BOT_REPLY, tickets["bot"], PUBLIC),
        _build_rows(tickets, DELETED, tickets["spam_at"], STATUS),
        _build_rows(tickets, AGENT_REPLY, tickets["note"], PRIVATE, real),
        _build_rows(tickets, AGENT_REPLY, first_reply, PUBLIC, real & tickets["by_agent"].astype(np.bool_)),
        _build_rows(tickets, AGENT_REPLY, tickets["first"], PUBLIC, real),
        _build_rows(tickets, SOLVED, tickets["solved"], STATUS, real),
    ]
    going = real
    for number in range(1, MOST_ROUNDS + 1):
        asked, replied = tickets[f"asked_{number}"], tickets[f"replied_to_{number}"]
        going = going & (asked < NEVER) & presence.is_subscribed(tickets["who"], asked)
        parts += [
            _build_rows(tickets, CUSTOMER_REPLY, asked, PUBLIC, going),
            _build_rows(tickets, AGENT_REPLY, replied, PUBLIC, going),
        ]
    going = real
    for number in range(1, MOST_REOPENINGS + 1):
        reopened, resolved = tickets[f"reopened_{number}"], tickets[f"resolved_{number}"]
        going = going & (reopened < NEVER) & presence.is_subscribed(tickets["who"], reopened)
        parts += [
            _build_rows(tickets, REOPENED, reopened, STATUS, going),
            _build_rows(tickets, AGENT_REPLY, tickets[f"replied_{number}"], PUBLIC, going),
            _build_rows(tickets, SOLVED, resolved, STATUS, going),
        ]
    return join_facts(parts)


def unfold_twins(twins: Facts, first_number: int) -> Facts:
    """Unfold second tickets about the same matter into their creation and their merge."""
    numbered = {
        **twins,
        "number": first_number + np.arange(twins["who"].size),
        "by_agent": np.zeros(twins["who"].size, np.bool_),
        "spam": np.zeros(twins["who"].size, np.bool_),
    }
    merged = _build_rows(numbered, MERGED, twins["merged_at"], STATUS)
    return join_facts(
        [_build_rows(numbered, CREATED, twins["at"], STATUS), {**merged, "merged_into": twins["original"]}]
    )


def _build_rows(tickets: Facts, event: int, at: AnyArray, public: int, keep: Flags | None = None) -> Facts:
    happens = (at < NEVER) if keep is None else keep & (at < NEVER)
    rows = {name: tickets[name][happens] for name in _CARRIED}
    count = int(happens.sum())
    return {
        **rows,
        "at": at[happens],
        "event": np.full(count, event),
        "public": np.full(count, public),
        "merged_into": np.full(count, NO_TICKET),
    }
