"""Words for the codes of the list, from `codes.toml`, in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.examples.features.sentences import translate_topic
from lealtad.worklist.columns import KINDS
from lealtad.worklist.quadrant import FORMER_CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.base.language import Language

_SEPARATOR = ","
_DIRECTION, _NOTES = "reason_direction", "data_notes"


@cache
def _read_codes(language: str) -> dict[str, dict[str, str]]:
    """Return by column and code the words of a language."""
    columns = tomllib.loads((files("lealtad.worklist") / "codes.toml").read_text(encoding="utf-8"))
    return {name: {code: words[language] for code, words in codes.items()} for name, codes in columns.items()}


def list_code_words(language: Language) -> dict[str, dict[str, str]]:
    """Return by column the words of its codes.

    The company's own names of owners in the settings are added to the usual ones.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> list_code_words(Language.from_code("es"))["band"]["very_high"]
    'primero'
    """
    codes = dict(_read_codes(language.code))
    direction = codes.pop(_DIRECTION)
    del codes[_NOTES]
    codes["owner"] = {**codes["owner"], **language.names.get("owners", {})}
    return {**codes, **{f"reason_{i}_direction": direction for i in (1, 2, 3)}}


def list_note_words(language: Language) -> dict[str, str]:
    """Return the sentences of the codes in `data_notes`."""
    return _read_codes(language.code)[_NOTES]


def translate_codes(rows: pl.DataFrame, language: Language, actions: Mapping[str, str]) -> pl.DataFrame:
    """Replace codes and flags in the team's files by words, and instants that represent a day by dates.

    A code without words is kept. A former code gets the words of the current one.

    Parameters
    ----------
    rows
        Rows of a file; `data_notes` holds codes separated by commas, other columns hold one code.
    language
        The language of the words.
    actions
        By name of an action, its texts in this language.

    Returns
    -------
    The rows with the same columns.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> rows = pl.DataFrame({"band": ["very_high"], "suggested_action": ["call"], "channel": ["phone"]})
    >>> translate_codes(rows, Language.from_code("es"), {"call": "Llamar"}).row(0)
    ('primero', 'Llamar', 'teléfono')
    """
    words: dict[str, Mapping[str, str]] = {**list_code_words(language), "suggested_action": actions}
    quadrants = words["quadrant"]
    words["quadrant"] = {**quadrants, **{former: quadrants[code] for former, code in FORMER_CODES.items()}}
    flags = {True: language.translate("yes"), False: language.translate("no")}
    translated = [pl.col(name).replace(dict(words[name])) for name in rows.columns if name in words]
    for name, dtype in rows.schema.items():
        if dtype == pl.Boolean:
            yes_or_no = pl.col(name).replace_strict(flags, default=None, return_dtype=pl.String)
            translated.append(yes_or_no)
        elif name == "channel":
            translated.append(_translate_column(name, rows, language, translate_name))
        elif name.endswith("_about"):
            translated.append(_translate_column(name, rows, language, translate_topic))
        elif name == _NOTES:
            codes = pl.col(name).str.split(_SEPARATOR)
            sentences = codes.list.eval(pl.element().replace(list_note_words(language)))
            translated.append(sentences.list.join(" "))
        elif KINDS.get(name) == "day" and dtype == pl.Datetime:
            translated.append(pl.col(name).dt.date())
    return rows.with_columns(translated)


def _translate_column(
    name: str, rows: pl.DataFrame, language: Language, words: Callable[[str, str], str]
) -> pl.Expr:
    codes = rows[name].drop_nulls().unique().sort()
    return pl.col(name).replace({code: words(code, language.code) for code in codes})


def join_notes(**conditions: pl.Expr) -> pl.Expr:
    """Return `data_notes`: the codes whose condition holds, separated by commas; null if none does.

    Examples
    --------
    >>> rows = pl.DataFrame({"consent": [None, True]}, schema={"consent": pl.Boolean})
    >>> rows.select(join_notes(consent_unknown=pl.col("consent").is_null()))["data_notes"].to_list()
    ['consent_unknown', None]
    """
    codes = [pl.when(condition).then(pl.lit(code)) for code, condition in conditions.items()]
    joined = pl.concat_str(codes, separator=_SEPARATOR, ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias("data_notes")
