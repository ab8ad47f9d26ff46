"""The usability report: every finding about a company's data, and a verdict for churn and for promoter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.absence import absence_findings
from lealtad.checks.sufficiency.churn import churn_verdict
from lealtad.checks.sufficiency.clocks import clock_findings
from lealtad.checks.sufficiency.columns import column_findings
from lealtad.checks.sufficiency.history import history_findings
from lealtad.checks.sufficiency.ids import id_findings
from lealtad.checks.sufficiency.meaning import meaning_findings
from lealtad.checks.sufficiency.people import people_findings
from lealtad.checks.sufficiency.priorities import priority_findings
from lealtad.checks.sufficiency.promoter import promoter_verdict
from lealtad.checks.sufficiency.rejects import reject_findings
from lealtad.checks.sufficiency.unused import unused_findings
from lealtad.lake.parts import newest_fact
from lealtad.lake.timeline import midnight

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.checks.sufficiency.evidence import Evidence
    from lealtad.checks.sufficiency.finding import Finding
    from lealtad.checks.sufficiency.verdict import Verdict
    from lealtad.company.model_definition import Definition


LOOKS = (
    reject_findings,
    unused_findings,
    column_findings,
    clock_findings,
    history_findings,
    people_findings,
    id_findings,
    meaning_findings,
    priority_findings,
    absence_findings,
)


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes
    ----------
    rows
        One row per table: `table, rows_in, valid, rejected, first, last` (times of the first fact, and of the
        last that has happened).
    findings
        Every finding, unordered.
    churn, promoter
        Whether each can be learned, and what is missing.
    """

    rows: pl.DataFrame
    findings: tuple[Finding, ...]
    churn: Verdict
    promoter: Verdict

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a load, or leave a table without use, whatever the verdicts say."""
        return tuple(one for one in self.findings if one.level == "error")


def report(evidence: Evidence, definition: Definition) -> Report:
    """Look at a company's data as a definition needs them."""
    end = _end(evidence)
    return Report(
        _rows(evidence),
        tuple(finding for look in LOOKS for finding in look(evidence)),
        churn_verdict(evidence, definition, end),
        promoter_verdict(evidence, definition, end),
    )


def _end(evidence: Evidence) -> datetime | None:
    """Return the end of the data, as a lake that is loaded at the moment of the check has it."""
    if evidence.end is not None:
        return evidence.end
    newest = [newest_fact(table.name, rows, evidence.checked_at) for table, _, rows in evidence.facts]
    latest = max((one for one in newest if one is not None), default=None)
    return None if latest is None else midnight(latest)


def _rows(evidence: Evidence) -> pl.DataFrame:
    by = evidence.checked_at
    times = {
        table.name: (rows[at].min(), rows[at].filter(rows[at] <= by).max()) for table, at, rows in evidence.facts
    }
    return pl.DataFrame(
        [
            {
                "table": name,
                "rows_in": rows_in,
                "valid": rows_in - (rejected := evidence.rejected.filter(pl.col("table") == name).height),
                "rejected": rejected,
                "first": times.get(name, (None, None))[0],
                "last": times.get(name, (None, None))[1],
            }
            for name, rows_in in evidence.rows_in.items()
        ],
        schema_overrides={"first": pl.Datetime("us", "UTC"), "last": pl.Datetime("us", "UTC")},
    )
