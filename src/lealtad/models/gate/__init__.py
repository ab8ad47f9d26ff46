"""Who may be champion: one later slice, a table of checks, and the evidence of a yes."""

from lealtad.models.gate.evidence import evidence_text
from lealtad.models.gate.gate import Verdict, decide
from lealtad.models.gate.side_by_side import judged_side_by_side

__all__ = ["Verdict", "decide", "evidence_text", "judged_side_by_side"]
