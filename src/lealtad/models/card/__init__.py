"""The model card: how a model was made, how good it is on every slice, and where not to trust it.

In: metrics, slices and parameters of a run. Out: Markdown that keeps what people wrote.
"""

from lealtad.models.card.card import CARDS, write_card
from lealtad.models.card.human import keep_human_words
from lealtad.models.card.slices import compute_slices

__all__ = ["CARDS", "compute_slices", "keep_human_words", "write_card"]
