"""Settled overrides: outcomes of customers whom the team skipped, by reason, compared with the promise."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.intervals import compute_wilson_interval
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake

OVERRIDES = "overrides"
# reasons without a contact; another action or date still is a contact
SKIPPING = ("not_worth_it", "know_customer", "already_solved")
_LEAST = 20  # settled overrides needed for a verdict
SCHEMA = {
    "code": pl.String,
    "overrides": pl.Int64,
    "settled": pl.Int64,
    "promised": pl.Float64,
    "churned": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "verdict": pl.String,
}


def settle_overrides(lake: Lake, definition: ModelDefinition) -> pl.DataFrame:
    """Compare by reason the churn promised for overridden customers with their outcomes.

    Returns
    -------
    One row per reason of `SKIPPING` that occurs, by code:

    - `code, overrides`: the reason, and its number of customers;
    - `settled`: those whose horizon is over and whose outcome is known;
    - `promised`: mean probability of churn on the list, of the settled; null if there are none;
    - `churned, low, high`: the share that churned, with its 95 % interval;
    - `verdict`: `team` (fewer churned than promised, beyond chance: the team knew more), `model` (more churned),
      `none` (no difference beyond chance), or `open` (fewer than 20 are settled).
    """
    if not lake.has(OVERRIDES) or not lake.has("lists"):
        return pl.DataFrame(schema=SCHEMA)
    joined = _join_lists(lake)
    end = find_end_of_data(lake)
    awaited = timedelta(days=definition.label.lead_days + definition.label.horizon_days)
    dates = joined.filter(pl.col("as_of") + awaited <= end)["as_of"].unique().sort().to_list()
    outcomes = pl.DataFrame(
        schema={"customer_id": pl.String, "as_of": joined.schema["as_of"], "observed": pl.Boolean}
    )
    if dates:
        outcomes = compute_outcomes(lake, definition.label, dates).select("customer_id", "as_of", "observed")
    rows = joined.join(outcomes, on=["customer_id", "as_of"], how="left")
    codes = [rows.filter(pl.col("code") == code) for code in sorted(set(rows["code"]) & set(SKIPPING))]
    return pl.DataFrame([_settle_code(part) for part in codes], schema=SCHEMA)


def _join_lists(lake: Lake) -> pl.DataFrame:
    """Return the last override per customer and list, with the promise of the list."""
    overrides = lake.read(OVERRIDES, columns=["list_id", "customer_id", "occurred_at", "code"])
    last = overrides.sort("occurred_at").unique(["list_id", "customer_id"], keep="last")
    listed = lake.read("lists", columns=["list_id", "customer_id", "as_of", "probability"])
    return last.join(listed, on=["list_id", "customer_id"], how="inner")


def _settle_code(rows: pl.DataFrame) -> dict[str, object]:
    settled = rows.drop_nulls(["observed", "probability"])
    row: dict[str, object] = {"code": rows["code"][0], "overrides": rows.height, "settled": settled.height}
    if settled.is_empty():
        return {**row, "verdict": "open"}
    promised, churned = float(settled["probability"].mean()), float(settled["observed"].mean())  # type: ignore[arg-type]
    low, high = compute_wilson_interval(churned * settled.height, settled.height)
    verdict = "none"
    if settled.height < _LEAST:
        verdict = "open"
    elif high < promised:
        verdict = "team"
    elif low > promised:
        verdict = "model"
    return {**row, "promised": promised, "churned": churned, "low": low, "high": high, "verdict": verdict}
