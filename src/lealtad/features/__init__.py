"""Point-in-time features: the engine, the families, the catalog."""

from lealtad.features.building import build, feature_frame
from lealtad.features.catalog import CATALOG
from lealtad.features.facts import Facts, Grid
from lealtad.features.feature import Feature, feature

__all__ = ["CATALOG", "Facts", "Feature", "Grid", "build", "feature", "feature_frame"]
