"""The only home of MLflow: runs, the registry, and the model as it is stored and served."""

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
from lealtad.models.registry.tracking import MlflowRun, open_run

__all__ = [
    "SEASON",
    "MlflowRun",
    "ModelContract",
    "RegisteredModel",
    "build_contract",
    "find_challenger",
    "find_champion",
    "find_previous",
    "load_champion",
    "load_version",
    "make_champion",
    "open_run",
    "read_history",
    "register_challenger",
]
