"""Before the start: base rates, size and duration, and the record of the plan with every amendment.

In: a plan and a lake. Out: what the plan can show, and `plan.json` in the run directory.
"""

from lealtad.experiments.planning.base_rates import BaseRate, compute_base_rate
from lealtad.experiments.planning.power import compute_power, find_detectable_effect, find_sample_size
from lealtad.experiments.planning.record import RecordedPlan, read_record, record_plan
from lealtad.experiments.planning.sizing import PlanSize, size_plan

__all__ = [
    "BaseRate",
    "PlanSize",
    "RecordedPlan",
    "compute_base_rate",
    "compute_power",
    "find_detectable_effect",
    "find_sample_size",
    "read_record",
    "record_plan",
    "size_plan",
]
