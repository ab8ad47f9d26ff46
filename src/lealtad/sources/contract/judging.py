"""Bring rows into the contract's types and judge each by itself: in detail only where all is not well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.conversion import convert_column
from lealtad.sources.contract.rejects import RuleBreach
from lealtad.sources.contract.rules import WHOLE, list_rules, require_readable
from lealtad.sources.contract.tables import SOURCE_TEXT, Column, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.sources.contract.reading import Reading
    from lealtad.sources.contract.rules import Rule
    from lealtad.sources.contract.tables import Table


@dataclass(frozen=True)
class JudgedRows:
    """Rows that were judged one by one.

    Attributes
    ----------
    rows
        The rows as they came.
    typed
        The same rows in the contract's types; what could not be read is null.
    sound
        True for the rows that keep every rule of their own.
    loaded_at
        When they are loaded; None where that is not asked.
    """

    table: Table
    reading: Reading
    rows: pl.DataFrame
    typed: pl.DataFrame
    sound: pl.Series
    loaded_at: datetime | None = None

    def list_breaches(self, chosen: pl.Series) -> list[RuleBreach]:
        """Return each rule with the chosen rows that break it."""
        rows, typed = self.rows.filter(chosen), self.typed.filter(chosen)
        unreadable = [
            _apply_rule(require_readable(column, rows.schema[column.name], self.reading), rows)
            for column in _list_columns(self.table, rows)
        ]
        garbled = {finding.name: finding.broken for finding in unreadable}
        rules = list_rules(self.table, set(typed.columns), self.loaded_at, self.reading.limits)
        own = [_apply_rule(rule, typed) for rule in rules]
        findings = [*unreadable, *(_drop_double_finding(finding, garbled) for finding in own)]
        if SOURCE_TEXT not in rows.columns:
            return findings
        cut_badly = _apply_rule(WHOLE, rows)  # of such a row nothing else can be said
        rest = [
            RuleBreach(finding.name, finding.sentence, finding.broken & ~cut_badly.broken) for finding in findings
        ]
        return [cut_badly, *rest]


def judge_rows(
    table: Table, rows: pl.DataFrame, reading: Reading, loaded_at: datetime | None = None
) -> JudgedRows:
    """Judge rows that have only columns of the contract; `list_rules` says what `loaded_at` asks of them.

    What rows are to one another, and to the customers, is judged by `rules_together`.
    """
    columns = _list_columns(table, rows)
    typed = rows.select(convert_column(column, rows.schema[column.name], reading) for column in columns)
    doubtful = [
        require_readable(column, rows.schema[column.name], reading)
        for column in columns
        if _lost_something(column, rows, typed)
    ]
    whole = [WHOLE] if SOURCE_TEXT in rows.columns else []
    own = list_rules(table, set(typed.columns), loaded_at, reading.limits)
    keeps = [_keeps_all_rules([*whole, *doubtful], rows), _keeps_all_rules(own, typed)]
    return JudgedRows(table, reading, rows, typed, keeps[0] & keeps[1], loaded_at)


def _list_columns(table: Table, rows: pl.DataFrame) -> list[Column]:
    return [table.column(name) or Column(name) for name in rows.columns if name != SOURCE_TEXT]


def _lost_something(column: Column, rows: pl.DataFrame, typed: pl.DataFrame) -> bool:
    """Return whether a value may have been unreadable: then it became null. Text is always readable."""
    if column.kind is Kind.TEXT and rows.schema[column.name] == pl.String:
        return False
    return typed[column.name].null_count() > rows[column.name].null_count()


def _keeps_all_rules(rules: list[Rule], rows: pl.DataFrame) -> pl.Series:
    if not rules:
        return pl.repeat(value=True, n=rows.height, dtype=pl.Boolean, eager=True)
    holds = [rule.holds.fill_null(value=False) for rule in rules]
    return rows.select(pl.all_horizontal(holds).alias("sound")).to_series()


def _apply_rule(rule: Rule, rows: pl.DataFrame) -> RuleBreach:
    return RuleBreach(rule.name, rule.sentence, rows.select(~rule.holds.fill_null(value=False)).to_series())


def _drop_double_finding(finding: RuleBreach, garbled: dict[str, pl.Series]) -> RuleBreach:
    """Do not also call a value missing that could not be read and is null by now."""
    column = finding.name.removesuffix("_is_given")
    unreadable = garbled.get(f"{column}_is_readable") if column != finding.name else None
    if unreadable is None:
        return finding
    return RuleBreach(finding.name, finding.sentence, finding.broken & ~unreadable)
