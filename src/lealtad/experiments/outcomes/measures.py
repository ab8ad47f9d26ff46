"""One outcome of customers after a date each: a column of numbers, null if it is not known yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.examples.outcomes.outcomes import compute_table_outcomes
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM, is_satisfied
from lealtad.lake import NO_IDENTITIES, replace_aliases, resolve_people
from lealtad.sources.contract.returns import is_return, sign_returns
from lealtad.sources.contract.scales import keep_answerable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.company.outcome_definition import Label
    from lealtad.experiments.plan import Outcome
    from lealtad.lake import Lake

_POINTS = 100.0
_ROW = "_row"


@dataclass(frozen=True)
class Conditions:
    """The context in which outcomes are measured.

    Attributes
    ----------
    label
        Defines active and churned customers.
    end
        The end of the data: outcomes whose days run past it are not known.
    margin_rate
        Margin per amount, for orders that state none.
    identities
        Every identity, as `Lake.identity_history` has them.
    """

    label: Label
    end: datetime
    margin_rate: float = 0.25
    identities: pl.DataFrame = field(default_factory=lambda: NO_IDENTITIES)


def list_tables(outcome: Outcome, label: Label) -> tuple[str, ...]:
    """Return the tables that an outcome is measured from."""
    if outcome.metric == "retained":
        return label.tables
    if outcome.metric in {"nps", "csat"}:
        return ("surveys",)
    return ("touchpoints",) if outcome.touchpoint else ("orders",)


def check_tables(lake: Lake, outcome: Outcome, label: Label) -> None:
    """Refuse a lake without a table that an outcome needs.

    Raises
    ------
    LakeError
        Naming the first one.
    """
    absent = [name for name in list_tables(outcome, label) if not lake.has(name)]
    if absent:
        raise LakeError(
            path=lake.root,
            expected=f"the table {absent[0]}, which '{outcome.metric}' is measured from",
            found="none",
            fix="Load it with lealtad ingest, or choose another metric in the plan.",
        )


def measure_outcome(
    tables: Mapping[str, pl.DataFrame],
    rows: pl.DataFrame,
    outcome: Outcome,
    conditions: Conditions,
    *,
    before: bool = False,
) -> pl.Series:
    """Return the outcome of each row, in their order.

    Parameters
    ----------
    tables
        Tables as known now, under the customers' current ids; for `retained` their whole history.
    rows
        `customer_id, assigned_at`.
    before
        Whether to measure the same number of days before the assignment, from what was known by then.

    Returns
    -------
    Floats: 0 or 1, a count, an amount, or points from -100 to 100. Null if the days are not over by the end of
    the data. Null too where a customer gave no answer, or was not active at the assignment.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.company.outcome_definition import Inactivity
    >>> from lealtad.experiments.plan import Outcome
    >>> day = lambda d: datetime(2026, 1, d, tzinfo=UTC)
    >>> orders = pl.DataFrame({"customer_id": ["a", "a"], "ordered_at": [day(3), day(9)], "amount": [5.0, 6.0],
    ...                        "known_at": [day(3), day(9)]})
    >>> rows = pl.DataFrame({"customer_id": ["a", "b"], "assigned_at": [day(2), day(2)]})
    >>> bought = Outcome(metric="purchases", horizon_days=14)
    >>> measure_outcome({"orders": orders}, rows, bought, Conditions(Inactivity(), day(20))).to_list()
    [2.0, 0.0]
    """
    numbered = rows.select("customer_id", "assigned_at").with_row_index(_ROW)
    horizon = timedelta(days=outcome.horizon_days)
    if outcome.metric == "retained":
        return _measure_retained(tables, numbered, outcome, conditions)
    if outcome.metric in {"nps", "csat"}:
        facts, clock, value, empty = _select_answers(tables["surveys"], outcome)
    else:
        facts, clock, value, empty = _select_facts(tables, outcome, conditions.margin_rate)
    shift = -horizon if before else timedelta(0)
    opens = numbered.with_columns(opens=pl.col("assigned_at") + shift)
    met = opens.join(facts, on="customer_id").filter(
        pl.col(clock) >= pl.col("opens"), pl.col(clock) < pl.col("opens") + horizon
    )
    if before and "known_at" in met.columns:
        met = met.filter(pl.col("known_at").is_null() | (pl.col("known_at") < pl.col("assigned_at")))
    summed = met.sort(clock).group_by(_ROW, maintain_order=True).agg(value.alias("value"))
    joined = numbered.join(summed, on=_ROW, how="left", maintain_order="left")
    # an outcome that is not over is unknown, whatever happened so far
    over = pl.lit(before) | (pl.col("assigned_at") + horizon <= conditions.end)
    value = pl.coalesce(pl.col("value").cast(pl.Float64), pl.lit(empty, pl.Float64))
    return joined.select(pl.when(over).then(value)).to_series()


def _select_facts(
    tables: Mapping[str, pl.DataFrame], outcome: Outcome, margin_rate: float
) -> tuple[pl.DataFrame, str, pl.Expr, float]:
    """Return the facts of an outcome, their clock, their aggregation, and the value without any facts."""
    if outcome.touchpoint is not None:
        contacts = tables["touchpoints"].filter(pl.col("touchpoint") == outcome.touchpoint)
        if outcome.metric == "conversion":
            return contacts.filter(pl.col("initiated_by") == "customer"), "occurred_at", pl.lit(1.0).first(), 0.0
        spent = pl.col("value").fill_null(0.0) if "value" in contacts.columns else pl.lit(0.0)
        return contacts.with_columns(_spent=spent), "occurred_at", pl.col("_spent").sum(), 0.0
    orders = tables["orders"]
    if outcome.metric == "margin":
        signed = sign_returns(orders)
        stated = pl.col("margin") if "margin" in signed.columns else pl.lit(None, pl.Float64)
        earned = pl.coalesce(stated, pl.col("amount") * margin_rate)
        return signed.with_columns(_earned=earned), "ordered_at", pl.col("_earned").sum(), 0.0
    bought = orders.filter(~is_return(orders.columns))
    total = pl.lit(1.0).first() if outcome.metric == "conversion" else pl.len()
    return bought, "ordered_at", total, 0.0


def _select_answers(surveys: pl.DataFrame, outcome: Outcome) -> tuple[pl.DataFrame, str, pl.Expr, None]:
    """Return answers with their points; the last of several counts, and a missing answer is unknown."""
    asked = surveys.filter(pl.col("metric") == outcome.metric, pl.col("kind") == outcome.survey)
    answers = keep_answerable(asked).drop_nulls(["score", "answered_at"])
    if outcome.metric == "csat":
        points = is_satisfied().cast(pl.Float64)
    else:
        promoter, detractor = pl.col("score") >= PROMOTER_FROM, pl.col("score") <= DETRACTOR_TO
        points = _POINTS * (promoter.cast(pl.Float64) - detractor.cast(pl.Float64))
    return answers.with_columns(_points=points), "answered_at", pl.col("_points").last(), None


def _measure_retained(
    tables: Mapping[str, pl.DataFrame], numbered: pl.DataFrame, outcome: Outcome, conditions: Conditions
) -> pl.Series:
    label = conditions.label.model_copy(update={"horizon_days": outcome.horizon_days, "lead_days": 0})
    dated = numbered.with_columns(as_of=pl.col("assigned_at").dt.truncate("1d"))
    dates = dated["as_of"].unique().sort().to_list()
    under_old_ids = compute_table_outcomes(tables, dates, label, conditions.end, conditions.identities)
    observed = replace_aliases(under_old_ids, resolve_people(conditions.identities)).unique(
        ["customer_id", "as_of"], keep="first", maintain_order=True
    )
    joined = dated.join(observed, on=["customer_id", "as_of"], how="left", maintain_order="left")
    return joined.select(1.0 - pl.col("observed").cast(pl.Float64)).to_series()
