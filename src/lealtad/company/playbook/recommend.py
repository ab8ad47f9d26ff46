"""The action that recommends a product: channel, owner, limits, and its assumed effect."""

from __future__ import annotations

from math import ceil

from pydantic import Field, field_validator

from lealtad.base.toml_file import Section
from lealtad.company.playbook.action import Words

PRODUCT = "{product}"
_CENTS = 100
_NOISE = 6  # decimals of a cent


class Recommend(Section):
    """Recommend a product to customers who get no other action.

    It is used if recommendations exist, within the remaining budget and capacities of the day.

    Attributes
    ----------
    words
        What the team reads; `{product}` is the name of the product.
    channel, owner
        How the contact is made, and by which team; the owner needs no capacity of its own.
    contact_cost
        What one contact costs, in the company's currency.
    capacity_per_day
        Maximum a day; 0 recommends nothing.
    cooling_off_days
        Days until a customer may be recommended a product again.
    holdout_share
        Share of the customers to whom no list of a campaign recommends anything; drawn separately from the other
        holdout.
    incremental_share
        How much a recommendation raises purchases of the product, until campaigns have measured it: 0.05 is 5 %.
    spread
        Its uncertainty: the standard deviation of `log(1 + share)`.

    Examples
    --------
    >>> Recommend().words.en
    'Recommend {product}'
    """

    words: Words = Words(en="Recommend {product}", es="Recomendar {product}")
    channel: str = Field("email", min_length=1)
    owner: str = Field("sales", min_length=1)
    contact_cost: float = Field(0.02, ge=0, allow_inf_nan=False)
    capacity_per_day: int = Field(20, ge=0)
    cooling_off_days: int = Field(30, ge=0)
    holdout_share: float = Field(0.1, ge=0, lt=1)
    incremental_share: float = Field(0.05, gt=-1, allow_inf_nan=False)
    spread: float = Field(0.05, gt=0, le=2)

    @field_validator("words")
    @classmethod
    def _name_product(cls, words: Words) -> Words:
        for text in (words.en, words.es):
            if text.replace(PRODUCT, "").count("{") or PRODUCT not in text:
                raise ValueError(f"expected {PRODUCT} as the only braces, found '{text}'")
        return words

    @property
    def cost_cents(self) -> int:
        """The cost of one contact in whole cents, rounded up."""
        return ceil(round(self.contact_cost * _CENTS, _NOISE))
