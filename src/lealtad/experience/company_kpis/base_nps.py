"""The NPS of all customers, including those who do not answer, as estimated by training."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.outputs import check_output
from lealtad.experience.figure_wording import format_points

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language

_ESTIMATES = ("naive", "tilted", "bounds")
_ENDS = ("value", "low", "high")
_COLUMNS = ("estimate", *_ENDS, "n")


@dataclass(frozen=True)
class BaseNps:
    """The NPS of those who answer, and of all customers.

    Attributes
    ----------
    answering, everyone
        Value, lower and upper bound of the 95 % interval, in points. The second assumes that opinions last from
        one invitation to the next.
    bounds
        Lower and upper bound of the NPS of all customers, whatever those who never answered think.
    n
        Number of answers.
    """

    answering: tuple[float, float, float]
    everyone: tuple[float, float, float]
    bounds: tuple[float, float]
    n: int


def read_base_nps(path: Path) -> BaseNps | None:
    """Read `nps.csv`, which `lealtad train` writes; None if it is missing, or has no estimate.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_base_nps(Path("nowhere/nps.csv")) is None
    True
    """
    if not path.is_file():
        return None
    check_output(path)
    rows = pl.read_csv(path, null_values="", schema_overrides=dict.fromkeys(_ENDS, pl.Float64))
    if not set(_COLUMNS) <= set(rows.columns):
        return None
    by_name = {row["estimate"]: row for row in rows.select(_COLUMNS).iter_rows(named=True)}
    if not set(_ESTIMATES) <= set(by_name):
        return None
    answering, everyone = (
        tuple(by_name[name][end] for end in ("value", "low", "high")) for name in _ESTIMATES[:2]
    )
    bounds = (by_name["bounds"]["low"], by_name["bounds"]["high"])
    if None in (*answering, *everyone, *bounds):
        return None
    return BaseNps(answering, everyone, bounds, by_name["naive"]["n"])


def describe_base_nps(base_nps: BaseNps | None, language: Language) -> str:
    """Describe the NPS of those who answer and of all customers in one sentence; empty if it is not estimated.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> estimated = BaseNps((17.2, 15.0, 19.4), (9.5, 5.5, 13.5), (-70.0, 80.0), 4000)
    >>> describe_base_nps(estimated, Language.from_code("en"))
    '17 among customers who answer; about 9.5 among all customers (5.5 to 13.5).'
    """
    if base_nps is None:
        return ""
    value, low, high = (language.decimal(round_half_up(number), 1) for number in base_nps.everyone)
    return language.translate(
        "{answering} among customers who answer; about {value} among all customers ({low} to {high}).",
        answering=format_points(base_nps.answering[0], language),
        value=value,
        low=low,
        high=high,
    )


def round_half_up(value: float) -> float:
    """Round to a tenth like the report of training, although the file holds hundredths (13.4503 as 13.45).

    Examples
    --------
    >>> round_half_up(13.45), round_half_up(-0.04)
    (13.5, 0.0)
    """
    return floor(10 * value + 0.5 + 1e-9) / 10
