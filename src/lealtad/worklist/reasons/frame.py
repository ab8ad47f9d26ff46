"""The reasons for each customer's score: up to three reasons and one strength, as columns of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.examples.features import CATALOG
from lealtad.worklist.reasons.choice import REASONS
from lealtad.worklist.reasons.ranking import ExplainableModel, RankedCauses, collect_words, rank_causes
from lealtad.worklist.reasons.sentences import write_sentence
from lealtad.worklist.reasons.strengths import find_strength, write_strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.base.language import Language
    from lealtad.examples.features import Feature
    from lealtad.worklist.reasons.sentences import ReasonWords

REASON_PARTS: dict[str, pl.DataType] = {
    "": pl.String(),
    "_own": pl.Float64(),
    "_typical": pl.Float64(),
    "_direction": pl.String(),
    "_actionable": pl.Boolean(),
    "_about": pl.String(),
}


def build_reason_schema() -> dict[str, pl.DataType]:
    """Return the columns of `explain_scores`, with their types."""
    numbered = {f"reason_{i}{part}": kind for i in range(1, REASONS + 1) for part, kind in REASON_PARTS.items()}
    return {**numbered, "against_1": pl.String()}


def explain_scores(
    model: ExplainableModel, rows: pl.DataFrame, language: Language, catalog: Sequence[Feature] = CATALOG
) -> pl.DataFrame:
    """Explain why each customer's score is high, one row per input row, in the same order.

    Parameters
    ----------
    model
        A model whose contract holds the typical values of customers who stayed, and which side of them is worse.
    rows
        Customers with the model's features.
    catalog
        The features' words and topics; a feature that is not in it is never stated.

    Returns
    -------
    For i in 1…3: `reason_i` (a sentence), `reason_i_own`, `reason_i_typical` (the customer's value and the usual
    one), `reason_i_direction` ("above" or "below" the typical value), `reason_i_actionable`, `reason_i_about` (the
    topic). Null if there are fewer reasons. `against_1`: a strength to start from, null if there is none.
    """
    words = collect_words(model, language, catalog)
    cells: dict[str, list[Any]] = {name: [] for name in build_reason_schema()}
    for ranked in rank_causes(model, rows, words):
        for name, value in _build_cells(words, ranked).items():
            cells[name].append(value)
    return pl.DataFrame(cells, schema=build_reason_schema())


def _build_cells(words: ReasonWords, ranked: RankedCauses) -> dict[str, Any]:
    cells: dict[str, Any] = dict.fromkeys(build_reason_schema())
    columns = ranked.columns[:REASONS]
    for i, column in enumerate(columns, start=1):
        values = (write_sentence(words, column, ranked.row), *describe_values(words, column, ranked.row[column]))
        cells |= {f"reason_{i}{part}": value for part, value in zip(REASON_PARTS, values, strict=True)}
    strength = find_strength(words, ranked.row, columns)
    cells["against_1"] = strength and write_strength(words, strength, ranked.row)
    return cells


def describe_values(words: ReasonWords, column: str, own: float) -> tuple[float, float, str, bool, str]:
    """Return the parts of a reason besides its sentence: own, typical, direction, actionable, about."""
    typical, feature = float(words.typical[column]), words.known[column].feature
    return own, typical, "above" if own > typical else "below", feature.actionable, feature.about
