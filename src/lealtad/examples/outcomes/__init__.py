"""What happened next: the outcomes that models learn."""

from lealtad.examples.outcomes.answers import answers
from lealtad.examples.outcomes.contractual import contractual
from lealtad.examples.outcomes.inactivity import inactivity
from lealtad.examples.outcomes.outcomes import outcomes, outcomes_of
from lealtad.examples.outcomes.so_far import lookouts, so_far
from lealtad.examples.outcomes.times import times, times_of

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
