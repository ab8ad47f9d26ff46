"""The registry: runs, versions, champions, and the model as it is stored and served. The only home of MLflow.

In: a model as text with its contract. Out: versions that score, and their history.
"""

from lealtad.models.registry.artifact import ModelContract, build_contract
from lealtad.models.registry.challenger import name_challenger, register_challenger
from lealtad.models.registry.champions import find_previous, make_champion, read_history
from lealtad.models.registry.files import LoggedModel
from lealtad.models.registry.lookup import find_challenger, find_champion, load_champion, load_version
from lealtad.models.registry.offers_model import save_offers_model
from lealtad.models.registry.registered_model import SEASON, STANDS_IN, RegisteredModel
from lealtad.models.registry.tracking import MlflowRun, find_logged_model, name_run, open_run
from lealtad.models.registry.unfinished import TRAINING_TAG

__all__ = [
    "SEASON",
    "STANDS_IN",
    "TRAINING_TAG",
    "LoggedModel",
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
    "name_challenger",
    "name_run",
    "open_run",
    "read_history",
    "register_challenger",
    "save_offers_model",
]
