"""Outcomes and exposures of assigned customers, from the lake. An outcome that is not over is null, never 0."""

from lealtad.experiments.outcomes.collection import collect_observations
from lealtad.experiments.outcomes.measures import measure_outcome
from lealtad.experiments.outcomes.scores import read_latest_scores

__all__ = ["collect_observations", "measure_outcome", "read_latest_scores"]
