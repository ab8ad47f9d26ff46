"""Offers in words: why a product is offered, and why another is not."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.recommending.guards import AGAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Say why a product is offered.

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
    words, number = read_words(language.code), language.number
    if offer["task"] != AGAIN:
        names = {"share": "share", "low": "share_low", "high": "share_high", "usual": "usual"}
        shares = {name: language.percent(offer[column]) for name, column in names.items()}
        return words["reasons"]["goes_with"].format(because=offer["because"], **shares)
    since = round(offer["days_since"])
    days = _write_days(since, language)
    if offer["times"] < 2:  # noqa: PLR2004 - a second purchase makes an interval
        return words["reasons"]["once"].format(days=days)
    interval = round(offer["interval_days"])
    return words["reasons"]["times"].format(
        times=number(offer["times"]),
        interval=_write_days(interval, language),
        days=days,
        timing=words["timing"][offer["timing"]].format(left=_write_days(max(1, interval - since), language)),
    )


def _write_days(count: int, language: Language) -> str:
    words = read_words(language.code)["days"]
    return words["one"] if count == 1 else words["many"].format(n=language.number(count))


def add_reasons(offers: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Add the column `reason` to offers, in words."""
    rounded = offers.with_columns(pl.col("days_since", "interval_days").round())
    # many customers have the same reason: each is worded once
    distinct = rounded.select(_TOLD).unique(maintain_order=True)
    reasons = [describe_reason(row, language) for row in distinct.iter_rows(named=True)]
    worded = distinct.with_columns(reason=pl.Series(reasons, dtype=pl.String))
    joined = rounded.join(worded, on=_TOLD, how="left", nulls_equal=True, maintain_order="left")
    return offers.with_columns(joined["reason"])


# what a reason is made of
_TOLD = ["task", "times", "days_since", "interval_days", "timing", "because", "share", "usual"]
_TOLD += ["share_low", "share_high"]
