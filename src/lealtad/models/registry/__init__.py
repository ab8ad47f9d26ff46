"""The only home of MLflow: runs, the registry, and the model as it is stored and served."""

from lealtad.models.registry.artifact import Contract, contract_of
from lealtad.models.registry.champion import (
    SEASON,
    Champion,
    find_challenger,
    find_champion,
    load_champion,
    load_version,
    register_challenger,
)
from lealtad.models.registry.history import history, previous, put_in_charge
from lealtad.models.registry.tracking import Run, tracking_run

__all__ = [
    "SEASON",
    "Champion",
    "Contract",
    "Run",
    "contract_of",
    "find_challenger",
    "find_champion",
    "history",
    "load_champion",
    "load_version",
    "previous",
    "put_in_charge",
    "register_challenger",
    "tracking_run",
]
