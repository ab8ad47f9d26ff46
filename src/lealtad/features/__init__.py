"""Point-in-time features: the engine, the streams, the families, the catalog."""

from lealtad.features.building import available, table_features
from lealtad.features.catalog import CATALOG, catalog_of
from lealtad.features.company import Company
from lealtad.features.facts import Facts, Grid
from lealtad.features.feature import Feature, feature
from lealtad.features.storing import build, feature_frame, provenance

__all__ = [
    "CATALOG",
    "Company",
    "Facts",
    "Feature",
    "Grid",
    "available",
    "build",
    "catalog_of",
    "feature",
    "feature_frame",
    "provenance",
    "table_features",
]
