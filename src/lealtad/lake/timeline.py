"""As-of dates, horizons and the split in time into training dates, embargo and test dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from lealtad.lake import Lake

Moment = datetime | date | str


def parse_moment(given: Moment) -> datetime:
    """Return a day or a time as the UTC instant it begins at; one without a zone is UTC.

    Raises
    ------
    SettingsError
        If the text is neither a day nor a time.

    Examples
    --------
    >>> parse_moment("2026-01-31") == parse_moment(date(2026, 1, 31)) == datetime(2026, 1, 31, tzinfo=UTC)
    True
    """
    try:
        # pandas' own timestamps are datetimes too
        read = datetime.fromisoformat(given.isoformat() if isinstance(given, date) else given)
    except (TypeError, ValueError):
        raise SettingsError(
            place="as_of",
            expected="a day such as 2026-01-31",
            found=repr(given),
            fix="Write a day, or a time such as 2026-01-31T09:30.",
        ) from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


@dataclass(frozen=True)
class Timeline:
    """The dates of one company, counted backwards from the end of its data.

    Attributes
    ----------
    end
        The last midnight (UTC) up to which facts are complete; the newest as-of date.
    step_days
        Days between as-of dates.
    outcome_days
        Days from an as-of date until its outcome is known.
    """

    end: datetime
    step_days: int
    outcome_days: int

    @property
    def outcome(self) -> timedelta:
        """The time from an as-of date until its outcome is known."""
        return timedelta(days=self.outcome_days)

    def list_dates_with_outcome(self, count: int) -> list[datetime]:
        """Return the newest `count` as-of dates whose outcome is known by the end, oldest first.

        Examples
        --------
        >>> from datetime import UTC
        >>> year = Timeline(datetime(2018, 1, 1, tzinfo=UTC), step_days=7, outcome_days=28)
        >>> [date.strftime("%d %b") for date in year.list_dates_with_outcome(2)]
        ['27 Nov', '04 Dec']
        """
        newest = self.end - self.outcome
        return [newest - timedelta(days=self.step_days * k) for k in reversed(range(count))]

    def split(self, train_dates: int, test_dates: int) -> TemporalSplit:
        """Split the labelled dates: the newest test, the oldest train, with an outcome's embargo between them.

        Every training outcome ends before the first test date, so that no model learns from the time it is judged
        on.
        """
        test = self.list_dates_with_outcome(test_dates)
        embargo = -(-self.outcome // timedelta(days=self.step_days))
        train = self.list_dates_with_outcome(test_dates + embargo + train_dates)[:train_dates]
        return TemporalSplit(train=tuple(train), test=tuple(test))


@dataclass(frozen=True)
class TemporalSplit:
    """As-of dates to learn from and later ones to be judged on."""

    train: tuple[datetime, ...]
    test: tuple[datetime, ...]


def find_end_of_data(lake: Lake) -> datetime:
    """Return the last midnight (UTC) at or before the newest fact of any table that had happened by the load.

    A planned change of a contract counts from when it happens; see `Lake.newest`.

    Raises
    ------
    TooLittleDataError
        If the lake holds no facts.
    """
    facts = [table.name for table in TABLES if table.event_time and lake.has(table.name)]
    newest = [lake.newest(name) for name in facts]
    latest = max((instant for instant in newest if instant is not None), default=None)
    if not isinstance(latest, datetime):
        raise TooLittleDataError(
            what="facts in the lake",
            needed=1,
            found=0,
            fix="Load a table of facts, such as orders: lealtad ingest --data FOLDER.",
        )
    return midnight(latest)


def midnight(instant: datetime) -> datetime:
    """Return the midnight at which the day of an instant begins."""
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)
