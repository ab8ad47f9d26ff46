"""The reasons of a score in words: contributions by topic, the choice among them, the sentences.

Owns how a score is explained. In: a model that states what each feature adds, and the catalog of features.
Out: up to three reasons for a score and one against it, as columns of the list.
"""

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
