"""The content of a column: date and number formats, flags, addresses, few values or many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.written_numbers import read_numbers
from lealtad.sources.recognition.columns.dates import detect_date_format
from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.numbers import NumberFormat, detect_number_format
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.sources.recognition.columns.dates import DateFormat

MISSING = ("", "?", "-", "n/a", "na", "null", "none", "nan", "nat", "\\n")
_NO_TIME = get_words("times", "not_yet")
_ENOUGH = 0.95  # the share of values that must look like a kind
_YES_NO = {"true", "false", "t", "f", "yes", "no", "y", "n", "si", "sí", "s", "1", "0", "verdadero", "falso"}
_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_PHONE = r"^\(?\+?\(?\d[\d\s().-]{7,}\d$"
_SHORTENED = r"^\d[.,]\d+[eE]\+\d{2}$"
PHONE = "phone"
_SPELLED = r"^[^\d@]*\p{L}[^\d@]* [^\d@]*\p{L}[^\d@]*$"
_FREE_TEXT_CHARACTERS = 40
_CATEGORY_VALUES = 40


@dataclass(frozen=True)
class ColumnContent:
    """The content of one column of a sample. It holds values only of columns with few different ones.

    Attributes
    ----------
    name
        The header of the column.
    rows, distinct
        The rows of the sample, and the different values in them.
    share_missing, share_distinct
        The share of rows without a value, and the different values per row that has one.
    dates, numbers
        The format of its times and of its numbers; None if it holds none.
    flag
        Whether its values are yes and no, in any writing.
    zoned
        Whether its times state their zone.
    mail, phone
        Whether its values are e-mail addresses or phone numbers.
    shortened
        Whether a spreadsheet shortened some values, as in 3.60E+11.
    wordy
        Whether its values are free text.
    spelled
        Whether its values are several words without a digit, as the names of people are.
    text
        Whether the file or database stores it as text.
    values
        Its different values, most frequent first, if they are few.
    least, most
        The smallest and largest number; None if it holds none.
    known_as
        The name it should have, if other columns or tables show what it is.
    no_time
        Its words for a time that has not come, such as "Activo" in a column of ends.
    label
        What a row below the header says about it, such as the wording of a question.
    """

    name: str
    rows: int
    share_missing: float
    share_distinct: float
    distinct: int
    dates: DateFormat | None
    numbers: NumberFormat | None
    flag: bool
    zoned: bool
    mail: bool
    phone: bool
    shortened: bool
    wordy: bool
    spelled: bool
    text: bool
    values: tuple[str, ...]
    least: float | None
    most: float | None
    known_as: str = ""
    no_time: tuple[str, ...] = ()
    label: str = ""

    @property
    def decimal(self) -> str | None:
        """The decimal mark of its numbers, as in `NumberFormat`; None if it holds none."""
        return self.numbers.decimal if self.numbers else None

    @property
    def wording(self) -> str:
        """Its header, and what the row below says about it."""
        return f"{self.name}: {self.label}" if self.label else self.name

    @property
    def personal(self) -> bool:
        """Whether its values are e-mail addresses or phone numbers."""
        return self.mail or self.phone

    @property
    def is_choice(self) -> bool:
        """Whether its one value is what the row below its header says: a choice that a form offers."""
        return bool(self.label) and self.values == (self.label.strip(),)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its name, as `split_words` reads them."""
        return frozenset(split_words(self.name))

    @cached_property
    def ideas(self) -> frozenset[str]:
        """The ideas of its name, as `read_ideas` reads them."""
        return read_ideas(self.name)

    @property
    def empty(self) -> bool:
        """Whether the sample holds no value."""
        return self.distinct == 0


