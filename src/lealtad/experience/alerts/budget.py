"""The budget of false alarms in an unchanged company, and its split among the kinds of alert."""

from __future__ import annotations

from math import log

from lealtad.experience.alerts.evidence import QUARTER_DAYS

MISS, THEME, DRIVER, QUEUE = "miss", "theme", "driver", "queue"
KINDS = (MISS, THEME, DRIVER, QUEUE)
# by kind, the probability of a false alarm within a quarter, over all figures of the kind together
_ERRORS = {MISS: 0.04, THEME: 0.03, DRIVER: 0.03, QUEUE: 0.02}


def compute_miss_threshold(figures: int) -> float:
    """Return the log evidence that raises an alert; the threshold is valid at every look.

    Examples
    --------
    >>> round(compute_miss_threshold(40), 1)
    6.9
    """
    return log(max(figures, 1) / _ERRORS[MISS])


def compute_chance_threshold(kind: str, tests: int) -> float:
    """Return the p-value below which a single test counts, given the number of tests each night.

    Examples
    --------
    >>> compute_chance_threshold("theme", 20) < 0.03 / 20 / 90
    True
    """
    return _ERRORS[kind] / (max(tests, 1) * QUARTER_DAYS)
