"""What may be asked of facts: whole days, shares, and numbers from one up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection


def check_window(window: int | None, announced: Collection[int]) -> None:
    """Refuse a window that has no length, or that the facts were not laid out for."""
    if window is None or (window >= 1 and window in announced):
        return
    if window < 1:
        raise SettingsError(
            place="facts: window",
            expected="whole days, at least 1",
            found=f"{window} days",
            fix="Pass the days before the as-of date at which the window opens, or None for the whole history.",
        )
    raise SettingsError(
        place="facts: window",
        expected="windows that were announced when the facts were laid out",
        found=f"a window of {window} days",
        fix="Add the window to windows or reads of the feature.",
    )


def check_half_life(days: float) -> None:
    """Refuse a half-life that nothing can fade by."""
    if not 0 < days < float("inf"):
        raise SettingsError(
            place="facts: half_life",
            expected="days, more than 0",
            found=f"{days}",
            fix="Pass the days after which a fact counts half.",
        )


def check_share(q: float) -> None:
    """Refuse a quantile that is none."""
    if not 0 <= q <= 1:
        raise SettingsError(
            place="facts: q", expected="a share from 0 to 1", found=f"{q}", fix="Pass a share; the median is 0.5."
        )


def check_nth(nth: int) -> None:
    """Refuse to count back by less than one fact."""
    if nth < 1:
        raise SettingsError(
            place="facts: nth",
            expected="a number from 1 up",
            found=f"{nth}",
            fix="Pass 1 for the newest fact, 2 for the one before.",
        )
