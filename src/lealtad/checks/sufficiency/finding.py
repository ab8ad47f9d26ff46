"""A finding: a problem or remark about a table or column, its severity, and its fix."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding_text import LEVELS
from lealtad.checks.sufficiency.sentences import SENTENCES
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lealtad.base.language import Language

FINDINGS_SCHEMA = pl.Schema(dict.fromkeys(("table", "column", "level", "code", "finding", "fix"), pl.String))
_ALL_BUT_ALL, _LEAST = 0.995, 0.001


class Percentage(float):
    """A share between 0 and 1, which a sentence writes as a percentage."""


@dataclass(frozen=True)
class DataFinding:
    """One finding; `sentences.py` holds its sentences and its level by code.

    Attributes
    ----------
    code
        Stable name of the finding, for programs.
    table, column
        Where it is; empty if it concerns a whole table or the whole company.
    values
        Values that fill the sentences: numbers, shares, times, words.
    """

    code: str
    table: str = ""
    column: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """Its severity: error, warning or advice."""
        return SENTENCES[self.code].level


def tabulate_findings(findings: Iterable[DataFinding], language: Language) -> pl.DataFrame:
    """Return the findings as a table, one row each, by table in the contract's order, worst first.

    Returns
    -------
    All columns are text. `table` and `column` are "" if the finding concerns more. `level` is error, warning or
    advice. `code` names the finding for machines; `finding` and `fix` are sentences in the language.
    """
    order = {name: position for position, name in enumerate(["", *(table.name for table in STORED)])}
    rows = [
        {
            "table": finding.table,
            "column": finding.column,
            "level": finding.level,
            "code": finding.code,
            "finding": format_sentence(language, SENTENCES[finding.code].finding, finding.values),
            "fix": format_sentence(language, SENTENCES[finding.code].fix, finding.values),
        }
        for finding in sorted(
            findings, key=lambda each: (order.get(each.table, len(order)), LEVELS.index(each.level))
        )
    ]
    return pl.DataFrame(rows, schema=FINDINGS_SCHEMA)


def format_sentence(language: Language, sentence: str, values: Mapping[str, object]) -> str:
    """Fill values into a sentence, formatted for the language.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> format_sentence(Language.from_code("en"), "{n} of them ({part})", {"n": 1200, "part": Percentage(0.004)})
    '1,200 of them (0.4%)'
    """
    return language.translate(sentence, **{name: _format_value(language, value) for name, value in values.items()})


def _format_value(language: Language, value: object) -> str:
    if isinstance(value, Percentage):
        if 0 < value < _LEAST:
            return f"< {language.percent(_LEAST, 1)}"
        few = 0 < value < 1 / 100 or _ALL_BUT_ALL <= value < 1
        return language.percent(value, 1 if few else 0)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float):
        return language.number(value)
    return language.sentences.get(str(value), str(value))
