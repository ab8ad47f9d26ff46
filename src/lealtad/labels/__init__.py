"""What happened next: the outcomes that models learn."""

from lealtad.labels.answers import answers
from lealtad.labels.contractual import contractual
from lealtad.labels.inactivity import inactivity
from lealtad.labels.outcomes import outcomes, outcomes_of
from lealtad.labels.so_far import lookouts, so_far
from lealtad.labels.times import times, times_of

__all__ = [
    "answers",
    "contractual",
    "inactivity",
    "lookouts",
    "outcomes",
    "outcomes_of",
    "so_far",
    "times",
    "times_of",
]
