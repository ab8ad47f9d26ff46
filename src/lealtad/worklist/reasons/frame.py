"""Why each customer scores as they do: up to three reasons for it and one against, as columns of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from lealtad.examples.features import CATALOG
from lealtad.worklist.reasons.amount import round_for_display
from lealtad.worklist.reasons.choice import NOBODY, REASONS, choose_topics
from lealtad.worklist.reasons.sentences import ReasonWords, WordedColumn, write_sentence
from lealtad.worklist.reasons.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from lealtad.base.language import Language
    from lealtad.examples.features import Feature
    from lealtad.worklist.reasons.choice import ReasonChoice
    from lealtad.worklist.reasons.topics import Floats

_STATED = {"rises": 1, "falls": -1}
_NOTABLE = 0.1  # of the larger of two values: who reads a reason sees no less as a difference


class ExplainableModel(Protocol):
    """A model that says what each feature adds to the log-odds; the registry's champion is one."""

    @property
    def contract(self) -> dict[str, Any]:
        """With `columns`, and by column `typical` (of customers who stayed) and `worse` (+1 or -1)."""
        ...

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return one column per feature, in log-odds."""
        ...


def build_reason_schema() -> dict[str, pl.DataType]:
    """Return the columns that `explain_scores` makes, with their types."""
    each: dict[str, pl.DataType] = {
        "": pl.String(),
        "_own": pl.Float64(),
        "_typical": pl.Float64(),
        "_direction": pl.String(),
        "_actionable": pl.Boolean(),
        "_about": pl.String(),
    }
    numbered = {f"reason_{i}{part}": kind for i in range(1, REASONS + 1) for part, kind in each.items()}
    return {**numbered, "against_1": pl.String()}


def explain_scores(
    model: ExplainableModel, rows: pl.DataFrame, language: Language, catalog: Sequence[Feature] = CATALOG
) -> pl.DataFrame:
    """Say why each customer scores high, one row per row given, in its order.

    `choice.choose_topics` states which topics become reasons, and in which order.

    Parameters
    ----------
    model
        Its contract holds the typical value of customers who stayed, and which side of it is worse.
    rows
        Customers with the model's features.
    catalog
        The features' words and topics; a feature that is not in it is never stated.

    Returns
    -------
    For i in 1…3: `reason_i` (a sentence), `reason_i_own`, `reason_i_typical` (the values in it),
    `reason_i_direction` ("above" or "below" the typical value), `reason_i_actionable`, `reason_i_about` (the
    topic). Null where there are fewer reasons. `against_1`: what lowers the score most, null if nothing does.
    """
    columns = [str(name) for name in model.contract["columns"]]
    features = rows.select(columns).to_pandas()
    own = features.to_numpy(dtype=np.float64)
    worded = {
        column: WordedColumn(feature, variant)
        for feature in catalog
        for column, variant in feature.columns.items()
    }
    lookup = {column: worded[column] for column in columns if column in worded}
    words = ReasonWords(lookup, model.contract["typical"], language)
    contributions = model.contributions(features).to_numpy(dtype=np.float64)
    sides = _compute_sides(words, own, contributions, columns, model.contract["worse"])
    choice = choose_topics(
        contributions,
        Topics.of(columns, {column: column_words.feature.about for column, column_words in lookup.items()}),
        worse=sides > 0,
        better=sides < 0,
        actionable=np.array([column in lookup and lookup[column].feature.actionable for column in columns]),
    )
    return _build_frame(words, choice, own, columns)


def _compute_sides(
    words: ReasonWords, own: Floats, contributions: Floats, columns: Sequence[str], worse: Mapping[str, int]
) -> Floats:
    """Return rows × columns: above 0 where a value reads as worse than the typical one, below 0 where as better.

    0 where nothing can be stated, or the two hardly differ. The direction that the catalog states of a feature
    goes before the one of all customers together. A customer who looks for help in vain is active, and active
    customers stay. Where the two contradict, a value is stated only where the model counts it on the catalog's
    side.
    """
    towards = np.zeros(own.shape)
    for position, column in enumerate(columns):
        if column not in words.known or not words.known[column].says(words.language):
            continue
        feature = words.known[column].feature
        direction = worse[column] if feature.risk is None else _STATED[feature.risk]
        usual = round_for_display(np.array([words.typical[column]], dtype=np.float64), feature.unit)
        value = round_for_display(own[:, position], feature.unit)
        is_notable = np.abs(value - usual) >= _NOTABLE * np.maximum(np.abs(value), np.abs(usual))
        side = np.nan_to_num(value - usual) * direction * is_notable
        believed = direction == worse[column] or side * contributions[:, position] > 0
        towards[:, position] = np.where(believed, side, 0.0)
    return towards


def _build_frame(words: ReasonWords, choice: ReasonChoice, own: Floats, columns: Sequence[str]) -> pl.DataFrame:
    rows = [dict(zip(columns, values, strict=True)) for values in own.tolist()]
    cells: dict[str, list[Any]] = {}
    for i, speakers in enumerate(choice.reasons.T, start=1):
        reasons = [
            _build_reason(words, _name_column(columns, speaker), row)
            for speaker, row in zip(speakers, rows, strict=True)
        ]
        names = [name for name in build_reason_schema() if name.startswith(f"reason_{i}")]
        cells |= {name: [reason[part] for reason in reasons] for part, name in enumerate(names)}
    cells["against_1"] = [
        None if speaker == NOBODY else write_sentence(words, columns[speaker], row, with_parts=False)
        for speaker, row in zip(choice.against.tolist(), rows, strict=True)
    ]
    return pl.DataFrame(cells, schema=build_reason_schema())


def _name_column(columns: Sequence[str], position: int) -> str | None:
    return None if position == NOBODY else columns[position]


def _build_reason(words: ReasonWords, column: str | None, row: Mapping[str, float]) -> tuple[object, ...]:
    """Return one reason, in the order of the columns it fills."""
    if column is None:
        return (None,) * 6
    own, typical, feature = row[column], float(words.typical[column]), words.known[column].feature
    direction = "above" if own > typical else "below"
    return write_sentence(words, column, row), own, typical, direction, feature.actionable, feature.about
