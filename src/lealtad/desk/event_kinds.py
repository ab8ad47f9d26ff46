"""The kinds of events, the states of a card, and the codes that people choose from."""

from __future__ import annotations

from lealtad.sources.contract.outcomes import NO_CONTACT, OUTCOMES, REFUSES_CONTACT

__all__ = ["NO_CONTACT", "OUTCOMES", "OVERRIDES", "REFUSES_CONTACT", "Kind", "Status"]


class Kind:
    """Codes for kinds of events."""

    CLAIMED, RELEASED, ASSIGNED = "claimed", "released", "assigned"
    OUTCOME, OVERRIDE, SNOOZED, UNDONE = "outcome", "override", "snoozed", "undone"
    CLOSED, REFRESHED = "closed", "refreshed"  # done by a night
    VIEWED, SEARCHED, EXPORTED, EMBEDDED = "viewed", "searched", "exported", "embedded"
    CONTACT_ALLOWED = "contact_allowed"
    LOGGED_IN, LOGIN_FAILED, LOCKED_OUT = "logged_in", "login_failed", "locked_out"
    ACCOUNT_CHANGED, TOKEN_CHANGED, DELIVERED = "account_changed", "token_changed", "delivered"
    ALERT_SEEN = "alert_seen"
    ALL = (
        *(CLAIMED, RELEASED, ASSIGNED, OUTCOME, OVERRIDE, SNOOZED, UNDONE, CLOSED, REFRESHED),
        *(VIEWED, SEARCHED, EXPORTED, EMBEDDED, CONTACT_ALLOWED, LOGGED_IN, LOGIN_FAILED, LOCKED_OUT),
        *(ACCOUNT_CHANGED, TOKEN_CHANGED, DELIVERED, ALERT_SEEN),
    )
    WORK = (CLAIMED, RELEASED, ASSIGNED, OUTCOME, OVERRIDE, SNOOZED, UNDONE, CLOSED, REFRESHED)
    CAN_UNDO = (OUTCOME, OVERRIDE, SNOOZED)


class Status:
    """Codes for the state of the work on a card."""

    OPEN, WAITING, DONE, SKIPPED, CLOSED = "open", "waiting", "done", "skipped", "closed"
    AT_WORK = (OPEN, WAITING)


# reasons for not following the suggestion
OTHER_ACTION, OTHER_DATE = "other_action", "other_date"
OVERRIDES = (OTHER_ACTION, OTHER_DATE, "not_worth_it", "know_customer", "already_solved")
