"""Sensitivity: how churn would look by other definitions.

In: a lake with features, and a model definition. Out: one row per definition: churn, false churn, silence, AUC.
Changes nothing.
"""

from lealtad.checks.sensitivity.choices import DefinitionChoices, list_labels
from lealtad.checks.sensitivity.comparison import compare_definitions
from lealtad.checks.sensitivity.table import format_table, write_page

__all__ = ["DefinitionChoices", "compare_definitions", "format_table", "list_labels", "write_page"]
