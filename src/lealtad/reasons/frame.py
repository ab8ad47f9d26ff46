"""Why each customer scores as they do: up to three reasons for it and one against, as columns of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from lealtad.features import CATALOG
from lealtad.reasons.amount import as_read
from lealtad.reasons.choice import NOBODY, REASONS, chosen
from lealtad.reasons.telling import Told, sentence
from lealtad.reasons.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lealtad.features import Feature
    from lealtad.language import Language
    from lealtad.reasons.choice import Choice, Flags, Positions
    from lealtad.reasons.topics import Floats

_STATED = {"rises": 1, "falls": -1}


class Explained(Protocol):
    """A model that says what each feature adds to the log-odds; the registry's champion is one."""

    @property
    def contract(self) -> dict[str, Any]:
        """With `columns`, and by column `typical` (of customers who stayed) and `worse` (+1 or -1)."""
        ...

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return one column per feature, in log-odds."""
        ...


def reason_schema() -> dict[str, pl.DataType]:
    """Return the columns that `reasons` makes, with their types."""
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


def reasons(
    model: Explained, rows: pl.DataFrame, language: Language, catalog: Sequence[Feature] = CATALOG
) -> pl.DataFrame:
    """Say why each customer scores high, one row per row given, in its order.

    `choice.chosen` states which topics are told, and in which order.

    Parameters
    ----------
    model
        Its contract holds the typical value of customers who stayed, and which side of it is worse.
    rows
        Customers with the model's features.
    catalog
        The features' words and topics; a feature that is not in it is never told.

    Returns
    -------
    For i in 1…3: `reason_i` (a sentence), `reason_i_own`, `reason_i_typical` (the values in it),
    `reason_i_direction` ("above" or "below" the typical value), `reason_i_actionable`, `reason_i_about` (the
    topic); null where there are fewer reasons. `against_1`: what lowers the score most, null if nothing does.
    """
    columns = [str(name) for name in model.contract["columns"]]
    features = rows.select(columns).to_pandas()
    own = features.to_numpy(dtype=np.float64)
    made = {column: Told(one, variant) for one in catalog for column, variant in one.columns.items()}
    known = {column: made[column] for column in columns if column in made}
    worse, better = _sides(own, columns, model.contract, known, language)
    choice = chosen(
        model.contributions(features).to_numpy(dtype=np.float64),
        Topics.of(columns, {column: told.feature.about for column, told in known.items()}),
        worse=worse,
        better=better,
        actionable=np.array([column in known and known[column].feature.actionable for column in columns]),
    )
    return _frame(choice, own, columns, model.contract["typical"], known, language)


def _sides(
    own: Floats,
    columns: Sequence[str],
    contract: Mapping[str, Any],
    known: Mapping[str, Told],
    language: Language,
) -> tuple[Flags, Flags]:
    """Return rows × columns: whether a value that can be told reads as worse, and as better, than the typical."""
    towards = np.zeros(own.shape)
    for position, column in enumerate(columns):
        if column not in known or not known[column].says(language):
            continue
        feature = known[column].feature
        typical = np.array([contract["typical"][column]], dtype=np.float64)
        apart = as_read(own[:, position], feature.unit) - as_read(typical, feature.unit)
        # what the catalog states goes before what a sample shows
        stated = _STATED.get(feature.risk or "", contract["worse"][column])
        towards[:, position] = np.nan_to_num(apart) * stated
    return towards > 0, towards < 0


def _frame(  # noqa: PLR0913, PLR0917 - what a sentence is made of
    choice: Choice,
    own: Floats,
    columns: Sequence[str],
    typical: Mapping[str, float],
    known: Mapping[str, Told],
    language: Language,
) -> pl.DataFrame:
    rows = [dict(zip(columns, values, strict=True)) for values in own.tolist()]

    def said(speakers: Positions, *, with_parts: bool) -> list[str | None]:
        return [
            None
            if speaker == NOBODY
            else sentence(columns[speaker], row, typical, known, language, with_parts=with_parts)
            for speaker, row in zip(speakers.tolist(), rows, strict=True)
        ]

    cells: dict[str, Sequence[object] | NDArray[Any]] = {}
    for i, speakers in enumerate(choice.reasons.T, start=1):
        told = [None if speaker == NOBODY else columns[speaker] for speaker in speakers.tolist()]
        pairs = [
            (None, None) if column is None else (row[column], float(typical[column]))
            for column, row in zip(told, rows, strict=True)
        ]
        cells[f"reason_{i}"] = said(speakers, with_parts=True)
        cells[f"reason_{i}_own"] = [pair[0] for pair in pairs]
        cells[f"reason_{i}_typical"] = [pair[1] for pair in pairs]
        cells[f"reason_{i}_direction"] = [_direction(*pair) for pair in pairs]
        cells[f"reason_{i}_actionable"] = [
            None if name is None else known[name].feature.actionable for name in told
        ]
        cells[f"reason_{i}_about"] = [None if name is None else known[name].feature.about for name in told]
    cells["against_1"] = said(choice.against, with_parts=False)
    return pl.DataFrame(cells, schema=reason_schema())


def _direction(own: float | None, typical: float | None) -> str | None:
    if own is None or typical is None:
        return None
    return "above" if own > typical else "below"
