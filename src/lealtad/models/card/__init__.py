"""The model card: how a model was made, how good it is on every slice, and where not to trust it.

In: metrics, slices and parameters of a run. Out: Markdown that keeps what people wrote.
"""

from lealtad.models.card.card import CARDS, write_card
from lealtad.models.card.slices import compute_slices
from lealtad.models.card.written_parts import keep_written_parts

__all__ = ["CARDS", "compute_slices", "keep_written_parts", "write_card"]
