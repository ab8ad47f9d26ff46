"""What would change if churn were defined otherwise: rates, regrets, and how well it can be foreseen."""

from lealtad.checks.sensitivity.choices import Choices, labels_of
from lealtad.checks.sensitivity.comparing import compare

__all__ = ["Choices", "compare", "labels_of"]
