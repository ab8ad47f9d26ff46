"""The scope of a figure: its as-of instant, its window and its dimensions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, cast

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.kpis.arguments import check_days
from lealtad.kpis.frames import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.kpis.frames import Frame

_OF_FIGURES = ("value", "n", "low", "high", "definition")


@dataclass(frozen=True)
class View:
    """The as-of instant (None: everything known), the window before it, the dimensions and their tables."""

    as_of: datetime | None
    by: tuple[str, ...]
    window_days: float | None
    customers: pl.DataFrame | None = None
    touchpoints: pl.DataFrame | None = None

    @property
    def window_start(self) -> datetime | None:
        """The first instant of the window; None if it is open."""
        if self.as_of is None or self.window_days is None:
            return None
        return self.as_of - timedelta(days=self.window_days)


class CustomerOptions(TypedDict, total=False):
    """The keywords of a measure of customers.

    Attributes
    ----------
    as_of
        The instant at which the figure is known: what happened, or became known, at it or later does not count. A
        date is its first instant, and a time without a zone is UTC. None counts everything.
    by
        The dimensions, one figure per combination of their values. They are columns of the rows themselves, of the
        touchpoints they point at (stage, channel, owner ...) or of the customers as of `as_of` (segment ...).
        `week` and `month` are dimensions too, in the zone the source wrote in.
    customers
        The contract's `customers`, which hold dimensions.
    """

    as_of: date | None
    by: Sequence[str]
    customers: Frame | None


class WindowOptions(CustomerOptions, total=False):
    """The keywords of a measure over a window.

    Attributes
    ----------
    window_days
        The length of the window that ends at `as_of`, in days. None, for events, counts all that came before.
    """

    window_days: float | None


class EventOptions(WindowOptions, total=False):
    """The keywords of a measure of surveys or tickets.

    Attributes
    ----------
    touchpoints
        The contract's `touchpoints`, which hold dimensions.
    """

    touchpoints: Frame | None


def read_view(options: EventOptions | CustomerOptions, accepted: type = EventOptions) -> View:
    """Read the keywords that every measure shares.

    Raises
    ------
    TypeError
        If a keyword is not accepted.
    SettingsError
        If `as_of` is not a date, or `window_days` is not above 0 or lacks an `as_of`. Also if `by` names a
        dimension twice or a column of the result.
    """
    strange = sorted(options.keys() - accepted.__annotations__.keys())
    if strange:
        raise TypeError(f"unexpected keyword '{strange[0]}'; expected {', '.join(accepted.__annotations__)}")
    values: Mapping[str, Any] = options
    return _build_view(*(values.get(name, default) for name, default in _DEFAULTS.items()))


def read_customer_view(options: WindowOptions, window_days: float = 30) -> tuple[View, float]:
    """Read the keywords of a measure that always has a window, and return the length of the window too.

    Raises
    ------
    SettingsError
        As `read_view`, and if `window_days` is not a length.
    """
    days = options.get("window_days", window_days)
    check_days("window_days", days)
    others = {name: value for name, value in options.items() if name != "window_days"}
    return read_view(cast("CustomerOptions", others), CustomerOptions), cast("float", days)


_DEFAULTS: Mapping[str, Any] = {
    "as_of": None,
    "by": (),
    "window_days": None,
    "customers": None,
    "touchpoints": None,
}


def _build_view(
    as_of: date | None,
    by: Sequence[str],
    window_days: float | None,
    customers: Frame | None,
    touchpoints: Frame | None,
) -> View:
    names = (by,) if isinstance(by, str) else tuple(by)
    taken = [name for name in names if name in _OF_FIGURES]
    if taken:
        raise SettingsError(
            place="by",
            expected="dimensions that are not columns of the result",
            found=", ".join(taken),
            fix="Rename the column in the table that holds it.",
        )
    if len(set(names)) != len(names):
        raise SettingsError(place="by", expected="each dimension once", found=f"{names}", fix="Name it once.")
    if window_days is not None:
        expected, fix = "days above 0, counted back from as_of", "Give both, or neither."
        check_days("window_days", window_days, expected, fix)
        if as_of is None:
            raise SettingsError(place="window_days", expected=expected, found="no as_of", fix=fix)
    return View(
        _to_instant(as_of),
        names,
        window_days,
        None if customers is None else read_rows(customers, "customers", ("customer_id",)),
        None if touchpoints is None else read_rows(touchpoints, "touchpoints", ("touchpoint_id",)),
    )


def is_known_by(rows: pl.DataFrame, event_time: str, as_of: datetime | None) -> pl.Expr:
    """Return whether a fact had happened and was known before `as_of`; one at `as_of` itself was not."""
    if as_of is None:
        return pl.col(event_time).is_not_null()
    recorded = [name for name in ("known_at", "recorded_at") if name in rows.columns][:1]
    # max_horizontal ignores nulls: a fact without `recorded_at` was known when it happened
    return pl.col(event_time).is_not_null() & (pl.max_horizontal(event_time, *recorded) < as_of)


def select_known_facts(rows: pl.DataFrame, event_time: str, as_of: datetime | None) -> pl.DataFrame:
    """Return the facts that had happened and were known before `as_of`."""
    return rows.filter(is_known_by(rows, event_time, as_of))


def select_window(rows: pl.DataFrame, moment: str, view: View) -> pl.DataFrame:
    """Return the rows whose `moment` is in the window."""
    start = view.window_start
    return rows if start is None else rows.filter(pl.col(moment) >= start)


def _to_instant(as_of: date | None) -> datetime | None:
    if isinstance(as_of, datetime) and not math.isnan(as_of.year):  # pandas' missing time is a datetime too
        return as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    if isinstance(as_of, date) and not isinstance(as_of, datetime):
        return datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    if as_of is None:
        return None
    raise SettingsError(
        place="as_of",
        expected="a date or a datetime (UTC where it has no zone)",
        found=f"{as_of!r}",
        fix="Try datetime.fromisoformat.",
    )
