"""Outcomes: what happened next, which models learn to predict.

In: a lake, or the rows of its tables, with an outcome definition and as-of dates. Out: one row per active customer
and date. Uses no features.
"""

from lealtad.examples.outcomes.answers import compute_answers
from lealtad.examples.outcomes.contractual import compute_contractual
from lealtad.examples.outcomes.early_outcomes import compute_early_outcomes, list_lookouts
from lealtad.examples.outcomes.inactivity import compute_inactivity
from lealtad.examples.outcomes.outcomes import compute_outcomes, compute_table_outcomes
from lealtad.examples.outcomes.times import compute_table_times, compute_times

__all__ = [
    "compute_answers",
    "compute_contractual",
    "compute_early_outcomes",
    "compute_inactivity",
    "compute_outcomes",
    "compute_table_outcomes",
    "compute_table_times",
    "compute_times",
    "list_lookouts",
]
