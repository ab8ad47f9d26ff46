"""Customer retention and churn over a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import COMPANY_ONLY, KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.periods import find_end, find_zone, list_periods
from lealtad.kpis.sharing import compute_once
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.kpis.view import read_customer_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.periods import Period
    from lealtad.kpis.view import WindowOptions

RETENTION = KpiDefinition(
    "retention_rate",
    1,
    "customers active at the start and at the end over customers active at the start; new "
    "customers in neither; a paused contract is active; Wilson interval",
)

CHURN = KpiDefinition("churn_rate", 1, "one minus the retention rate; Wilson interval")


def retention_rate(
    subscriptions: AnyFrame,
    **options: Unpack[WindowOptions],
) -> AnyFrame:
    """Return the share of customers who are still customers, one row per group.

    Parameters
    ----------
    subscriptions
        The contract's `subscriptions`, one row per contract change.
    **options
        `as_of, by, window_days, customers`: see `WindowOptions`. Dimensions are those of the customers. By `week`
        or `month`, every complete one up to `as_of` is a window of its own. Without `as_of` the window ends just
        after the last change; a change recorded before it happens is planned, and reaches to its recording.
        `window_days` is 30 unless it is given.

    Returns
    -------
    The keys, `value` (0 to 1), `n` customers active at the start, `low, high` (95 %, Wilson), `definition`.
    No such customer gives nulls.

    Raises
    ------
    SettingsError
        If a dimension is unknown or its table is missing, or `by` holds week and month at once.

    Notes
    -----
    Active at the start and at the end over active at the start. A customer is active with any contract that
    began before the instant and had not ended before it, paused or not.

    Examples
    --------
    >>> from datetime import datetime
    >>> changes = pl.DataFrame({"subscription_id": ["s", "t", "t"], "customer_id": ["a", "b", "b"],
    ...     "occurred_at": [datetime(2026, 1, 1), datetime(2026, 1, 1), datetime(2026, 2, 10)],
    ...     "event": ["start", "start", "end"]})
    >>> retention_rate(changes, as_of=datetime(2026, 3, 1)).select("value", "n").row(0)
    (0.5, 2)
    """
    return _compute_rate(subscriptions, options, RETENTION)


def churn_rate(
    subscriptions: AnyFrame,
    **options: Unpack[WindowOptions],
) -> AnyFrame:
    """Return the share of customers who churned, one row per group.

    Parameters
    ----------
    subscriptions
        The contract's `subscriptions`, one row per contract change.
    **options
        `as_of, by, window_days, customers`: see `WindowOptions`. Dimensions are those of the customers. By `week`
        or `month`, every complete one up to `as_of` is a window of its own. Without `as_of` the window ends just
        after the last change; a change recorded before it happens is planned, and reaches to its recording.
        `window_days` is 30 unless it is given.

    Returns
    -------
    The keys, `value` (0 to 1), `n` customers active at the start, `low, high` (95 %, Wilson), `definition`.
    No such customer gives nulls.

    Raises
    ------
    SettingsError
        If a dimension is unknown or its table is missing, or `by` holds week and month at once.

    Notes
    -----
    One minus `retention_rate`: active at the start and not at the end, over active at the start.

    Examples
    --------
    >>> from datetime import datetime
    >>> changes = pl.DataFrame({"subscription_id": ["s", "t", "t"], "customer_id": ["a", "b", "b"],
    ...     "occurred_at": [datetime(2026, 1, 1), datetime(2026, 1, 1), datetime(2026, 2, 10)],
    ...     "event": ["start", "start", "end"]})
    >>> churn_rate(changes, as_of=datetime(2026, 3, 1)).select("value", "n").row(0)
    (0.5, 2)
    """
    return _compute_rate(subscriptions, options, CHURN)


def _compute_rate(subscriptions: AnyFrame, options: WindowOptions, definition: KpiDefinition) -> AnyFrame:
    view, window_days = read_customer_view(options)
    spells = build_spells(subscriptions, view.as_of)
    end = find_end(spells, view.as_of)
    periods = tuple(list_periods(view, end, spells, window_days))
    marked = compute_once("retained", spells, periods, lambda: mark_retained_customers(spells, periods))
    units = add_dimensions(marked, view, "moment")
    hit = pl.col("stayed") if definition is RETENTION else ~pl.col("stayed")
    groups = summarise_groups(units, view.by, pl.len().alias("n"), hit.sum().alias("hits"))
    return convert_like(subscriptions, select_figures(add_wilson_interval(groups), view.by, definition.label()))


def mark_retained_customers(spells: pl.DataFrame, periods: Sequence[Period]) -> pl.DataFrame:
    """Return one row per period and customer active at its start (`moment`): have they `stayed`."""
    zone = pl.lit(find_zone(spells)).alias("source_zone")
    lazy = spells.lazy()
    parts = [_mark_retained_between(lazy, start, end).with_columns(zone) for start, end in periods]
    return pl.concat([_NOBODY.lazy(), *parts]).collect()


_NOBODY = pl.DataFrame(
    schema={"customer_id": pl.String, "stayed": pl.Boolean, "moment": INSTANT, "source_zone": pl.String}
)


def _mark_retained_between(spells: pl.LazyFrame, start: datetime, end: datetime) -> pl.LazyFrame:
    before = select_active_spells(spells, start).select("customer_id").unique()
    after = select_active_spells(spells, end).select("customer_id", stayed=pl.lit(value=True)).unique()
    has_stayed = pl.col("stayed").fill_null(value=False)
    rows = before.join(after, on="customer_id", how="left")
    return rows.select("customer_id", has_stayed, pl.lit(start, INSTANT).alias("moment"))


MEASURES = (
    Measure(
        RETENTION,
        "subscriptions",
        from_rows(retention_rate),
        Look(
            words={
                "en": MeasureWords(
                    "Customer retention",
                    "Share of the customers with a contract at the start of the {days} days who still have one "
                    "at the end.",
                ),
                "es": MeasureWords(
                    "Retención de clientes",
                    "Porcentaje de los clientes con contrato al inicio de los {days} días que lo conservan al "
                    "final.",
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=True,
            span=(0.0, 1.0),
        ),
        shown=COMPANY_ONLY,
        rank=110,
    ),
    Measure(
        CHURN,
        "subscriptions",
        from_rows(churn_rate),
        Look(
            words={
                "en": MeasureWords(
                    "Customer churn", "One minus customer retention: the share without a contract at the end."
                ),
                "es": MeasureWords(
                    "Bajas de clientes", "Uno menos la retención: el porcentaje que ya no tiene contrato al final."
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=False,
            span=(0.0, 1.0),
        ),
        shown=COMPANY_ONLY,
        rank=120,
    ),
)
