"""The gate: whether a challenger may become champion, judged on one later slice.

In: the judged rows of challenger, champion and baselines. Out: a table of checks, and the evidence if all pass.
"""

from lealtad.models.gate.evidence import format_evidence
from lealtad.models.gate.gate import GateVerdict, judge_challenger
from lealtad.models.gate.side_by_side import score_side_by_side

__all__ = ["GateVerdict", "format_evidence", "judge_challenger", "score_side_by_side"]
