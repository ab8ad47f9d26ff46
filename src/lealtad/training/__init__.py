"""Train on a lake: a model beside its baselines, judged on dates later than all it learned from."""

from lealtad.training.judging import METRICS, Verdict
from lealtad.training.on_lake import train
from lealtad.training.trained import MODEL, Trained

__all__ = ["METRICS", "MODEL", "Trained", "Verdict", "train"]
