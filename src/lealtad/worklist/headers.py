"""Column titles of the spreadsheet, and the columns that titles stand for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from lealtad.sources.contract.outcomes import OUTCOMES, simplify_word
from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.base.language import Language


@cache
def _read_headers() -> dict[str, dict[str, str]]:
    text = (files("lealtad.worklist") / "headers.toml").read_text(encoding="utf-8")
    return {name: dict(words) for name, words in tomllib.loads(text).items()}


def name_headers(columns: Iterable[str], language: Language) -> list[str]:
    """Return the title of each column; a column without one gets its name with spaces.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> name_headers(["customer_id", "attr_region"], Language.from_code("es"))
    ['Cliente', 'attr region']
    """
    headers = _read_headers()
    return [headers[name][language.code] if name in headers else name.replace("_", " ") for name in columns]


def find_column(header: str) -> str | None:
    """Return the column of a title, in any language or by its own name; None if there is none.

    Examples
    --------
    >>> find_column("Resultado"), find_column("outcome"), find_column("Colour")
    ('outcome', 'outcome', None)
    """
    return _list_columns_by_word().get(simplify_word(header))


@cache
def _list_columns_by_word() -> dict[str, str]:
    words = {simplify_word(word): name for name, each in _read_headers().items() for word in each.values()}
    return words | {simplify_word(name): name for name in _read_headers()}


def list_outcome_words(language: Language) -> dict[str, str]:
    """Return the word for each outcome of a contact, in the order of the drop-down."""
    words = list_code_words(language)["outcome"]
    return {outcome: words[outcome] for outcome in OUTCOMES}
