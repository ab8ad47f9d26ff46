"""Who gets which action: the most gain that budget and capacities allow, proven."""

from lealtad.worklist.allocation.allocating import Allocation, allocate
from lealtad.worklist.allocation.standing import would_be_chosen

__all__ = ["Allocation", "allocate", "would_be_chosen"]
