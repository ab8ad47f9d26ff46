"""`lealtad.toml`: a company's targets, working hours, data sources and rules."""

from __future__ import annotations

# pydantic reads the annotations at run time
from datetime import date  # noqa: TC003
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from lealtad.base.errors import suggest_name
from lealtad.base.toml_file import Section, read_toml
from lealtad.company.alert_settings import AlertSettings
from lealtad.company.calendar.business_calendar import BusinessCalendar
from lealtad.company.feed_settings import FeedSettings
from lealtad.company.keep_settings import KeepSettings
from lealtad.company.lake_settings import LakeSettings
from lealtad.company.playbook import Playbook, Words
from lealtad.sources.configuration import Sources
from lealtad.sources.currencies import Currencies
from lealtad.sources.limits import USUAL, Limits
from lealtad.sources.presets import drop_presets

# default outcomes of a contact that failed the customer
FAILED_OUTCOMES = (
    "not_found",
    "abandoned",
    "failed",
    "unresolved",
    "no_encontrado",
    "abandonado",
    "fallido",
    "sin_resolver",
)


class Targets(Section):
    """The target of each KPI; None sets no target. Shares are between 0 and 1, waits in hours.

    Attributes
    ----------
    ces
        Mean effort on the scale 1-7 where 7 is easy; if 1 is easy, the target is mirrored.
    first_response_hours, resolution_hours
        Maximum median wait, in hours of the calendar.
    """

    nps: float | None = Field(default=None, ge=-100, le=100)
    csat: float | None = Field(default=None, ge=0, le=1)
    ces: float | None = Field(default=None, ge=1, le=7)
    response_rate: float | None = Field(default=None, ge=0, le=1)
    first_response_hours: float | None = Field(default=None, gt=0)
    resolution_hours: float | None = Field(default=None, gt=0)
    sla_breach_share: float | None = Field(default=None, ge=0, le=1)
    drop_off: float | None = Field(default=None, ge=0, le=1)


class CalendarSettings(Section):
    """The hours in which the company answers; see `BusinessCalendar` for their format."""

    hours: dict[str, str]
    zone: str
    country: str | None = None
    subdivision: str | None = None
    extra_holidays: tuple[date, ...] = ()


class FeatureSettings(Section):
    """A company's additions to the features.

    Attributes
    ----------
    modules
        Python modules with the company's own features.
    levels
        By column of `customers` (segment, country, language, attr_*), its possible values; an empty list for
        numbers written as text.
    failed_outcomes
        Values of `touchpoints.outcome`, in any case, which mean that a contact failed the customer who started it.
    known_in_time
        Attributes of `levels`, or consent_contact, that the company vouches for: no value was written in
        hindsight. The leak check then accepts them, however well they predict churn.
    """

    modules: tuple[str, ...] = ()
    levels: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    failed_outcomes: tuple[str, ...] = FAILED_OUTCOMES
    known_in_time: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        declared = [*self.levels, "consent_contact"]
        for name in self.known_in_time:
            if name not in declared:
                raise ValueError(
                    f"known_in_time: expected a column of levels, found '{name}'. {suggest_name(name, declared)}"
                )
        return self


class DisplayNames(Section):
    """Names of touchpoints and teams in each language, by their codes in the data.

    Attributes
    ----------
    touchpoints
        By value of `touchpoints.touchpoint`.
    owners
        By value of `touchpoints.owner`, or owner of the playbook.
    """

    touchpoints: dict[str, Words] = Field(default_factory=dict)
    owners: dict[str, Words] = Field(default_factory=dict)

    @property
    def by_language(self) -> dict[str, dict[str, dict[str, str]]]:
        """By language, kind and code, the name."""
        kinds = {"touchpoints": self.touchpoints, "owners": self.owners}
        return {
            language: {
                kind: {code: getattr(words, language) for code, words in named.items()}
                for kind, named in kinds.items()
            }
            for language in Words.model_fields
        }


class Settings(Section):
    """A company's settings; without a calendar, waits are in calendar hours.

    Attributes
    ----------
    sla
        By priority, the hours within which a ticket should have its first reply.
    sources
        Where the tables come from, and the share of rejected rows that stops a load.
    currencies
        The currency that amounts are converted to.
    worklist
        The playbook: actions, capacities and rules of the team.
    names
        Names of touchpoints and owners on pages.
    feeds
        What to do about a table that is late or thin.
    limits
        Limits on the size of inputs.
    keep
        Retention of past states and rows.
    alerts
        The people and systems that are notified of alerts.
    lake
        The location of the lake, if it is not in the folder of the run.
    """

    targets: Targets = Targets()
    sla: dict[str, float] = Field(default_factory=dict)
    calendar: CalendarSettings | None = None
    sources: Sources = Sources()
    currencies: Currencies = Currencies()
    features: FeatureSettings = FeatureSettings()
    worklist: Playbook = Playbook()
    feeds: FeedSettings = FeedSettings()
    limits: Limits = USUAL
    keep: KeepSettings = KeepSettings()
    lake: LakeSettings = LakeSettings()
    names: DisplayNames = DisplayNames()
    alerts: AlertSettings = AlertSettings()

    @classmethod
    def read(cls, path: Path | str) -> Settings:
        """Read a company's settings.

        Raises
        ------
        SettingsError
            If the file is missing, is not TOML, or has an unknown key or an impossible value. If the calendar has
            no hours, or its zone, country or subdivision is unknown.
        """
        settings = read_toml(
            Path(path),
            cls,
            expected="a company's settings",
            fix="Name a file such as lealtad.toml.",
            first=drop_presets,
        )
        _ = settings.business  # an impossible calendar fails now, not in the middle of a job
        return settings

    @property
    def business(self) -> BusinessCalendar | None:
        """The company's calendar; None if waits are in calendar hours."""
        if self.calendar is None:
            return None
        return BusinessCalendar(
            self.calendar.hours,
            self.calendar.zone,
            self.calendar.country,
            self.calendar.subdivision,
            frozenset(self.calendar.extra_holidays),
        )
