"""One row per customer worth contacting, with all that the team reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad import scoring
from lealtad.errors import LakeError
from lealtad.features import CATALOG
from lealtad.kpis.grouping import attributes
from lealtad.reasons import REASONS, reasons
from lealtad.timeline import end_of_data
from lealtad.worklist.ranking import rank
from lealtad.worklist.value import value_at_stake

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
    ranked = rank(
        lake.read("scores").rename({"probability": "churn_probability"}), values, definition.worklist.capacity
    )
    features = lake.read("features").filter(pl.col("as_of") == as_of)
    described = ranked.join(features.drop("as_of"), on="customer_id", how="left", maintain_order="left")
    said = pl.concat([described, reasons(champion, described, language, catalog)], how="horizontal")
    people = _segments(lake, as_of)
    listed = said.join(people, on="customer_id", how="left", maintain_order="left")
    listed = listed.join(_last_contact(lake, as_of), on="customer_id", how="left", maintain_order="left")
    listed = listed.join(_since(lake, as_of), on="customer_id", how="left", maintain_order="left")
    return listed.with_columns(_notes(definition, language)).select(
        *("list_id", "as_of", "rank", "customer_id", "segment"),
        *("churn_probability", "band", "value_at_stake", "expected_loss"),
        *(f"reason_{i}" for i in range(1, REASONS + 1)),
        *("days_since_order", "orders_56d", "last_contact_at", "data_notes"),
        *(f"reason_{i}_{side}" for i in range(1, REASONS + 1) for side in ("own", "typical")),
        "model_version",
    )


def _segments(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the segment of each customer at the date; null where the company states none."""
    people = attributes(lake.read("customers", as_of=as_of), as_of)
    if "segment" not in people.columns:
        people = people.with_columns(pl.lit(None, pl.String).alias("segment"))
    return people.select("customer_id", "segment")


def _last_contact(lake: Lake, as_of: datetime) -> pl.DataFrame:
    if not lake.has("touchpoints"):
        return pl.DataFrame(schema={"customer_id": pl.String, "last_contact_at": pl.Datetime("us", "UTC")})
    by_company = pl.col("initiated_by") == "company"
    sent = lake.read("touchpoints", columns=["customer_id", "occurred_at"], where=by_company, as_of=as_of)
    return sent.group_by("customer_id").agg(pl.col("occurred_at").max().alias("last_contact_at"))


def _since(lake: Lake, as_of: datetime) -> pl.DataFrame:
    known = lake.read("orders", columns=["customer_id", "ordered_at"], as_of=as_of)
    return known.group_by("customer_id").agg(
        ((as_of - pl.col("ordered_at").min()).dt.total_days()).alias("days_since_first_order")
    )


def _notes(definition: Definition, language: Language) -> pl.Expr:
    short = pl.col("days_since_first_order") < definition.value.lookback_days
    said = language.say("Customer for a short time: the value at stake may be higher.")
    return pl.when(short).then(pl.lit(said)).alias("data_notes")
