"""The time of day behind a date, as people and systems write it: `9:30 p. m.`, `10:00 CET`, `10:00 GMT+01:00`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# abbreviations with one offset everywhere; ambiguous ones such as CST are not read
_ZONES = {
    "utc": "+00:00", "gmt": "+00:00", "wet": "+00:00", "west": "+01:00", "cet": "+01:00", "cest": "+02:00",
    "mez": "+01:00", "mesz": "+02:00", "eet": "+02:00", "eest": "+03:00", "est": "-05:00", "edt": "-04:00",
    "cdt": "-05:00", "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00", "brt": "-03:00", "art": "-03:00",
    "cot": "-05:00", "pet": "-05:00", "clt": "-04:00", "clst": "-03:00",
}  # fmt: skip
_TIME = r"(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)"


def normalize_clocks(texts: pl.Series) -> pl.Series:
    """Normalise half days to AM and PM and zones to offsets; other texts are unchanged.

    Examples
    --------
    >>> import polars as pl
    >>> normalize_clocks(pl.Series(["2024-01-05 9:30 p. m.", "2024-01-05 10:00 CET"])).to_list()
    ['2024-01-05T9:30 PM', '2024-01-05T10:00+01:00']
    >>> normalize_clocks(pl.Series(["2024-01-05 10:00:00 GMT+0100 (CET)"])).to_list()
    ['2024-01-05T10:00:00+01:00']
    """
    text = texts.str.replace_all("[\u00a0\u202f]", " ").str.strip_chars()
    text = text.str.replace(r"(?i)[ ,T]+(?:a las?|at|às|-|um) +(\d{1,2}[:.h])", " $1")
    text = text.str.replace(r"(?i)[ T](\d{1,2})[.h](\d{2})(?:[.h](\d{2}))? ?h?$", "T$1:$2:$3").str.replace(
        r":$", ""
    )
    text = text.str.replace(rf"(?i)^(\d{{4}}-\d{{1,2}}-\d{{1,2}})[T ,]+{_TIME} ?h(?:rs|s)?\.?$", "${1}T${2}")
    text = text.str.replace(r"^(\d{4}-\d{1,2}-\d{1,2})[T ,]+", "${1}T")
    text = text.str.replace(rf"(?i){_TIME} ?a\.? ?m\.?", "$1 AM").str.replace(rf"(?i){_TIME} ?p\.? ?m\.?", "$1 PM")
    text = text.str.replace(r"(?i) ?(?:UTC|GMT) ?([+-])(\d{1,2}):?(\d{2})?(?: ?\(.*\))?$", " ${1}0$2:0$3")
    text = text.str.replace(r" ([+-])0?(\d{2}):0?(\d{2})$", "$1$2:$3").str.replace(
        r" ([+-])0?(\d{2}):0$", "$1$2:00"
    )
    if not text.str.contains(r"\p{L}\)?$").any():
        return text
    for word, offset in _ZONES.items():
        text = text.str.replace(rf"(?i)(\d|[AP]M) ?\(?{word}\)?$", f"${{1}}{offset}")
    return text
