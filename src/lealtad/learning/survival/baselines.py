"""The same prediction for every customer: one curve for all, the least that a model has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.survival.curves import Curves
from lealtad.learning.survival.durations import list_periods

if TYPE_CHECKING:
    from lealtad.learning.survival.durations import Durations


def kaplan_meier(learned: Durations, step_days: float, steps: int, rows: int) -> Curves:
    """Return the one curve of all the rows learned from, with a hazard of its own in each step, `rows` times.

    The estimate of Kaplan and Meier by steps: who is censored within one counts for the part that was seen.

    Examples
    --------
    >>> from lealtad.learning.survival.durations import Durations
    >>> seen = Durations(np.array([5.0, 20.0]), np.array([True, False]))
    >>> kaplan_meier(seen, step_days=10, steps=2, rows=1).surviving.tolist()
    [[1.0, 0.5, 0.5]]
    """
    at_risk_periods = list_periods(learned, step_days, steps)
    at_risk = np.bincount(at_risk_periods.step, at_risk_periods.weight, minlength=steps)
    events = np.bincount(at_risk_periods.step, at_risk_periods.churned, minlength=steps)
    hazard = np.divide(events, at_risk, out=np.zeros(steps), where=at_risk > 0)
    return Curves.of_hazards(np.tile(hazard, (rows, 1)), step_days)


def constant_hazard(learned: Durations, step_days: float, steps: int, rows: int) -> Curves:
    """Return the curve of one hazard, the same in every step and for all customers, `rows` times.

    Notes
    -----
    The hazard is `churned / customer-steps at risk`; a step that was seen in part counts for that part.

    Examples
    --------
    >>> from lealtad.learning.survival.durations import Durations
    >>> two = Durations(np.array([5.0, 20.0]), np.array([True, False]))
    >>> constant_hazard(two, step_days=10, steps=2, rows=1).surviving.shape
    (1, 3)
    """
    at_risk_periods = list_periods(learned, step_days, steps)
    hazard = at_risk_periods.churned.sum() / max(at_risk_periods.weight.sum(), 1.0)
    return Curves.of_hazards(np.full((rows, steps), hazard), step_days)
