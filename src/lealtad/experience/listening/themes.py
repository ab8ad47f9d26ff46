"""Themes of comments: a versioned taxonomy in a file, matched to sentences by patterns."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path  # noqa: TC003 - a default of a public function
from typing import TYPE_CHECKING, Self

from pydantic import Field, field_validator, model_validator

from lealtad.base.toml_file import Section, read_toml
from lealtad.experience.listening.texts import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGES = ("en", "es")
_EXPECTED, _FIX = "a taxonomy of themes", "Name a file such as themes.toml; docs/listening.md shows one."


class ThemeWords(Section):
    """The name of a theme in both languages."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)


class ThemeExamples(Section):
    """Sentences that a theme must be found in, by language."""

    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()


class Theme(Section):
    """One theme.

    Attributes
    ----------
    code
        Its name in tables.
    words
        Its name on pages.
    industries
        The industries it is a starter for; the key is `for`.
    general
        Whether it is a general judgement: it is shown and counted, but not estimated jointly with specific themes.
    en, es
        Patterns by language: regular expressions on text in lower case without accents, matched from the beginning
        of a word.
    examples
        Sentences in which it must be found; checked when the file is read.
    """

    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    words: ThemeWords
    industries: tuple[str, ...] = Field(default=(), alias="for")
    general: bool = False
    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    examples: ThemeExamples = ThemeExamples()

    @field_validator("en", "es")
    @classmethod
    def _check_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"expected a regular expression, found {pattern!r}: {error}") from None
            if re.compile(pattern).match(""):
                raise ValueError(f"expected a pattern that needs at least a letter, found {pattern!r}")
        return patterns


class Taxonomy(Section):
    """All themes of a company, as read from its file."""

    version: int = Field(ge=1)
    themes: tuple[Theme, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_themes(self) -> Self:
        codes = [theme.code for theme in self.themes]
        double = sorted({code for code in codes if codes.count(code) > 1})
        if double:
            raise ValueError(f"expected each code once, found '{double[0]}' twice")
        for theme in self.themes:
            for language in LANGUAGES:
                for example in getattr(theme.examples, language):
                    if not _compile(getattr(theme, language)).search(fold_text(example)):
                        raise ValueError(
                            f"theme '{theme.code}': no {language} pattern finds its example {example!r}"
                        )
        return self

    @classmethod
    def read(cls, path: Path | None = None) -> Taxonomy:
        """Read a taxonomy; None reads the starter.

        Raises
        ------
        SettingsError
            If the file is missing, is not TOML, or has an unknown key or an invalid pattern. If a theme is not
            found in its own example.

        Examples
        --------
        >>> taxonomy = Taxonomy.read()
        >>> taxonomy.find("Nadie me da una solución", "es")
        ('unsolved',)
        """
        if path is not None:
            return read_toml(path, cls, expected=_EXPECTED, fix=_FIX)
        with as_file(files("lealtad.experience.listening").joinpath("themes.toml")) as starter:
            return read_toml(starter, cls, expected=_EXPECTED, fix=_FIX)

    def select(self, industry: str) -> Taxonomy:
        """Return the themes of an industry: telecom, retail or subscription."""
        return Taxonomy(version=self.version, themes=tuple(t for t in self.themes if industry in t.industries))

    @property
    def fingerprint(self) -> str:
        """A hash of version, codes and patterns, so that figures of different taxonomies are not mixed."""
        spelled = repr((self.version, [(theme.code, theme.en, theme.es) for theme in self.themes]))
        return hashlib.sha256(spelled.encode()).hexdigest()[:16]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in the order of the file."""
        return tuple(theme.code for theme in self.themes)

    def find(self, sentence: str, language: str | None = None) -> tuple[str, ...]:
        """Return the codes of the themes of a sentence; with language None, patterns of both are used."""
        folded = fold_text(sentence)
        return tuple(theme.code for theme in self._finder.list_themes(folded, language))

    @property
    def specific(self) -> tuple[str, ...]:
        """The codes of specific themes, without general judgements."""
        return tuple(theme.code for theme in self.themes if not theme.general)

    def name(self, code: str, language: str) -> str:
        """Return the name of a theme in a language."""
        return next((str(getattr(theme.words, language)) for theme in self.themes if theme.code == code), code)

    @cached_property
    def _finder(self) -> _Finder:
        return _Finder(self.themes)


@dataclass(frozen=True)
class _Finder:
    themes: Sequence[Theme]

    @cached_property
    def patterns(self) -> dict[str | None, list[tuple[Theme, re.Pattern[str]]]]:
        by_language: dict[str | None, list[tuple[Theme, re.Pattern[str]]]] = {
            code: [(theme, _compile(getattr(theme, code))) for theme in self.themes if getattr(theme, code)]
            for code in LANGUAGES
        }
        both = [(theme, _compile((*theme.en, *theme.es))) for theme in self.themes if theme.en or theme.es]
        return {**by_language, None: both}

    def list_themes(self, folded: str, language: str | None) -> list[Theme]:
        searched = language if language in LANGUAGES else None
        return [theme for theme, pattern in self.patterns[searched] if pattern.search(folded)]


def _compile(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})" if patterns else r"(?!)")
