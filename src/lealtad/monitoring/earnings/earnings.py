"""What the lists of a company earned, measured against the customers held out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.outcomes import compute_outcomes
from lealtad.monitoring.delivery import estimate_saves
from lealtad.monitoring.repeat_listings import REST_DAYS, count_once
from lealtad.sources.contract.outcomes import is_contact
from lealtad.worklist.alternatives import SCHEMA as ALTERNATIVES
from lealtad.worklist.promises import compute_costs

if TYPE_CHECKING:
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake

SCHEMA = pl.Schema(
    {
        "month": pl.Date(),
        "action": pl.String(),
        "contacts": pl.Int64(),
        "reached": pl.Int64(),
        "held_out": pl.Int64(),
        "cost": pl.Float64(),
        "saves": pl.Float64(),
        "saves_low": pl.Float64(),
        "saves_high": pl.Float64(),
        "margin": pl.Float64(),
        "margin_low": pl.Float64(),
        "margin_high": pl.Float64(),
        "promised": pl.Float64(),
    }
)
_CONTACTED, _HELD_OUT = pl.col("arm") == "treated", pl.col("arm") == "holdout"


@dataclass(frozen=True)
class Earnings:
    """What the lists of a company earned.

    Attributes
    ----------
    as_of
        The end of the data.
    by_month, by_action, by_both, cumulated
        One row per month, per action, per month and action, and per month with all months before it. `month` and
        `action` are null if the row covers all. `contacts` (a customer on several lists counts once per rest
        period), `reached` (contacts reported as made; null if none are reported); `held_out` (customers who were
        not contacted, for comparison); `cost`; `saves` and `margin` (kept by the saves) with their 95 % intervals,
        null without a holdout; `promised` (saves).
    total
        One row: all of it.
    rules
        `rule, contacts, cost, saves, profit, profit_low, profit_high`: what the settled lists promised on their
        nights, and what the same contacts promise by a simple rule, by the same γ.
    lists, awaited
        Lists whose outcome is known, and those whose horizon still runs.
    """

    as_of: datetime
    by_month: pl.DataFrame
    by_action: pl.DataFrame
    by_both: pl.DataFrame
    cumulated: pl.DataFrame
    total: pl.DataFrame
    rules: pl.DataFrame
    lists: int
    awaited: int


def compute_earnings(
    lake: Lake, definition: ModelDefinition, as_of: datetime, rest_days: int = REST_DAYS
) -> Earnings:
    """Return what the lists of a lake earned until a date.

    Parameters
    ----------
    rest_days
        Days for which a contact by a campaign keeps a customer off the lists.

    Raises
    ------
    LakeError
        If the lake lacks a table of the label.

    Notes
    -----
    Saves are estimated by intention to treat, as `settle_lists` does. The holdout shows the level of churn. The
    estimate is that level times the probabilities of the contacted customers, minus those who churned.
    """
    listed = lake.read("lists") if lake.has("lists") else _NO_LISTS
    nights = sorted(listed.filter(pl.col("as_of") <= as_of)["as_of"].unique())
    ended = [night for night in nights if night + timedelta(days=definition.label.outcome_days) <= as_of]
    rows = _join_what_happened(lake, definition, listed, ended, rest_days)
    months = rows["month"].unique().sort().to_list()
    both = rows.filter(_CONTACTED).select("month", "action").unique().sort("month", "action")
    return Earnings(
        as_of,
        _stack([_measure(rows, month=month) for month in months]),
        _stack([_measure(rows, action=action) for action in both["action"].unique().sort()]),
        _stack([_measure(rows, month=month, action=action) for month, action in both.iter_rows()]),
        _stack([_measure(rows, until=month) for month in months]),
        _stack([_measure(rows)]),
        _compare_rules(lake, ended),
        len(ended),
        len(nights) - len(ended),
    )


_NO_LISTS = pl.DataFrame(schema={"as_of": INSTANT})


def _join_what_happened(
    lake: Lake, definition: ModelDefinition, listed: pl.DataFrame, ended: list[datetime], rest_days: int
) -> pl.DataFrame:
    """Return the rows of ended lists that count, with `observed`, `month`, `cost` and `reached`."""
    if not ended:
        return pl.DataFrame(schema=_ROWS)
    outcomes = compute_outcomes(lake, definition.label, ended).select("customer_id", "as_of", "observed")
    final = listed.filter(pl.col("as_of").is_in(pl.Series(ended, dtype=listed.schema["as_of"]).implode()))
    joined = final.join(
        outcomes.with_columns(pl.col("as_of").cast(final.schema["as_of"])),
        on=["customer_id", "as_of"],
        how="left",
        maintain_order="left",
    )
    counted = count_once(joined, rest_days).drop_nulls("observed")
    month = pl.col("as_of").dt.date().dt.month_start().alias("month")
    priced = counted.with_columns(month, cost=pl.Series(compute_costs(counted)))
    return _mark_reached(lake, priced).select(pl.col(name).cast(kind) for name, kind in _ROWS.items())


_ROWS = pl.Schema(
    {
        "campaign_id": pl.String(),
        "customer_id": pl.String(),
        "month": pl.Date(),
        "action": pl.String(),
        "arm": pl.String(),
        "probability": pl.Float64(),
        "saved": pl.Float64(),
        "value_at_stake": pl.Float64(),
        "observed": pl.Boolean(),
        "cost": pl.Float64(),
        "reached": pl.Boolean(),
    }
)


def _mark_reached(lake: Lake, rows: pl.DataFrame) -> pl.DataFrame:
    """Return for each row whether the contact was reported as made; null if a campaign reports none."""
    reports = lake.read("interventions") if lake.has("interventions") else None
    if reports is None or "contacted_at" not in reports.columns:
        return rows.with_columns(reached=pl.lit(None, pl.Boolean))
    marked = reports.with_columns(reached=pl.col("contacted_at").is_not_null() & is_contact(reports.columns))
    pairs = marked.group_by("customer_id", "campaign_id").agg(pl.col("reached").any())
    joined = rows.join(pairs, on=["customer_id", "campaign_id"], how="left", maintain_order="left")
    reports_any = pl.col("reached").fill_null(value=False).any().over("campaign_id")
    return joined.with_columns(reached=pl.when(reports_any).then(pl.col("reached").fill_null(value=False)))


def _measure(
    rows: pl.DataFrame, *, month: date | None = None, action: str | None = None, until: date | None = None
) -> dict[str, object]:
    """Measure contacted rows against all customers held out of their campaigns in the same period."""
    some = rows
    if month is not None:
        some = some.filter(pl.col("month") == month)
    if until is not None:
        some = some.filter(pl.col("month") <= until)
    holdout, treated = some.filter(_HELD_OUT), some.filter(_CONTACTED)
    if action is not None:
        treated = treated.filter(pl.col("action") == action)
    saves, saves_low, saves_high = estimate_saves(treated, holdout)
    margin, margin_low, margin_high = estimate_saves(treated, holdout, by_value=True)
    reached = None if treated["reached"].null_count() == treated.height else int(treated["reached"].sum())
    return {
        "month": month if until is None else until,
        "action": action,
        "contacts": treated.height,
        "reached": reached,
        "held_out": holdout["customer_id"].n_unique(),
        "cost": float(treated["cost"].sum()),
        "saves": saves,
        "saves_low": saves_low,
        "saves_high": saves_high,
        "margin": margin,
        "margin_low": margin_low,
        "margin_high": margin_high,
        "promised": float(np.nansum((treated["probability"] * treated["saved"]).to_numpy())),
    }


def _stack(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _compare_rules(lake: Lake, ended: list[datetime]) -> pl.DataFrame:
    """Return what the ended lists promised, and what the same contacts promise by each rule."""
    stored = lake.read("alternatives") if lake.has("alternatives") else pl.DataFrame(schema=ALTERNATIVES)
    some = stored.filter(pl.col("as_of").is_in(pl.Series(ended, dtype=stored.schema["as_of"]).implode()))
    profit, saves = pl.col("measure") == "profit", pl.col("measure") == "saves"
    # the uncertainty of γ is common to all nights, so bounds add up like the promises
    return (
        some.group_by("rule")
        .agg(
            contacts=pl.col("n").filter(profit).sum(),
            cost=pl.col("cost").filter(profit).sort().sum(),
            saves=pl.col("expected").filter(saves).sort().sum(),
            profit=pl.col("expected").filter(profit).sum(),
            profit_low=pl.col("low").filter(profit).sum(),
            profit_high=pl.col("high").filter(profit).sum(),
        )
        .sort("profit", "rule", descending=[True, False])
    )
