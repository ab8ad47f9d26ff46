"""One row per customer worth contacting, with all that the team reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad import scoring
from lealtad.errors import LakeError
from lealtad.features import CATALOG
from lealtad.reasons import reasons
from lealtad.timeline import end_of_data
from lealtad.worklist.columns import team_columns
from lealtad.worklist.details import details
from lealtad.worklist.ranking import rank
from lealtad.worklist.value import value_at_stake
from lealtad.worklist.wording import notes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.definition import Definition
    from lealtad.features import Feature
    from lealtad.lake import Lake
    from lealtad.language import Language
    from lealtad.registry import Champion


def worklist(
    lake: Lake,
    definition: Definition,
    champion: Champion,
    language: Language,
    catalog: Sequence[Feature] = CATALOG,
) -> pl.DataFrame:
    """Build the prioritized list, one row per customer, first to contact first.

    `columns.column_definitions` says what each column means.

    Raises
    ------
    LakeError
        If the lake holds no scores, or scores of other features than it holds now.
    """
    if lake.notes("scores") != scoring.provenance(lake):
        raise LakeError(
            path=lake.root,
            expected="scores of the features as they are",
            found="scores of others" if lake.has("scores") else "none",
            mend="Run python -m pipelines.score first.",
        )
    as_of = end_of_data(lake)
    values = value_at_stake(
        lake.read("orders", as_of=as_of), as_of, definition.value, definition.label.horizon_days
    )
    ranked = rank(lake.read("scores"), values, definition.worklist.capacity)
    features = lake.read("features").filter(pl.col("as_of") == as_of)
    described = ranked.join(features.drop("as_of"), on="customer_id", how="left", maintain_order="left")
    said = pl.concat([described, reasons(champion, described, language, catalog)], how="horizontal")
    shown = details(lake, as_of, said["customer_id"].to_list())
    listed = said.join(shown, on="customer_id", how="left", maintain_order="left")
    listed = listed.join(_since(lake, as_of), on="customer_id", how="left", maintain_order="left")
    noted = listed.with_columns(_notes(definition), pl.col("band").str.replace(" ", "_"))
    return noted.select(*team_columns(noted).columns, "expected_loss")


def _since(lake: Lake, as_of: datetime) -> pl.DataFrame:
    known = lake.read("orders", columns=["customer_id", "ordered_at"], as_of=as_of)
    return known.group_by("customer_id").agg(
        ((as_of - pl.col("ordered_at").min()).dt.total_days()).alias("days_since_first_order")
    )


def _notes(definition: Definition) -> pl.Expr:
    return notes(
        short_history=pl.col("days_since_first_order") < definition.value.lookback_days,
        consent_unknown=pl.col("consent").is_null(),
    )
