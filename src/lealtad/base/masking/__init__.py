"""Masking of personal data in free text, in English and Spanish.

Owns what counts as personal in a comment or a subject line. In: text as a customer or an agent wrote it.
Out: the same text with `[name]`, `[phone]` or another placeholder where something personal was.
"""

from lealtad.base.masking.text import KINDS, mask_personal_data

__all__ = ["KINDS", "mask_personal_data"]
