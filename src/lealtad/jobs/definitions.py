"""The models a company needs: churn, and with surveys also recommending and answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.company.model_definition import ModelDefinition

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake

_ASKED = ("promoter", "answering")


def find_definitions(model: Path, lake: Lake) -> list[ModelDefinition]:
    """Return the definitions of a lake, churn first; a requested definition is returned alone."""
    if model.name:
        return [ModelDefinition.read(model)]
    churn = ModelDefinition.choose(model, lake.versions)
    asks = lake.has("surveys") and not lake.read("surveys", columns=["metric"]).filter(metric="nps").is_empty()
    return [churn, *(ModelDefinition.read(name) for name in _ASKED if asks)]
