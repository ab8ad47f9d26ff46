"""Predict which customers are about to churn and which would recommend, and list whom to contact first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lealtad import kpis
    from lealtad.base.errors import LealtadError
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.features import build_frame as build_features
    from lealtad.examples.features.explaining import explain_feature
    from lealtad.lake import Lake
    from lealtad.learning.leaderboard import compare, compare_table
    from lealtad.learning.on_lake import train
    from lealtad.learning.on_table import train_table
    from lealtad.sources import read
    from lealtad.sources.contract import split

__all__ = [
    "Lake",
    "LealtadError",
    "ModelDefinition",
    "build_features",
    "compare",
    "compare_table",
    "explain_feature",
    "kpis",
    "read",
    "split",
    "train",
    "train_table",
]

# heavy imports wait: a name is imported when it is first asked for
_HOMES = {
    "Definition": ("company.model_definition", "ModelDefinition"),  # its name until 0.1
    "ModelDefinition": ("company.model_definition", "ModelDefinition"),
    "Lake": ("lake", "Lake"),
    "LealtadError": ("base.errors", "LealtadError"),
    "build_features": ("examples.features", "build_frame"),
    "compare": ("learning.leaderboard", "compare"),
    "compare_table": ("learning.leaderboard", "compare_table"),
    "explain_feature": ("examples.features.explaining", "explain_feature"),
    "read": ("sources", "read"),
    "split": ("sources.contract", "split"),
    "train": ("learning.on_lake", "train"),
    "train_table": ("learning.on_table", "train_table"),
}


def __getattr__(name: str) -> Any:
    if name == "kpis":
        return import_module("lealtad.kpis")
    if name not in _HOMES:
        raise AttributeError(f"module 'lealtad' has no attribute '{name}'; it offers {', '.join(__all__)}")
    module, member = _HOMES[name]
    return getattr(import_module(f"lealtad.{module}"), member)
