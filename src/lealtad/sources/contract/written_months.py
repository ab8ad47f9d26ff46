"""Dates with the name of the month in several languages: `5 ene 2024`, `March 5th, 2024`."""

from __future__ import annotations

import polars as pl

_MONTHS: tuple[str, ...] = (
    "january jan enero ene janeiro janvier janv januar gener gen",
    "february feb febrero fevereiro fev février fevrier févr fevr februar febrer",
    "march mar marzo marz março marco mars märz mär març",
    "april apr abril abr avril avr",
    "may mayo maio mai maig",
    "june jun junio junho juin juni juny",
    "july jul julio julho juillet juil juli juliol",
    "august aug agosto ago août aout agost",
    "september sep sept septiembre setiembre set setembro septembre setembre",
    "october oct octubre outubro out octobre oktober okt octubre",
    "november nov noviembre novembro novembre",
    "december dec diciembre dic dezembro dez décembre decembre déc dezember desembre des",
)
_NUMBERS = {word: f"{month:02}" for month, words in enumerate(_MONTHS, start=1) for word in words.split()}
_WEEKDAY = r"^(?:[\p{L}]{2,12}\.?,? +)?"
_DAY_FIRST = (
    _WEEKDAY
    + r"(\d{1,2})(?:º|ª|°|st|nd|rd|th)?[ ./-]*(?:de |of )?(\p{L}{3,10})\.?[ ,./-]*(?:del? )?(\d{4}|\d{2})\b(.*)$"
)
_MONTH_FIRST = _WEEKDAY + r"(\p{L}{3,10})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})\b(.*)$"
_MONTH_FIRST_SHORT = _WEEKDAY + r"(\p{L}{3,10})-(\d{1,2})-(\d{2})((?:[ ,T].*)?)$"  # Sep-05-24
_YEAR_FIRST = r"^(\d{4})[ -](\p{L}{3,10})\.?[ -](\d{1,2})\b(.*)$"


def replace_month_names(texts: pl.Series) -> pl.Series:
    """Rewrite dates with a month's name as year, month number and day; other texts are unchanged.

    Two-digit years up to 68 are in this century, others in the last.

    Examples
    --------
    >>> replace_month_names(pl.Series(["5 ene 2024 09:30", "Mar 5, 2024", "5 de maio de 2023", "soon"])).to_list()
    ['2024-01-05 09:30', '2024-03-05', '2023-05-05', 'soon']
    >>> replace_month_names(pl.Series(["Sep-05-24", "Sep-05-24 09:30"])).to_list()
    ['2024-09-05', '2024-09-05 09:30']
    """
    low, text = texts.str.to_lowercase(), pl.col("text")
    if not low.str.contains_any(list(_NUMBERS)).any():
        return texts
    written = [
        _rewrite_date(text, _DAY_FIRST, year=3, month=2, day=1),
        _rewrite_date(text, _MONTH_FIRST, year=3, month=1, day=2),
        _rewrite_date(text, _MONTH_FIRST_SHORT, year=3, month=1, day=2),
        _rewrite_date(text, _YEAR_FIRST, year=1, month=2, day=3),
    ]
    return low.to_frame("text").select(pl.coalesce(*written, pl.lit(texts))).to_series()


def _rewrite_date(text: pl.Expr, form: str, *, year: int, month: int, day: int) -> pl.Expr:
    number = text.str.extract(form, month).replace_strict(_NUMBERS, default=None, return_dtype=pl.String)
    full = complete_year(text.str.extract(form, year))
    date = pl.concat_str(full, pl.lit("-"), number, pl.lit("-"), text.str.extract(form, day).str.zfill(2))
    return pl.concat_str(date, text.str.extract(form, 4))


def complete_year(year: pl.Expr) -> pl.Expr:
    """Complete two-digit years: up to 68 in this century, from 69 on in the last."""
    last = year.cast(pl.Int32, strict=False) > 68  # noqa: PLR2004 - as strptime does
    century = pl.when(last).then(pl.lit("19")).otherwise(pl.lit("20"))
    return pl.when(year.str.len_chars() == 2).then(century + year).otherwise(year)  # noqa: PLR2004
