"""Columns that say which orders count, and that nothing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import Finding
from lealtad.sources.recognition.counting import says_what_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import Evidence

_COUNTED = ("orders", "order_lines")


def unused_findings(evidence: Evidence) -> Iterator[Finding]:
    """Tell of every column of orders that sounds like a status or a refund and that no key uses."""
    for table in _COUNTED:
        for column in evidence.left_out.get(table, ()):
            if says_what_counts(column):
                yield Finding("unused_status", table, "", {"column": column})
