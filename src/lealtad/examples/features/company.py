"""What the families need to know of a company, other than its rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lealtad.company.settings import FAILED_OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.settings import Settings
    from lealtad.examples.features.words.axes import WordAxes
    from lealtad.kpis import BusinessCalendar


@dataclass(frozen=True)
class CompanyProfile:
    """A company's promises, hours and vocabulary; the default has none.

    Attributes
    ----------
    calendar
        Business hours of the company; None measures waits in calendar hours.
    sla
        By priority, the hours within which a ticket should get its first reply.
    levels
        By column of `customers`, its possible values; each becomes a feature. A column declared without values
        holds numbers written as text.
    failed_outcomes
        Values of `outcome` in `touchpoints`, in any case, that mean a contact failed the customer who started it.
    modules
        Python modules with the company's own features.
    words
        The axes of words for comments; None switches the family off.
    known_in_time
        Attributes that the company vouches for: no value was written in hindsight, however well they predict
        churn.
    """

    calendar: BusinessCalendar | None = None
    sla: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failed_outcomes: tuple[str, ...] = FAILED_OUTCOMES
    modules: tuple[str, ...] = ()
    words: WordAxes | None = None
    known_in_time: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> CompanyProfile:
        """Take from the settings what features depend on."""
        return cls(
            calendar=settings.business,
            sla=settings.sla,
            levels=settings.features.levels,
            failed_outcomes=settings.features.failed_outcomes,
            modules=settings.features.modules,
            known_in_time=settings.features.known_in_time,
        )

    @property
    def fingerprint(self) -> str:
        """A hash of promises, hours, levels and failed outcomes: values computed under others are not the same."""
        hours = serialize_calendar(self.calendar)
        levels = {name: list(values) for name, values in self.levels.items()}
        parts = json.dumps([hours, dict(self.sla), levels, list(self.failed_outcomes)])
        return hashlib.sha256(parts.encode()).hexdigest()


def serialize_calendar(calendar: BusinessCalendar | None) -> list[Any] | None:
    """Return a calendar as JSON holds it: hours, zone, country, subdivision and further holidays, in order."""
    if calendar is None:
        return None
    hours = [[days, spans] for days, spans in calendar.hours.items()]
    holidays = sorted(day.isoformat() for day in calendar.extra_holidays)
    return [hours, calendar.zone, calendar.country, calendar.subdivision, holidays]
