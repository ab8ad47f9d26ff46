"""The engine: measures of facts at every customer and as-of date at once, exact on both clocks."""

from lealtad.examples.features.engine.facts import Facts
from lealtad.examples.features.engine.grid import Grid

__all__ = ["Facts", "Grid"]
