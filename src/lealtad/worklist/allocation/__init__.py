"""Who gets which action: the most gain that budget and capacities allow, proven."""

from lealtad.worklist.allocation.allocating import Allocation, allocate
from lealtad.worklist.allocation.standing import choose_from_holdout
from lealtad.worklist.allocation.telling import describe_worth_of_more

__all__ = ["Allocation", "allocate", "choose_from_holdout", "describe_worth_of_more"]
