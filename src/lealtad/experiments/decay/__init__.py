"""Saved or delayed: what a contact changes week by week, for how long, and when novelty wears off.

In: one row per assigned customer with the day of churn, if any, and the days that were followed. Out: survival
differences, days gained, the half-life of the effect, and a verdict.
"""

from lealtad.experiments.decay.contact_times import read_contact_times
from lealtad.experiments.decay.half_life import EffectDecay, estimate_decay
from lealtad.experiments.decay.repeat_contacts import compare_contacts, recommend_rest
from lealtad.experiments.decay.saved_or_delayed import SavedOrDelayed, judge_survival
from lealtad.experiments.decay.silence_times import find_silence
from lealtad.experiments.decay.survival_difference import compute_survival_difference
from lealtad.experiments.decay.weekly import count_weeks

__all__ = [
    "EffectDecay",
    "SavedOrDelayed",
    "compare_contacts",
    "compute_survival_difference",
    "count_weeks",
    "estimate_decay",
    "find_silence",
    "judge_survival",
    "read_contact_times",
    "recommend_rest",
]
