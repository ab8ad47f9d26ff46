"""What would change if churn were defined otherwise: rates, regrets, and how well it can be foreseen."""

from lealtad.checks.sensitivity.choices import DefinitionChoices, list_labels
from lealtad.checks.sensitivity.comparison import compare_definitions

__all__ = ["DefinitionChoices", "compare_definitions", "list_labels"]
