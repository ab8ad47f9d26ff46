"""How long to search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAIN = 1e-3


@dataclass(frozen=True)
class Budget:
    """The end of a search: a number of trials, a number of seconds, or whichever comes first.

    The search also ends when the last `patience` trials improved the log loss by less than one part in a thousand.

    With trials alone the same seed gives the same model; with seconds it depends on the machine.

    Examples
    --------
    >>> Budget(trials=10).over(trials=10, seconds=0.0)
    True
    >>> Budget(trials=None, seconds=60).over(trials=500, seconds=12.0)
    False
    """

    trials: int | None = 30
    seconds: float | None = None
    patience: int = 8

    def __post_init__(self) -> None:
        """Refuse a search without an end, or without a beginning.

        Raises
        ------
        SettingsError
            If neither is given, or one is not positive.
        """
        limits = [limit for limit in (self.trials, self.seconds) if limit is not None]
        if not limits or min(limits) <= 0:
            raise SettingsError(
                place="budget",
                expected="trials or seconds above 0",
                found=f"trials={self.trials}, seconds={self.seconds}",
                fix="Give Budget(trials=30), Budget(trials=None, seconds=60), or both.",
            )

    def over(self, *, trials: int, seconds: float) -> bool:
        """Return whether the search has had its trials or its time; the first trial is always made."""
        if trials == 0:
            return False
        return trials >= (self.trials or float("inf")) or seconds >= (self.seconds or float("inf"))

    def limit(self, trials: int | None) -> Budget:
        """Return the budget with at most that many trials; None leaves it as it is."""
        if trials is None or (self.trials is not None and self.trials <= trials):
            return self
        return replace(self, trials=trials)

    def has_stalled(self, losses: Sequence[float]) -> bool:
        """Return whether the newest trials gained nothing over those before.

        Examples
        --------
        >>> Budget(patience=2).has_stalled([0.5, 0.49999, 0.6])
        True
        >>> Budget(patience=2).has_stalled([0.5, 0.4, 0.6])
        False
        """
        before, newest = losses[: -self.patience], losses[-self.patience :]
        return bool(before) and min(newest) > min(before) * (1 - _GAIN)
