"""The only home of MLflow: runs, the registry, and the model as it is stored and served."""

from lealtad.registry.artifact import Contract, contract_of
from lealtad.registry.champion import Champion, load_champion, promote
from lealtad.registry.tracking import Run, tracking_run

__all__ = ["Champion", "Contract", "Run", "contract_of", "load_champion", "promote", "tracking_run"]
