"""Challenger and champion on the challenger's own test slice, read from the lake as it was when it was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import ModelError
from lealtad.examples import dataset
from lealtad.lake import Lake
from lealtad.lake.timeline import end_of_data
from lealtad.learning.season.on_lake import at_levels, past_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.company.model_definition import Definition
    from lealtad.models.registry import Champion

_JUDGED = ("customer", "as_of", "observed")
_CLOSE = 1e-6


@dataclass(frozen=True)
class SideBySide:
    """The slice, and who stands on it.

    Attributes
    ----------
    judged
        `customer` (a number), `as_of, observed`, and the probabilities of `model`, of each baseline, and of
        `champion` where there is one that can score.
    baselines
        Their names.
    champion_lacks
        Columns that the champion needs and the lake does not hold.
    """

    judged: pl.DataFrame
    baselines: list[str]
    champion_lacks: list[str]


def judged_side_by_side(
    lake: Lake, definition: Definition, challenger: Champion, champion: Champion | None
) -> SideBySide:
    """Score both on the rows that the challenger was judged on, as the lake held them then.

    Raises
    ------
    ModelError
        If the lake no longer gives those rows: it was made anew, or the definition has changed.
    """
    logged = challenger.evidence("judged")
    past = _as_judged(lake, challenger)
    rows = _rows(past, definition, challenger)
    scored = _scored(past, definition, challenger, rows)
    same = (
        rows.height == logged.height
        and rows["observed"].cast(pl.Boolean).to_list() == _truth(logged["observed"]).to_list()
        and bool(np.abs(scored - logged["model"].to_numpy()).max() < _CLOSE)
    )
    if not same:
        raise _other_rows(challenger, f"{rows.height} rows that differ from the {logged.height} it was judged on")
    names = [name for name in challenger.evidence("metrics")["name"] if name not in ("model", "champion")]
    judged = rows.select("as_of", "observed").with_columns(
        logged["customer"], pl.Series("model", scored), *(logged[name] for name in names)
    )
    lacks = [] if champion is None else sorted(set(champion.contract["columns"]) - set(rows.columns))
    if champion is not None and not lacks:
        judged = judged.with_columns(pl.Series("champion", _scored(past, definition, champion, rows)))
    return SideBySide(judged.select(*_JUDGED, pl.exclude(*_JUDGED)), names, lacks)


def _as_judged(lake: Lake, challenger: Champion) -> Lake:
    commit = (challenger.params or {}).get("lake.commit", "")
    return Lake.open(lake.root, commit=int(commit)) if commit.isdigit() else lake


def _everything(definition: Definition) -> Definition:
    # the champion may have learned from families that the definition now leaves out
    return definition.model_copy(update={"families": ()})


def _scored(past: Lake, definition: Definition, model: Champion, rows: pl.DataFrame) -> NDArray[np.float64]:
    """Return what a model says of the rows, at the level that it would have known at each date."""

    def predict(some: pl.DataFrame) -> NDArray[np.float64]:
        return np.asarray(model.probabilities(some.select(model.contract["columns"]).to_pandas()))

    dates = rows["as_of"].unique().sort().to_list()
    levels = past_levels(past, _everything(definition), model.season, predict, dates)
    return at_levels(predict(rows), rows["as_of"], levels)


def _rows(past: Lake, definition: Definition, challenger: Champion) -> pl.DataFrame:
    dates = definition.timeline(end_of_data(past)).split(definition.dates.train, definition.dates.test)
    rows = dataset.labelled(past, _everything(definition), dates.test).rows
    missing = sorted(set(challenger.contract["columns"]) - set(rows.columns))
    if missing:
        raise _other_rows(challenger, f"no feature {', '.join(missing[:3])}")
    return rows


def _other_rows(challenger: Champion, found: str) -> ModelError:
    return ModelError(
        model=challenger.name,
        expected=f"the rows on which version {challenger.version} was judged",
        found=f"{found} in the lake",
        fix="Train again: lealtad train.",
    )


def _truth(column: pl.Series) -> pl.Series:
    return column if column.dtype == pl.Boolean else column.cast(pl.String).str.to_lowercase() == "true"
