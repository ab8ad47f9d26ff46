"""Point-in-time features: the engine, the streams, the families, the catalog."""

from lealtad.examples.features.building import available, table_features, tables_read
from lealtad.examples.features.catalog import CATALOG, catalog_of
from lealtad.examples.features.company import Company
from lealtad.examples.features.declared_levels import undeclared, unseen_levels
from lealtad.examples.features.engine.facts import Facts, Grid
from lealtad.examples.features.feature import Feature, feature
from lealtad.examples.features.kept import check_settings, company_of, differences, kept_form
from lealtad.examples.features.storing import available_in, build, build_into, feature_frame, provenance
from lealtad.examples.features.word_fitting import fit_words

__all__ = [
    "CATALOG",
    "Company",
    "Facts",
    "Feature",
    "Grid",
    "available",
    "available_in",
    "build",
    "build_into",
    "catalog_of",
    "check_settings",
    "company_of",
    "differences",
    "feature",
    "feature_frame",
    "fit_words",
    "kept_form",
    "provenance",
    "table_features",
    "tables_read",
    "undeclared",
    "unseen_levels",
]
