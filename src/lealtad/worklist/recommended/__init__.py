"""Products that a list recommends: to customers who get no other action, with a holdout of their own.

In: the night, its decision, and the offers of `lealtad recommend` of the same date. Out: rows of the list, and of
the lake's table `recommendations`. Without offers nothing of a list changes.
"""

from lealtad.worklist.recommended.choice import choose_recommendations
from lealtad.worklist.recommended.listing import (
    Recommended,
    add_last_recommended,
    add_recommendations,
    join_list,
    name_actions,
)
from lealtad.worklist.recommended.stored import SCHEMA, read_recommended

__all__ = [
    "SCHEMA",
    "Recommended",
    "add_last_recommended",
    "add_recommendations",
    "choose_recommendations",
    "join_list",
    "name_actions",
    "read_recommended",
]
