"""Predict who is about to leave and who would recommend, and hand over a list worth working."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# bound at once: the room of the same name would otherwise take this name when it is first imported
from lealtad.features import feature_frame as features

if TYPE_CHECKING:
    from lealtad.contract import split
    from lealtad.definition import Definition
    from lealtad.errors import LealtadError
    from lealtad.features.explaining import explain_feature
    from lealtad.lake import Lake
    from lealtad.learning import train
    from lealtad.sources import read

__all__ = ["Definition", "Lake", "LealtadError", "explain_feature", "features", "read", "split", "train"]

_ROOMS = {
    "Definition": "definition",
    "Lake": "lake",
    "LealtadError": "errors",
    "explain_feature": "features.explaining",
    "read": "sources",
    "split": "contract",
    "train": "learning",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'lealtad' has no attribute '{name}'; it offers {', '.join(__all__)}")
    return getattr(import_module(f"lealtad.{_ROOMS[name]}"), name)
