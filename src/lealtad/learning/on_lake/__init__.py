"""Train on a lake: a model beside its baselines, judged on dates later than all it learned from."""

from lealtad.learning.on_lake.judging import METRICS, Verdict
from lealtad.learning.on_lake.on_lake import train
from lealtad.learning.on_lake.trained import MODEL, Trained

__all__ = ["METRICS", "MODEL", "Trained", "Verdict", "train"]
