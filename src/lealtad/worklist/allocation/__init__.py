"""Who gets which action: the most gain that budget and capacities allow, proven."""

from lealtad.worklist.allocation.allocating import Allocation, allocate
from lealtad.worklist.allocation.standing import would_be_chosen
from lealtad.worklist.allocation.telling import worth_of_more

__all__ = ["Allocation", "allocate", "worth_of_more", "would_be_chosen"]
