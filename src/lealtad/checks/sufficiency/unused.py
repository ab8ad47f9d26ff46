"""Columns that say which orders count, and that nothing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import DataFinding
from lealtad.sources.recognition.columns.order_statuses import says_what_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence

_COUNTED = ("orders", "order_lines")


def find_unused(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Tell of every column of orders that sounds like a status or a refund and that no key uses."""
    for table in _COUNTED:
        for column in evidence.left_out.get(table, ()):
            if says_what_counts(column):
                yield DataFinding("unused_status", table, "", {"column": column})
