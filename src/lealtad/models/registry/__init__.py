"""The registry: runs, versions, champions, and the model as it is stored and served. The only home of MLflow.

In: a model as text with its contract. Out: versions that score, and their history.
"""

from lealtad.models.registry.artifact import ModelContract, build_contract
from lealtad.models.registry.champions import find_previous, make_champion, read_history
from lealtad.models.registry.registered_model import (
    SEASON,
    RegisteredModel,
    find_challenger,
    find_champion,
    load_champion,
    load_version,
    register_challenger,
)
from lealtad.models.registry.tracking import MlflowRun, find_logged_model, open_run
from lealtad.models.registry.unfinished import TRAINING_TAG

__all__ = [
    "SEASON",
    "TRAINING_TAG",
    "MlflowRun",
    "ModelContract",
    "RegisteredModel",
    "build_contract",
    "find_challenger",
    "find_champion",
    "find_logged_model",
    "find_previous",
    "load_champion",
    "load_version",
    "make_champion",
    "open_run",
    "read_history",
    "register_challenger",
]