def describe_content(values: pl.Series) -> ColumnContent:
    """Describe one column of a sample, stored as text or with a type of its own.

    Examples
    --------
    >>> content = describe_content(pl.Series("Fecha de alta", ["05/01/2024", "31/01/2024", ""]))
    >>> content.dates.setting, round(content.share_missing, 2), sorted(content.ideas)
    ('day first', 0.33, ['at', 'start'])
    """
    typed = values.dtype
    text = values.cast(pl.String, strict=False).str.strip_chars()
    filled = text.filter(~text.str.to_lowercase().is_in(MISSING).fill_null(value=True))
    no_time = _find_words_for_no_time(filled, typed, values.name)
    filled = filled.filter(~filled.is_in(no_time))
    counts = filled.value_counts(sort=True)
    distinct = counts.height
    dates = detect_date_format(counts.to_series(0), typed, values.name)
    uniques = counts.to_series(0)
    numbers = _detect_numbers(uniques, typed)
    least, most = _measure_bounds(filled, numbers)
    few = distinct <= _CATEGORY_VALUES and not typed.is_temporal()
    return ColumnContent(
        name=values.name,
        rows=values.len(),
        share_missing=1 - filled.len() / max(values.len(), 1),
        share_distinct=distinct / max(filled.len(), 1),
        distinct=distinct,
        dates=dates,
        numbers=numbers,
        flag=typed == pl.Boolean or (distinct > 0 and {value.lower() for value in uniques.head(5)} <= _YES_NO),
        zoned=_has_zone(uniques, typed),
        mail=_mostly_match(uniques, _MAIL),
        phone=dates is None and _is_phone(values.name, uniques, numbers),
        shortened=bool(typed == pl.String and uniques.str.contains(_SHORTENED).any()),
        wordy=_is_wordy(uniques),
        spelled=typed == pl.String and _mostly_match(uniques, _SPELLED),
        text=typed == pl.String,
        values=tuple(uniques) if few else (),
        least=least,
        most=most,
        no_time=no_time,
    )


def list_symbols(contents: Iterable[ColumnContent]) -> tuple[str, ...]:
    """Return the currency symbols beside the numbers of some columns, each once."""
    symbols = [symbol for content in contents if content.numbers for symbol in content.numbers.symbols]
    return tuple(dict.fromkeys(symbols))


def read_amounts(content: ColumnContent) -> pl.Expr:
    """Return the expression that reads the numbers of a column, in the format detected for it."""
    if not content.text:
        return pl.col(content.name).cast(pl.Float64, strict=False)
    numbers = content.numbers
    mark = numbers.decimal if numbers and numbers.decimal in {".", ","} else None
    return read_numbers(pl.col(content.name).str.strip_chars(), mark, numbers.symbols if numbers else ())


def _find_words_for_no_time(filled: pl.Series, typed: pl.DataType, name: str) -> tuple[str, ...]:
    """Return the words beside dates that mean a time that has not come."""
    if typed != pl.String:
        return ()
    uniques = filled.unique(maintain_order=True)
    is_word = uniques.str.to_lowercase().is_in(_NO_TIME)
    dates = uniques.filter(~is_word)
    return tuple(uniques.filter(is_word)) if is_word.any() and detect_date_format(dates, typed, name) else ()


def _mostly_match(uniques: pl.Series, pattern: str) -> bool:
    return uniques.len() > 0 and int(uniques.str.contains(pattern).sum()) >= _ENOUGH * uniques.len()


def _detect_numbers(uniques: pl.Series, typed: pl.DataType) -> NumberFormat | None:
    if typed.is_numeric():
        return NumberFormat("")
    return detect_number_format(uniques) if typed == pl.String else None


def _is_phone(name: str, uniques: pl.Series, numbers: NumberFormat | None) -> bool:
    if not _mostly_match(uniques, _PHONE):
        return False
    return numbers is None or PHONE in read_ideas(name)


def _measure_bounds(filled: pl.Series, number_format: NumberFormat | None) -> tuple[float | None, float | None]:
    if number_format is None or filled.is_empty():
        return None, None
    mark = number_format.decimal if number_format.decimal in {".", ","} else None
    read = filled.to_frame("text").select(read_numbers(pl.col("text"), mark, number_format.symbols)).to_series()
    least, most = read.min(), read.max()
    return (float(least), float(most)) if isinstance(least, float) and isinstance(most, float) else (None, None)


def _has_zone(uniques: pl.Series, typed: pl.DataType) -> bool:
    if isinstance(typed, pl.Datetime):
        return typed.time_zone is not None
    return typed == pl.String and _mostly_match(uniques, r"\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2}|[A-Z]{3,4})$")


def _is_wordy(uniques: pl.Series) -> bool:
    return uniques.len() > 0 and int(uniques.str.len_chars().sum()) > _FREE_TEXT_CHARACTERS * uniques.len()
