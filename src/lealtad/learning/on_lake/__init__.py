"""Training on a lake: a model and its baselines, judged on dates later than all training dates.

In: a lake and a model definition. Out: a trained model with its evaluation.
"""

from lealtad.learning.on_lake.evaluation import METRICS, Evaluation
from lealtad.learning.on_lake.trained_model import MODEL, TrainedModel
from lealtad.learning.on_lake.training import train

__all__ = ["METRICS", "MODEL", "Evaluation", "TrainedModel", "train"]
