"""Why a customer scores as they do, in words: contributions by topic, the choice among them, the sentences."""

from lealtad.worklist.reasons.choice import COMPARABLE, REASONS, Choice, chosen
from lealtad.worklist.reasons.frame import reason_schema, reasons
from lealtad.worklist.reasons.topics import Topics

__all__ = ["COMPARABLE", "REASONS", "Choice", "Topics", "chosen", "reason_schema", "reasons"]
