"""The protocol of recommendations: the horizon, and the dates to learn from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Protocol:
    """Settings for learning recommendations.

    Attributes
    ----------
    horizon_days
        Days after an as-of date in which a purchase is awaited.
    step_days
        Days between the as-of dates to learn from.
    dates
        Number of dates to learn from; each ends a horizon before the as-of date, or earlier.
    next_dates
        Number of dates behind the weights of what customers added next.
    half_life
        Days after which a purchase counts half.
    penalty
        λ of EASE.
    least_buyers
        Minimum number of buyers of an offered product.
    """

    horizon_days: float = 28.0
    step_days: float = 28.0
    dates: int = 4
    next_dates: int = 6
    half_life: float = 60.0
    penalty: float = 500.0
    least_buyers: int = 20

    def list_training_days(self, day: float, first_day: float) -> list[float]:
        """Return the days to learn from, newest first: each has some history and an outcome known by `day`.

        Examples
        --------
        >>> Protocol(dates=2).list_training_days(100.0, 0.0)
        [72.0, 44.0]
        """
        days = [day - self.horizon_days - number * self.step_days for number in range(self.dates)]
        return [each for each in days if each - first_day >= self.horizon_days]
