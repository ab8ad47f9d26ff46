"""Point-in-time features: the engine, the streams, the families, the catalog.

In: the rows of whole customers, or a lake, and as-of dates. Out: one row per customer and date, one column per
feature. Uses no outcomes.
"""

from lealtad.examples.features.building import compute_features, find_available, list_source_tables
from lealtad.examples.features.catalog import CATALOG, build_catalog
from lealtad.examples.features.company import CompanyProfile
from lealtad.examples.features.engine.facts import Facts, Grid
from lealtad.examples.features.feature import Feature, feature
from lealtad.examples.features.storage.levels import find_undeclared, find_unseen_levels
from lealtad.examples.features.storage.provenance import trace_provenance
from lealtad.examples.features.storage.reading import find_available_in
from lealtad.examples.features.storage.settings import (
    check_settings,
    find_differences,
    read_company,
    serialize_settings,
)
from lealtad.examples.features.storage.storing import build, build_frame, build_into
from lealtad.examples.features.words.fitting import fit_words

__all__ = [
    "CATALOG",
    "CompanyProfile",
    "Facts",
    "Feature",
    "Grid",
    "build",
    "build_catalog",
    "build_frame",
    "build_into",
    "check_settings",
    "compute_features",
    "feature",
    "find_available",
    "find_available_in",
    "find_differences",
    "find_undeclared",
    "find_unseen_levels",
    "fit_words",
    "list_source_tables",
    "read_company",
    "serialize_settings",
    "trace_provenance",
]
