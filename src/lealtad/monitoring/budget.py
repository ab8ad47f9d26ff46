"""The budget of false alarms a year in an unchanged company, and its split among the kinds of alarm."""

from __future__ import annotations

from typing import Literal

Kind = Literal["levels", "slope", "churners", "saves", "labels", "features", "scores", "responses"]

ERROR_A_YEAR = 0.05
_SHARES: dict[Kind, float] = {
    "levels": 0.01,
    "slope": 0.005,
    "churners": 0.005,
    "saves": 0.005,
    "labels": 0.002,
    "features": 0.005,
    "scores": 0.003,
    "responses": 0.005,
}


def error_of(kind: Kind) -> float:
    """Return the allowed probability of a false alarm of a kind within a year.

    Examples
    --------
    >>> round(sum(_SHARES.values()), 6) <= ERROR_A_YEAR
    True
    """
    return _SHARES[kind]
