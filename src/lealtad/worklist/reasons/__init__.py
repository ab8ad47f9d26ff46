"""Why a customer scores as they do, in words: contributions by topic, the choice among them, the sentences."""

from lealtad.worklist.reasons.choice import COMPARABLE, REASONS, ReasonChoice, choose_topics
from lealtad.worklist.reasons.frame import build_reason_schema, explain_scores
from lealtad.worklist.reasons.topics import Topics

__all__ = [
    "COMPARABLE",
    "REASONS",
    "ReasonChoice",
    "Topics",
    "build_reason_schema",
    "choose_topics",
    "explain_scores",
]
