"""One experiment of a lake from plan to read-out, as the command runs it.

In: a lake, a plan, the moment. Out: a recorded plan, stored arms, or everything that its page shows.
"""

from lealtad.experiments.running.experiment_state import ExperimentState, read_experiment
from lealtad.experiments.running.folders import find_plan, list_experiments
from lealtad.experiments.running.starting import assign_customers, plan_experiment

__all__ = [
    "ExperimentState",
    "assign_customers",
    "find_plan",
    "list_experiments",
    "plan_experiment",
    "read_experiment",
]
