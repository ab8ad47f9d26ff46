"""Converting rows to the contract's types, and checking each row; details only if a rule is broken."""

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
    """Rows checked one by one.

    Attributes
    ----------
    rows
        The rows as they came.
    typed
        The same rows in the contract's types; unreadable values are null.
    sound
        True for rows that keep every rule on single rows.
    loaded_at
        Time of the load; None skips rules about it.
    """

    table: Table
    reading: Reading
    rows: pl.DataFrame
    typed: pl.DataFrame
    sound: pl.Series
    loaded_at: datetime | None = None

    def list_breaches(self, chosen: pl.Series) -> list[RuleBreach]:
        """Return each broken rule with the selected rows that break it."""
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
        cut_badly = _apply_rule(WHOLE, rows)  # no other rule can be applied to such a row
        rest = [
            RuleBreach(finding.name, finding.sentence, finding.broken & ~cut_badly.broken) for finding in findings
        ]
        return [cut_badly, *rest]


def judge_rows(
    table: Table, rows: pl.DataFrame, reading: Reading, loaded_at: datetime | None = None
) -> JudgedRows:
    """Check rows that have only columns of the contract; see `list_rules` for `loaded_at`.

    Rules between rows, and with customers, are in `check_together`.
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
    """Return whether a value may have been unreadable, and so became null. Text is always readable."""
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
    """Drop the finding that a value is missing if it was unreadable and so became null."""
    column = finding.name.removesuffix("_is_given")
    unreadable = garbled.get(f"{column}_is_readable") if column != finding.name else None
    if unreadable is None:
        return finding
    return RuleBreach(finding.name, finding.sentence, finding.broken & ~unreadable)
