"""English and Spanish: translated sentences, and the formats of numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

LANGUAGES = ("en", "es")
_WHOLE_FROM = 100  # from here on decimals are noise


@dataclass(frozen=True)
class Language:
    """One language of the reports; a sentence without a translation stays English.

    Attributes
    ----------
    names
        By kind ("touchpoints", "owners") and code, the company's own name in this language.
    """

    code: str
    sentences: Mapping[str, str]
    currency: str = "EUR"
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_code(
        cls, code: str, currency: str = "EUR", names: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None
    ) -> Language:
        """Return a language by its code.

        Parameters
        ----------
        names
            By language, kind and code, the company's own names; see `Settings.names`.

        Raises
        ------
        SettingsError
            If the language is not supported.

        Examples
        --------
        >>> Language.from_code("es").number(1234.5)
        '1.234'
        >>> Language.from_code("en").percent(-0.008, 1)
        '−0.8%'
        """
        if code not in LANGUAGES:
            raise SettingsError(
                place="language",
                expected=" or ".join(LANGUAGES),
                found=f"'{code}'",
                fix=suggest_name(code, LANGUAGES),
            )
        return cls(code, _read_sentences(code), currency, (names or {}).get(code, {}))

    def name(self, kind: str, code: str) -> str | None:
        """Return the company's own name of a touchpoint or an owner; None without one.

        Examples
        --------
        >>> names = {"es": {"touchpoints": {"help_center": "Centro de ayuda"}}}
        >>> Language.from_code("es", names=names).name("touchpoints", "help_center")
        'Centro de ayuda'
        """
        return self.names.get(kind, {}).get(code)

    def translate(self, sentence: str, **values: object) -> str:
        """Translate a sentence and fill in the values; a sentence without a translation stays English.

        Examples
        --------
        >>> Language.from_code("es").translate("{n} rows in the file", n=3)
        '3 rows in the file'
        """
        return self.sentences.get(sentence, sentence).format(**values)

    def number(self, value: float) -> str:
        """Format a number, with one decimal if it is below 100 and not whole.

        Examples
        --------
        >>> Language.from_code("en").number(1234.5), Language.from_code("es").number(7.25)
        ('1,234', '7,2')
        """
        if abs(value) < _WHOLE_FROM:
            return _typeset(format_decimal(value, format="#,##0.#", locale=self.code))
        return _typeset(format_decimal(round(value), format="#,##0", locale=self.code))

    def decimal(self, value: float, digits: int) -> str:
        """Format a number with exactly that many decimals."""
        return _typeset(format_decimal(value, format="0." + "0" * digits, locale=self.code))

    def percent(self, value: float, decimals: int = 0) -> str:
        """Format a share as a percentage."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + ("\u00a0%" if self.code == "es" else "%")
        return _typeset(format_percent(value, format=pattern, locale=self.code))

    def money(self, value: float) -> str:
        """Format an amount in whole units of the currency, with cents below 100.

        Examples
        --------
        >>> Language.from_code("en", "EUR").money(1234.5), Language.from_code("en", "EUR").money(12.5)
        ('€1,234', '€12.50')
        """
        if abs(value) < _WHOLE_FROM:
            return _typeset(format_currency(value, self.currency, locale=self.code))
        pattern = "#,##0\u00a0¤" if self.code == "es" else "¤#,##0"
        return _typeset(
            format_currency(round(value), self.currency, pattern, locale=self.code, currency_digits=False)
        )

    def date(self, value: dt.datetime) -> str:
        """Format a day."""
        return str(format_date(value, format="long", locale=self.code))

    def month(self, value: dt.date) -> str:
        """Format a month in short form.

        Examples
        --------
        >>> from datetime import date
        >>> Language.from_code("es").month(date(2026, 1, 1))
        'ene 2026'
        """
        return str(format_date(value, format="MMM y", locale=self.code))


def format_count(count: int, noun: str) -> str:
    """Format a count with its English noun, for progress lines.

    Examples
    --------
    >>> format_count(1, "file"), format_count(2100, "file")
    ('1 file', '2,100 files')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _typeset(number: str) -> str:
    """Write a minus sign instead of a hyphen, which reads as "to" in a range."""
    return number.replace("-", "\u2212")


@cache
def _read_sentences(code: str) -> dict[str, str]:
    path = files("lealtad.base") / "words" / f"{code}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}
