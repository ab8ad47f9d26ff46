"""How long to search."""

from __future__ import annotations

from dataclasses import dataclass

from lealtad.base.errors import SettingsError


@dataclass(frozen=True)
class Budget:
    """The end of a search: a number of trials, a number of seconds, or whichever comes first.

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
        """Say whether the search has had its trials or its time; the first trial is always made."""
        if trials == 0:
            return False
        return trials >= (self.trials or float("inf")) or seconds >= (self.seconds or float("inf"))
