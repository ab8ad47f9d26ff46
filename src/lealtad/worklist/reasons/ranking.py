"""The causes that raise each customer's score, heaviest first, each with the feature that states it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from lealtad.examples.features import CATALOG
from lealtad.worklist.reasons.amount import round_for_display
from lealtad.worklist.reasons.causes import find_cause
from lealtad.worklist.reasons.choice import NOBODY, choose_topics
from lealtad.worklist.reasons.sentences import ReasonWords, WordedColumn
from lealtad.worklist.reasons.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import polars as pl

    from lealtad.base.language import Language
    from lealtad.examples.features import Feature
    from lealtad.worklist.reasons.topics import Floats

RANKED = 6  # causes per customer, so that a list can skip reasons that it repeats too often
_TENURE, _FIRST_YEAR = "tenure_days", 365  # after a year the first month is no longer relevant
_OF_BEGINNING = ("beginning", "first ratings", "first tickets")
_STATED = {"rises": 1, "falls": -1}
_NOTABLE = 0.3  # share of the larger value from which a reader notices a difference


class ExplainableModel(Protocol):
    """A model that states what each feature adds to the log-odds, such as the registry's champion."""

    @property
    def contract(self) -> dict[str, Any]:
        """With `columns`, and by column `typical` (of customers who stayed) and `worse` (+1 or -1)."""
        ...

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return one column per feature, in log-odds."""
        ...


@dataclass(frozen=True)
class RankedCauses:
    """The causes that can be stated for one customer.

    Attributes
    ----------
    columns
        The features that state the causes of the score, heaviest first; at most `RANKED`.
    row
        The customer's values by column, NaN for null.
    """

    columns: tuple[str, ...]
    row: Mapping[str, float]


def collect_words(
    model: ExplainableModel, language: Language, catalog: Sequence[Feature] = CATALOG, **context: Any
) -> ReasonWords:
    """Return the sentences of a model's columns in a language.

    Parameters
    ----------
    model
        Its contract names the columns, and their usual values.
    catalog
        The features, with their sentences. A column that none of them makes gives no reason.
    context
        Further attributes of `ReasonWords`, such as `as_of` and `zone`.
    """
    columns = {str(name) for name in model.contract["columns"]}
    known = {
        column: WordedColumn(feature, variant)
        for feature in catalog
        for column, variant in feature.columns.items()
        if column in columns
    }
    return replace(ReasonWords(known, model.contract["typical"], language), **context)


def rank_causes(
    model: ExplainableModel, rows: pl.DataFrame, words: ReasonWords, usual: Floats | None = None
) -> list[RankedCauses]:
    """Return for each row what raises its score, heaviest first.

    `choice.choose_topics` defines which causes are returned, and in which order.

    Parameters
    ----------
    rows
        Customers with the model's features.
    usual
        Rows × columns: what each feature usually adds to the score of similar customers; None compares with all.
    """
    columns = [str(name) for name in model.contract["columns"]]
    features = rows.select(columns).to_pandas()
    own = features.to_numpy(dtype=np.float64)
    contributions = model.contributions(features).to_numpy(dtype=np.float64)
    moved = contributions if usual is None else contributions - usual
    chosen = choose_topics(
        moved,
        Topics.from_columns(
            columns, {column: find_cause(worded.feature.about) for column, worded in words.known.items()}
        ),
        worse=_compute_sides(words, own, moved, columns, model.contract["worse"]) > 0,
        actionable=np.array(
            [column in words.known and words.known[column].feature.actionable for column in columns]
        ),
        most=RANKED,
    )
    return [
        RankedCauses(
            tuple(columns[place] for place in places if place != NOBODY), dict(zip(columns, values, strict=True))
        )
        for places, values in zip(chosen.tolist(), own.tolist(), strict=True)
    ]


def _compute_sides(
    words: ReasonWords, own: Floats, contributions: Floats, columns: Sequence[str], worse: Mapping[str, int]
) -> Floats:
    """Return rows × columns: above 0 if a value is worse than the typical one, below 0 if it is better.

    0 if nothing can be stated, the two hardly differ, or the sentence covers only the other side. The catalog's
    direction of a feature takes precedence over the direction among all customers. For example, customers who look
    for help in vain are active, and active customers stay. If the two contradict, a value is stated only if the
    model counts it on the catalog's side.
    """
    towards = np.zeros(own.shape)
    for position, column in enumerate(columns):
        if column not in words.known or not words.known[column].write_template(words.language):
            continue
        feature, worded_side = words.known[column].feature, words.known[column].side(words.language)
        direction = worse[column] if feature.risk is None else _STATED[feature.risk]
        usual = round_for_display(np.array([words.typical[column]], dtype=np.float64), feature.unit)
        value = round_for_display(own[:, position], feature.unit)
        is_notable = np.abs(value - usual) >= _NOTABLE * np.maximum(np.abs(value), np.abs(usual))
        side = np.nan_to_num(value - usual) * direction * is_notable
        is_sayable = worded_side * (value - usual) >= 0
        if feature.about in _OF_BEGINNING and _TENURE in columns:
            is_sayable = is_sayable & (own[:, columns.index(_TENURE)] <= _FIRST_YEAR)
        believed = direction == worse[column] or side * contributions[:, position] > 0
        towards[:, position] = np.where(believed & is_sayable, side, 0.0)
    return towards
