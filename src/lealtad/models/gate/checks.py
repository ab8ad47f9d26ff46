"""One row of the gate's table: the check, what was found, and what was needed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCHEMA = {"name": pl.String, "passed": pl.Boolean, "found": pl.String, "needed": pl.String}


@dataclass(frozen=True)
class GateCheck:
    """One check of the gate with its result."""

    name: str
    passed: bool
    found: str
    needed: str


def tabulate_checks(checks: Sequence[GateCheck]) -> pl.DataFrame:
    """Return the checks as a table, one row each: `name, passed, found, needed`."""
    return pl.DataFrame([asdict(check) for check in checks], schema=_SCHEMA, orient="row")


def format_interval(value: float, low: float, high: float, digits: int = 3) -> str:
    """Format a number with its interval.

    Examples
    --------
    >>> format_interval(0.85, 0.8, 0.9)
    '0.850 (0.800 to 0.900)'
    """
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
