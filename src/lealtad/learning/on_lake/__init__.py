"""Train on a lake: a model beside its baselines, judged on dates later than all it learned from."""

from lealtad.learning.on_lake.judging import METRICS, Evaluation
from lealtad.learning.on_lake.on_lake import train
from lealtad.learning.on_lake.trained import MODEL, TrainedModel

__all__ = ["METRICS", "MODEL", "Evaluation", "TrainedModel", "train"]
