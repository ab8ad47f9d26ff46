"""Challenger and champion on the challenger's own test slice, read from the lake as it was when it was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad import dataset
from lealtad.errors import ModelError
from lealtad.lake import Lake
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from lealtad.definition import Definition
    from lealtad.registry import Champion

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
    rows = _rows(lake, definition, challenger)
    scored = challenger.probabilities(rows.select(challenger.contract["columns"]).to_pandas()).to_numpy()
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
        other = champion.probabilities(rows.select(champion.contract["columns"]).to_pandas())
        judged = judged.with_columns(pl.Series("champion", other.to_numpy()))
    return SideBySide(judged.select(*_JUDGED, pl.exclude(*_JUDGED)), names, lacks)


def _rows(lake: Lake, definition: Definition, challenger: Champion) -> pl.DataFrame:
    commit = (challenger.params or {}).get("lake.commit", "")
    past = Lake.open(lake.root, commit=int(commit)) if commit.isdigit() else lake
    # the champion may have learned from families that the definition now leaves out
    everything = definition.model_copy(update={"families": ()})
    dates = definition.timeline(end_of_data(past)).split(definition.dates.train, definition.dates.test)
    rows = dataset.labelled(past, everything, dates.test).rows
    missing = sorted(set(challenger.contract["columns"]) - set(rows.columns))
    if missing:
        raise _other_rows(challenger, f"no feature {', '.join(missing[:3])}")
    return rows


def _other_rows(challenger: Champion, found: str) -> ModelError:
    return ModelError(
        model=challenger.name,
        expected=f"the rows on which version {challenger.version} was judged",
        found=f"{found} in the lake",
        mend="Train again: python -m pipelines.train.",
    )


def _truth(column: pl.Series) -> pl.Series:
    return column if column.dtype == pl.Boolean else column.cast(pl.String).str.to_lowercase() == "true"
