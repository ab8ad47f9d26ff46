"""Whether a company's data are usable: what is wrong with them, and whether they suffice to learn from."""

from lealtad.usability.evidence import Evidence
from lealtad.usability.finding import Finding, findings_frame
from lealtad.usability.report import Report, report
from lealtad.usability.verdict import Measure, Verdict

__all__ = ["Evidence", "Finding", "Measure", "Report", "Verdict", "findings_frame", "report"]
