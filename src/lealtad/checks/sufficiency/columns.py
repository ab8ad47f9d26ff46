"""Findings about single columns: missing, empty or constant values, and columns that no setting uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import DataFinding, Percentage
from lealtad.sources.recognition.columns.order_statuses import says_what_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from lealtad.checks.sufficiency.evidence import DataEvidence

# may be empty or constant: null means "not yet" or "none", and one survey has one scale
_RIGHTLY = frozenset(
    {
        "known_at",
        "superseded_at",
        "source_zone",
        "recorded_at",
        "public",
        "metric",
        "kind",
        "scale_min",
        "scale_max",
        "currency",
        "question",
        "referred_by",
        "subject",
        "text",
    }
    | {"higher_is_easier", "answered_at", "score", "merged_into", "excluded_as", "valid_from", "contacted_at"}
)
_MOSTLY = 0.5
_ENOUGH_ROWS = 20
_COUNTED = ("orders", "order_lines")


def find_column_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find every column that is empty, mostly missing, or the same in every row."""
    for name, rows in evidence.tables.items():
        if rows.height < _ENOUGH_ROWS:
            continue
        for column in rows.columns:
            if column not in _RIGHTLY and (finding := _judge_column(name, rows[column])):
                yield finding


def find_unused(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find unused columns of orders whose name suggests a status or a refund."""
    for table in _COUNTED:
        for column in evidence.left_out.get(table, ()):
            if says_what_counts(column):
                yield DataFinding("unused_status", table, "", {"column": column})


def _judge_column(table: str, values: pl.Series) -> DataFinding | None:
    missing = values.null_count() / values.len()
    if missing == 1:
        return DataFinding("empty_column", table, values.name)
    if missing >= _MOSTLY:
        return DataFinding("mostly_missing", table, values.name, {"part": Percentage(missing)})
    if missing == 0 and values.n_unique() == 1:
        return DataFinding("constant", table, values.name)
    return None
