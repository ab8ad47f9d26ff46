"""The yearly cost of failures in margin, read from the table of `lealtad drivers`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.outputs import check_output
from lealtad.experience.drivers.outcomes import MARGIN
from lealtad.experience.drivers.wording import name_driver_in_words
from lealtad.experience.journey.wording import name_owners

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.base.language import Language

_NUMBERS = ("gain", "gain_low", "gain_high")
_COLUMNS = ("outcome", "driver", "owner", *_NUMBERS)
_MOST = 8


@dataclass(frozen=True)
class FailureCost:
    """The yearly cost in margin of a driver's bad moments, in words.

    Attributes
    ----------
    driver, name
        Its key, and its name.
    cost, interval
        The margin that fixing it would bring, with the 95 % interval.
    is_certain
        Whether the interval is above 0.
    owner
        Its owner; empty without one.
    """

    driver: str
    name: str
    cost: str
    interval: str
    is_certain: bool
    owner: str


def read_failure_costs(path: Path, language: Language) -> list[FailureCost]:
    """Return the costliest failures first, at most eight; empty if no drivers of margin were computed.

    Parameters
    ----------
    path
        `drivers.csv` of the run.

    Examples
    --------
    >>> from pathlib import Path
    >>> from lealtad.base.language import Language
    >>> read_failure_costs(Path("nowhere/drivers.csv"), Language.from_code("en"))
    []
    """
    return [describe_cost(row, language) for row in read_cost_rows(path).head(_MOST).iter_rows(named=True)]


def read_cost_rows(path: Path) -> pl.DataFrame:
    """Return `driver, owner, gain, gain_low, gain_high` of the margin above 0, the costliest first."""
    empty = pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    if path.is_file():
        check_output(path)
        rows = pl.read_csv(path, infer_schema=False)
        empty = rows if set(_COLUMNS) <= set(rows.columns) else empty
    numbered = empty.select(*_COLUMNS[:3], pl.col(_NUMBERS).cast(pl.Float64))
    costly = numbered.filter(pl.col("outcome") == MARGIN, pl.col("gain") > 0)
    return costly.drop("outcome").sort("gain", "driver", descending=[True, False])


def describe_cost(row: Mapping[str, Any], language: Language) -> FailureCost:
    """Describe the cost of a driver's failures in words."""
    value, low, high = (language.money(round(row[name])) for name in _NUMBERS)
    return FailureCost(
        row["driver"],
        name_driver_in_words(row["driver"], language),
        value,
        language.translate("{low} to {high}", low=low, high=high),
        row["gain_low"] > 0,
        name_owners(row["owner"], language) if row["owner"] else "",
    )
