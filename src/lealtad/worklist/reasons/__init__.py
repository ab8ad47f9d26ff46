"""The reasons of a score in words: contributions by cause, the choice among them, the sentences, the facts.

Owns how a score is explained. In: a model that states what each feature adds, the catalog of features, and the
histories of the customers who are listed. Out: up to three reasons for a score with the facts behind them, and one
strength, as columns of the list.
"""

from lealtad.worklist.reasons.causes import find_cause, list_causes
from lealtad.worklist.reasons.choice import COMPARABLE, REASONS, choose_topics
from lealtad.worklist.reasons.describing import build_list_reason_schema, describe_reasons
from lealtad.worklist.reasons.evidence import EvidenceWriter
from lealtad.worklist.reasons.frame import build_reason_schema, explain_scores
from lealtad.worklist.reasons.histories import Histories
from lealtad.worklist.reasons.list_choice import choose_for_list
from lealtad.worklist.reasons.news import list_news, write_news
from lealtad.worklist.reasons.promises import Promises
from lealtad.worklist.reasons.ranking import ExplainableModel, RankedCauses, collect_words, rank_causes
from lealtad.worklist.reasons.rarity import Rarity
from lealtad.worklist.reasons.topics import Topics

__all__ = [
    "COMPARABLE",
    "REASONS",
    "EvidenceWriter",
    "ExplainableModel",
    "Histories",
    "Promises",
    "RankedCauses",
    "Rarity",
    "Topics",
    "build_list_reason_schema",
    "build_reason_schema",
    "choose_for_list",
    "choose_topics",
    "collect_words",
    "describe_reasons",
    "explain_scores",
    "find_cause",
    "list_causes",
    "list_news",
    "rank_causes",
    "write_news",
]
