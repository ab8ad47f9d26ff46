"""The read-out of an experiment: differences with intervals, the checks before them, and a verdict.

In: one row per unit with its arm, its outcomes and a covariate. Out: a `ReadOut`, figures without words.
"""

from lealtad.experiments.reading.compliers import estimate_complier_effect
from lealtad.experiments.reading.confidence_sequence import compute_confidence_sequence
from lealtad.experiments.reading.difference import Difference, compare_means, compare_proportions
from lealtad.experiments.reading.expected_loss import compute_expected_losses
from lealtad.experiments.reading.holm import adjust_holm
from lealtad.experiments.reading.moments import ArmMoments, compute_moments
from lealtad.experiments.reading.read_out import ReadOut, read_observations
from lealtad.experiments.reading.sample_ratio import compute_sample_ratio
from lealtad.experiments.reading.segments import compare_segments

__all__ = [
    "ArmMoments",
    "Difference",
    "ReadOut",
    "adjust_holm",
    "compare_means",
    "compare_proportions",
    "compare_segments",
    "compute_confidence_sequence",
    "compute_expected_losses",
    "compute_moments",
    "compute_sample_ratio",
    "estimate_complier_effect",
    "read_observations",
]
