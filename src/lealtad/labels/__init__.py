"""What happened next: the outcomes that models learn."""

from lealtad.labels.answers import answers
from lealtad.labels.contractual import contractual
from lealtad.labels.inactivity import inactivity
from lealtad.labels.outcomes import outcomes, outcomes_of

__all__ = ["answers", "contractual", "inactivity", "outcomes", "outcomes_of"]
