"""Which customer gets which action: the allocation with the highest total gain, proven optimal.

Owns the choice of customers and actions of a night. In: one row per customer and action with its gain, and the
playbook. Out: an `Allocation` with the chosen pairs, the proof, and what more capacity would bring.
"""

from lealtad.worklist.allocation.allocation import Allocation, allocate
from lealtad.worklist.allocation.capacity_worth import describe_capacity_worth
from lealtad.worklist.allocation.holdout_choice import choose_from_holdout

__all__ = ["Allocation", "allocate", "choose_from_holdout", "describe_capacity_worth"]
