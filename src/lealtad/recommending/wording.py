"""Offers in words: why a product is offered or withheld."""

from __future__ import annotations

import tomllib
from functools import cache, partial
from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.recommending.guards import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.base.language import Language


@cache
def read_words(code: str) -> dict[str, dict[str, str]]:
    """Return the sentences of a language, by part and name.

    Examples
    --------
    >>> read_words("es")["tasks"]["buy_again"]
    'Volver a comprar'
    """
    text = files("lealtad.recommending").joinpath(f"words.{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def describe_reason(offer: Mapping[str, Any], language: Language) -> str:
    """Describe why a product is offered.

    Parameters
    ----------
    offer
        A row of `Offers.rows`.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> offer = {"task": "goes_with", "because": "Drill", "share": 0.31, "share_low": 0.27, "share_high": 0.35,
    ...          "usual": 0.05}
    >>> describe_reason(offer, Language.from_code("en"))
    'Bought Drill: 31% of those who did also bought this (27% to 35%), 5% of all customers.'
    """
    row = pl.DataFrame([{name: offer.get(name) for name in _REASON_COLUMNS}], schema=_REASON_COLUMNS)
    return str(add_reasons(row, language)["reason"][0])


def add_reasons(offers: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Add the column `reason` to offers, in words."""
    words = read_words(language.code)
    reasons, timing = words["reasons"], words["timing"]
    since, interval = (offers[name].round() for name in ("days_since", "interval_days"))
    days = {"days": since, "interval": interval, "left": (interval - since).clip(lower_bound=1.0)}
    texts = {
        "because": offers["because"],
        "times": _write_each(offers["times"], language.number),
        **{name: _write_each(values, partial(_write_days, language=language)) for name, values in days.items()},
        **{name: _write_shares(offers[column], language) for name, column in _SHARES.items()},
    }
    shown = offers.select("task", "timing", pl.col("times").alias("count")).with_columns(**texts)
    stands = [pl.when(timing=name).then(_fill(text)) for name, text in timing.items()]
    shown = shown.with_columns(timing=pl.coalesce(stands))
    again = pl.when(pl.col("count") < 2).then(_fill(reasons["once"])).otherwise(_fill(reasons["times"]))  # noqa: PLR2004 - a second purchase makes an interval
    reason = pl.when(pl.col("task") == AGAIN).then(again).otherwise(_fill(reasons["goes_with"]))
    return offers.with_columns(shown.select(reason=reason)["reason"])


# columns that a reason uses
_SHARES = {"share": "share", "low": "share_low", "high": "share_high", "usual": "usual"}
_REASON_COLUMNS = pl.Schema(
    {
        "task": pl.String(),
        "timing": pl.String(),
        "because": pl.String(),
        "times": pl.Int64(),
        **dict.fromkeys(("days_since", "interval_days", *_SHARES.values()), pl.Float64()),
    }
)


def _fill(template: str) -> pl.Expr:
    """Fill the placeholders of a sentence with the columns of the same names."""
    pieces: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(template):
        pieces.append(pl.lit(text))
        if name is not None:
            pieces.append(pl.col(name))
    return pl.concat_str(pieces)


def _write_each(values: pl.Series, write: Callable[[float], str]) -> pl.Series:
    """Write each distinct number once: many customers have the same."""
    numbers = values.unique().drop_nulls()
    texts = pl.Series([write(number) for number in numbers.to_list()], dtype=pl.String)
    return values.replace_strict(numbers, texts, default=None, return_dtype=pl.String)


def _write_shares(shares: pl.Series, language: Language) -> pl.Series:
    percents = (shares * 100).round(mode="half_to_even")
    return _write_each(percents, lambda percent: language.percent(percent / 100))


def _write_days(count: float, language: Language) -> str:
    words = read_words(language.code)["days"]
    return words["one"] if count == 1 else words["many"].format(n=language.number(count))
