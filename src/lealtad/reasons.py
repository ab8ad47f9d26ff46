"""Why a customer is on the list, in words: what weighs most, and how those who stay differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.features import CATALOG
from lealtad.features.variant_words import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from lealtad.features import Feature
    from lealtad.features.feature import Variant
    from lealtad.language import Language
    from lealtad.registry import Champion

REASONS = 3


def reasons(
    champion: Champion, rows: pl.DataFrame, language: Language, catalog: Sequence[Feature] = CATALOG
) -> pl.DataFrame:
    """Say why each customer scores high, one row per row given, in its order.

    Features about the same thing count together; a thing is a reason where it raises the score and the
    customer's own value lies on the side of those who left. Of each, one feature is told: of those with words for
    it, the one that weighs most.

    Parameters
    ----------
    champion
        The model; its contract holds the typical value of customers who stayed.
    rows
        Customers with the model's features.
    catalog
        The features' words; a feature that is not in it is never told.

    Returns
    -------
    For i in 1…3: `reason_i` (a sentence), `reason_i_own`, `reason_i_typical` (the values in it); null where
    there are fewer reasons.
    """
    features = rows.select(champion.contract["columns"]).to_pandas()
    weights = champion.contributions(features)
    told = _Told(champion.contract, language, catalog)
    return pl.DataFrame(
        [told.row(weights.iloc[i], features.iloc[i]) for i in range(len(features))],
        schema={
            name: dtype
            for i in range(1, REASONS + 1)
            for name, dtype in (
                (f"reason_{i}", pl.String),
                (f"reason_{i}_own", pl.Float64),
                (f"reason_{i}_typical", pl.Float64),
            )
        },
        orient="row",
    )


class _Told:
    """The catalog's words for the columns of one model."""

    def __init__(self, contract: dict[str, Any], language: Language, catalog: Sequence[Feature]) -> None:
        self.contract, self.language = contract, language
        named = {column: (one, variant) for one in catalog for column, variant in one.columns.items()}
        self.features: dict[str, tuple[Feature, Variant | None]] = {
            name: named[name] for name in contract["columns"] if name in named
        }

    def row(self, weights: pd.Series[float], own: pd.Series[float]) -> list[object]:
        """Return the reasons of one customer, flat."""
        cells: list[object] = []
        for column in self._heaviest(weights, own):
            cells += [self._sentence(column, own[column]), float(own[column]), self.contract["typical"][column]]
        return cells + [None] * (3 * REASONS - len(cells))

    def _heaviest(self, weights: pd.Series[float], own: pd.Series[float]) -> list[str]:
        """Return the column that speaks for each of the heaviest topics, heaviest first."""
        topics: dict[str, float] = {}
        speakers: dict[str, str] = {}
        for column in self.features:
            topic = self.features[column][0].about
            topics[topic] = topics.get(topic, 0.0) + weights[column]
            if self._speaks(column, own[column]) and weights[column] > weights.get(speakers.get(topic), -np.inf):
                speakers[topic] = column
        rising = sorted((-topics[topic], topic) for topic in speakers if topics[topic] > 0)
        return [speakers[topic] for _, topic in rising[:REASONS]]

    def _speaks(self, column: str, own: float) -> bool:
        """Whether the value can be told and, as it will be read, lies on the side of those who left."""
        typical = self.contract["typical"][column]
        if not self.features[column][0].says[self.language.code] or np.isnan(own):
            return False
        if self._value(column, own) == self._value(column, typical):
            return False
        return bool((own - typical) * self.contract["worse"][column] > 0)

    def _sentence(self, column: str, own: float) -> str:
        feature, variant = self.features[column]
        return feature.says[self.language.code].format(
            value=self._value(column, own),
            typical=self._value(column, self.contract["typical"][column]),
            window=variant,
            variant=spoken(variant, self.language.code),
        )

    def _value(self, column: str, value: float) -> str:
        unit = self.features[column][0].unit
        if unit.name == "money":
            return self.language.money(value)
        if unit.name == "share":
            return self.language.percent(value)
        number = self.language.number(value)
        one, many = unit.words[self.language.code]
        return f"{number} {one if number == '1' else many}".rstrip()
