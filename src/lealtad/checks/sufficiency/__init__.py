"""Sufficiency: what is wrong with a company's data, and whether they are enough to learn from.

In: the rows that a load accepted and rejected. Out: findings with fixes, and a verdict for churn and promoters.
Uses no feature values.
"""

from lealtad.checks.sufficiency.evidence import DataEvidence
from lealtad.checks.sufficiency.finding import DataFinding, tabulate_findings
from lealtad.checks.sufficiency.report import DataReport, build_report
from lealtad.checks.sufficiency.verdict import DataVerdict, Requirement

__all__ = [
    "DataEvidence",
    "DataFinding",
    "DataReport",
    "DataVerdict",
    "Requirement",
    "build_report",
    "tabulate_findings",
]
