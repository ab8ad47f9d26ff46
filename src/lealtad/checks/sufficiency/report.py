"""The data report: every finding about a company's data, and a verdict for churn and for promoters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.checks.sufficiency.absence import find_absences
from lealtad.checks.sufficiency.churn import find_thin_folds, judge_churn
from lealtad.checks.sufficiency.clocks import find_clock_faults
from lealtad.checks.sufficiency.columns import find_column_faults, find_unused
from lealtad.checks.sufficiency.history import find_history_faults
from lealtad.checks.sufficiency.ids import find_id_faults
from lealtad.checks.sufficiency.meaning import find_meaning_faults
from lealtad.checks.sufficiency.people import find_people_faults
from lealtad.checks.sufficiency.priorities import find_priority_faults
from lealtad.checks.sufficiency.promoter import judge_promoter
from lealtad.checks.sufficiency.rejects import find_rejects
from lealtad.lake.parts import find_newest_fact
from lealtad.lake.timeline import midnight

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.checks.sufficiency.finding import DataFinding
    from lealtad.checks.sufficiency.verdict import DataVerdict
    from lealtad.company.model_definition import ModelDefinition


LOOKS = (
    find_rejects,
    find_unused,
    find_column_faults,
    find_clock_faults,
    find_history_faults,
    find_people_faults,
    find_id_faults,
    find_meaning_faults,
    find_priority_faults,
    find_absences,
)


@dataclass(frozen=True)
class DataReport:
    """The result of a check.

    Attributes
    ----------
    rows
        One row per table: `table, rows_in, valid, rejected, first, last` (times of the first fact, and of the
        last that has happened).
    findings
        Every finding, unordered.
    churn, promoter
        Whether each outcome can be learned, and what is missing.
    """

    rows: pl.DataFrame
    findings: tuple[DataFinding, ...]
    churn: DataVerdict
    promoter: DataVerdict

    @property
    def errors(self) -> tuple[DataFinding, ...]:
        """The findings that stop a load or make a table useless, whatever the verdicts."""
        return tuple(finding for finding in self.findings if finding.level == "error")


def build_report(evidence: DataEvidence, definition: ModelDefinition) -> DataReport:
    """Find faults in a company's data, and judge whether a definition's model can learn from them.

    Parameters
    ----------
    evidence
        The rows that a load accepted and rejected.
    definition
        The outcome, the training dates and the test dates.

    Returns
    -------
    Every finding, and a verdict for churn and for promoters. Nothing is written.
    """
    end = _find_end(evidence)
    return DataReport(
        _count_rows(evidence),
        (
            *(finding for look in LOOKS for finding in look(evidence)),
            *find_thin_folds(evidence, definition, end),
        ),
        judge_churn(evidence, definition, end),
        judge_promoter(evidence, definition, end),
    )


def _find_end(evidence: DataEvidence) -> datetime | None:
    """Return the end of the data, as a lake that is loaded at the moment of the check has it."""
    if evidence.end is not None:
        return evidence.end
    newest = [find_newest_fact(table.name, rows, evidence.checked_at) for table, _, rows in evidence.facts]
    latest = max((instant for instant in newest if instant is not None), default=None)
    return None if latest is None else midnight(latest)


def _count_rows(evidence: DataEvidence) -> pl.DataFrame:
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
        schema_overrides={"first": INSTANT, "last": INSTANT},
    )
