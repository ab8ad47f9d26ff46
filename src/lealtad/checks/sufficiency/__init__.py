"""Whether a company's data are usable: what is wrong with them, and whether they suffice to learn from."""

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
