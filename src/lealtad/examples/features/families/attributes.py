"""Attributes: what is known of a customer, as of the date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features.feature import Feature, feature
from lealtad.examples.features.units import NUMBER, SHARE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.examples.features.engine.facts import Facts, Matrix
    from lealtad.examples.features.feature import Variant


@feature(source="customers", unit=SHARE, about="consent", needs=("consent_contact",), null="unknown")
def consents(facts: Facts) -> Matrix:
    """Whether the customer consents to being contacted, 1 or 0 (flag)."""
    return facts.last("consent", where=pl.col("consent").is_not_null())


def make_attribute_features(levels: Mapping[str, tuple[str, ...]]) -> tuple[Feature, ...]:
    """Return the features of the declared attributes: one per level, or the number itself where none is declared.

    A value that is none of its levels is 0 in all of them; `unseen` counts those.
    """
    return tuple(
        _make_number(name) if not values else _make_category(name, values) for name, values in levels.items()
    )


def _make_category(name: str, levels: tuple[str, ...]) -> Feature:
    def is_level(facts: Facts, level: Variant) -> Matrix:
        position = float(levels.index(str(level)))
        return np.where(facts.last(f"level:{name}") == position, 1.0, 0.0)

    definition = f"Whether {name} is the level, as of the date, 1 or 0 (flag)."
    return _make_feature(is_level, name, definition, variants=levels, null="never null")


def _make_number(name: str) -> Feature:
    def number(facts: Facts) -> Matrix:
        return facts.last(f"number:{name}")

    definition = f"The attribute {name} as of the date (number)."
    return _make_feature(number, name, definition, variants=(), null="unknown")


def _make_feature(
    formula: Callable[..., Matrix], name: str, said: str, *, variants: tuple[str, ...], null: str
) -> Feature:
    formula.__name__, formula.__doc__ = name, said
    return Feature(
        formula=formula,
        source="customers",
        unit=NUMBER,
        about=name,
        windows=(),
        says={"en": "", "es": ""},
        variants=variants,
        column=f"{name}_is_{{}}" if variants else "",
        needs=(name,),
        null=null,
    )
