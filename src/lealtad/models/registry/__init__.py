"""The only home of MLflow: runs, the registry, and the model as it is stored and served."""

from lealtad.models.registry.artifact import ModelContract, build_contract
from lealtad.models.registry.champion import (
    SEASON,
    RegisteredModel,
    find_challenger,
    find_champion,
    load_champion,
    load_version,
    register_challenger,
)
from lealtad.models.registry.history import find_previous, history, make_champion
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
    "history",
    "load_champion",
    "load_version",
    "make_champion",
    "open_run",
    "register_challenger",
]
