"""Findings about rows that a load rejects, one per broken rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding, Percentage
from lealtad.sources.contract import STORED
from lealtad.sources.contract.rules import AFTER_THE_LOAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.sources.contract import Column

_BY_RULE = {
    "key_is_unique": ("repeated_key", ""),
    "customer_is_known": ("unknown_customer", "customer_id"),
    "score_is_on_scale": ("off_scale", "score"),
}
_BY_ENDING = {"_is_readable": "unreadable", "_is_given": "not_given", "_is_allowed": "unmapped"}
_BY_ENDING[AFTER_THE_LOAD] = "after_the_load"
_SHOWN = 6
_LONGEST = 32


def find_rejects(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find for each table and rule how many rows break it, and whether a load would stop."""
    for name, rows in evidence.rows_in.items():
        rejected = evidence.rejected.filter(pl.col("table") == name)
        if rows and rejected.height / rows > evidence.reject_limit:
            values = {"rejected": rejected.height, "rows": rows, "part": Percentage(rejected.height / rows)}
            yield DataFinding(
                "too_many_rejected", name, "", {**values, "limit": Percentage(evidence.reject_limit)}
            )
        broken = rejected.with_columns(rule=pl.col("rules").str.split(";")).explode("rule")
        for (rule,), group in broken.with_columns(pl.col("rule").str.strip_chars()).group_by(
            "rule", maintain_order=True
        ):
            yield _describe_reject(name, str(rule), group, rows)
        again = evidence.repeated.get(name, 0)
        if again:  # `ids` has a clearer finding about keys that init invented
            yield DataFinding(
                "exact_repeats", name, "", {"n": again, "rows": rows, "part": Percentage(again / rows)}
            )


def _describe_reject(table: str, rule: str, rows: pl.DataFrame, rows_in: int) -> DataFinding:
    column = _find_column(table, rule)
    name = column.name if column else ""
    values: dict[str, object] = {
        "n": rows.height,
        "rows": rows_in,
        "part": Percentage(rows.height / max(rows_in, 1)),
        "row": rows["source_row"].min(),
        "column": name,
        "rule": _find_sentence(rule, rows),
    }
    ending = next((end for end in _BY_ENDING if rule.endswith(end)), None)
    if column and ending:
        came = rows["row"].str.json_path_match(f"$.{name}")
        more = {"kind": column.kind.sentence, "forms": _list_forms(came)}
        return DataFinding(
            _BY_ENDING[ending],
            table,
            name,
            {**values, **more, "allowed": ", ".join(column.one_of), "found": _list_commonest(came)},
        )
    code, about = _BY_RULE.get(rule, ("broken_rule", name))
    return DataFinding(code, table, about, values)


def _find_column(table: str, rule: str) -> Column | None:
    columns = [column for stored in STORED if stored.name == table for column in stored.columns]
    return max(
        (column for column in columns if rule.startswith(column.name)), key=lambda one: len(one.name), default=None
    )


def _find_sentence(rule: str, rows: pl.DataFrame) -> str:
    """Return the rule's own sentence, from a row that breaks no other."""
    alone = rows.filter(pl.col("rules") == rule)["reasons"]
    return str(alone[0]) if alone.len() else rule.replace("_", " ")


def _list_commonest(came: pl.Series) -> str:
    """List the commonest values, only of columns with a closed list of values, so that nobody is named."""
    counts = came.drop_nulls().value_counts(sort=True).to_series(0)
    shown = ", ".join(f"'{value[:_LONGEST]}'" for value in counts.head(_SHOWN))
    return shown + (f" and {counts.len() - _SHOWN} more" if counts.len() > _SHOWN else "")


def _list_forms(came: pl.Series) -> str:
    """List the patterns of values, every letter an a and every digit a d, which reveal no value."""
    masked = came.drop_nulls().str.replace_all(r"\p{L}", "a").str.replace_all(r"\d", "d").str.slice(0, _LONGEST)
    forms = masked.value_counts(sort=True).to_series(0).head(3)
    return ", ".join(f"'{form}'" for form in forms) or "nothing"
