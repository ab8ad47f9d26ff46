"""Normalising ids that are written in several ways, and detecting ids that were truncated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT, _CHECKED = 15, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SCIENTIFIC = r"^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$"
_ZEROS = re.compile(r"^(\d{1,2}) digits$")


def _to_whole_number(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"^(-?\d+)[.,]0+$", "$1")


def _to_lower_case(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase()


def _to_phone(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\D", "").str.replace("^00", "")


def _to_salesforce(text: pl.Expr) -> pl.Expr:
    """Complete ids of 15 characters, which differ by case, to those of 18, with a checksum of their case."""
    marks = [
        pl.sum_horizontal(
            text.str.slice(start + place, 1).str.contains("[A-Z]").cast(pl.Int64) * 2**place for place in range(5)
        ).replace_strict(list(range(len(_CHECKED))), list(_CHECKED), return_dtype=pl.String)
        for start in (0, 5, 10)
    ]
    short = text.str.contains(rf"^[A-Za-z0-9]{{{_SHORT}}}$")
    return pl.when(short).then(pl.concat_str(text, *marks)).otherwise(text)


def _to_bare_text(text: pl.Expr) -> pl.Expr:
    """Strip the syntax by which spreadsheets keep an id as text: ="00123", or an apostrophe in front."""
    return text.str.replace(r'^="(.*)"$', "$1").str.replace(r"^'(.+)$", "$1")


def _to_letters_and_digits(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[^\p{L}\p{N}]", "").str.to_lowercase()


WAYS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "whole number": _to_whole_number,
    "lower case": _to_lower_case,
    "phone": _to_phone,
    "salesforce": _to_salesforce,
    "spreadsheet text": _to_bare_text,
    "letters and digits": _to_letters_and_digits,
}


def rewrite_ids(text: pl.Expr, way: str) -> pl.Expr:
    """Normalise ids in a declared way.

    Parameters
    ----------
    way
        "whole number" (17001.0 is 17001), "lower case", "phone" (digits alone), "salesforce" (15 characters become
        18), or such as "5 digits" (7 is 00007). "spreadsheet text" makes 00123 of ="00123" and of '00123.
        "letters and digits" makes 12345678z of 12.345.678-Z.

    Examples
    --------
    >>> ids = pl.lit(pl.Series(["7", "17001.0", "0035g0000SJaBc8"]))
    >>> pl.select(rewrite_ids(ids, "5 digits")).to_series().to_list()
    ['00007', '17001.0', '0035g0000SJaBc8']
    >>> [pl.select(rewrite_ids(ids, way)).to_series().to_list()[1:] for way in ("whole number", "salesforce")]
    [['17001', '0035g0000SJaBc8'], ['17001.0', '0035g0000SJaBc8AQF']]
    """
    stripped = text.cast(pl.String, strict=False).str.strip_chars()
    zeros = _ZEROS.match(way)
    if zeros:
        return pl.when(stripped.str.contains(r"^\d+$")).then(stripped.str.zfill(int(zeros[1]))).otherwise(stripped)
    return WAYS[way](stripped)


def refuse_unknown_way(place: str, way: str) -> None:
    """Refuse an unknown way of normalising ids.

    Raises
    ------
    SettingsError
        If the way is unknown.
    """
    if way not in WAYS and not _ZEROS.match(way):
        raise SettingsError(
            place=place,
            expected=f"{', '.join(WAYS)}, or such as 5 digits",
            found=f"'{way}'",
            fix=suggest_name(way, list(WAYS)),
        )


def fold_mail(text: pl.Expr) -> pl.Expr:
    """Convert ids that are e-mail addresses to lower case, since case does not distinguish mailboxes.

    Examples
    --------
    >>> pl.select(fold_mail(pl.lit(pl.Series(["Ana@Example.com", "C7"])))).to_series().to_list()
    ['ana@example.com', 'C7']
    """
    return text.map_batches(_fold_mail, return_dtype=pl.String, is_elementwise=True)


def _fold_mail(ids: pl.Series) -> pl.Series:
    mails = ids.str.contains("@", literal=True)
    if not mails.any():
        return ids
    text = pl.col("id")
    folded = pl.when(text.str.contains("@", literal=True)).then(text.str.to_lowercase()).otherwise(text)
    return ids.to_frame("id").select(folded).to_series()


def is_shortened(text: pl.Expr) -> pl.Expr:
    """Express that a spreadsheet truncated an id, such as 3.60E+11, whose last digits are lost.

    Examples
    --------
    >>> pl.select(is_shortened(pl.lit(pl.Series(["3.60E+11", "360000000018", "E+", None])))).to_series().to_list()
    [True, False, False, False]
    """
    return text.map_batches(_find_shortened, return_dtype=pl.Boolean, is_elementwise=True)


def _find_shortened(ids: pl.Series) -> pl.Series:
    suspects = ids.str.contains_any(["E+", "e+"]).fill_null(value=False)
    if not suspects.any():
        return suspects
    return ids.str.contains(_SCIENTIFIC).fill_null(value=False)
