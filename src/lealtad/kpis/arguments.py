"""Checks of the arguments of a measure: numbers, lengths in days, named variants."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from typing import TypeGuard

_LONGEST_DAYS = 100_000


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a finite number; a text or a missing value is not.

    Examples
    --------
    >>> is_number(0.25), is_number("0.25"), is_number(float("nan")), is_number(None)
    (True, False, False, False)
    """
    return isinstance(value, Real) and math.isfinite(value)


def check_days(place: str, days: object, expected: str = "days above 0", fix: str = "Give a length.") -> None:
    """Raise if a length is not a number of days.

    Raises
    ------
    SettingsError
        If it is not a finite number above 0, or above 100,000 days.

    Examples
    --------
    >>> check_days("window_days", 30.5)
    >>> check_days("window_days", float("nan"))
    Traceback (most recent call last):
    ...
    lealtad.base.errors.SettingsError: window_days: expected days above 0, found nan. Give a length.
    """
    if not is_number(days) or not 0 < days <= _LONGEST_DAYS:
        raise SettingsError(place=place, expected=expected, found=f"{days}", fix=fix)


def check_choice(place: str, chosen: str, allowed: tuple[str, ...]) -> None:
    """Raise if a choice is not allowed.

    Raises
    ------
    SettingsError
        If it is not among them.
    """
    if chosen not in allowed:
        raise SettingsError(
            place=place, expected=" or ".join(allowed), found=f"'{chosen}'", fix=suggest_name(chosen, allowed)
        )
