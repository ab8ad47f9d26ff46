"""Revenue retention: gross and net."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.arguments import check_days
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_normal_interval, select_figures
from lealtad.kpis.measure import COMPANY_ONLY, KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.periods import find_end, find_zone, list_periods
from lealtad.kpis.sharing import compute_once
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.kpis.view import read_customer_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.kpis.frames import AnyFrame, Frame
    from lealtad.kpis.periods import Period
    from lealtad.kpis.view import View, WindowOptions

GROSS = KpiDefinition(
    "grr",
    1,
    "recurring revenue of the customers who paid at the start: the smaller of start and end per "
    "customer, summed, over the start; at most 1; a paused contract pays nothing",
)

NET = KpiDefinition(
    "nrr",
    1,
    "recurring revenue at the end of the customers who paid at the start, over the start; with "
    "reactivation also that of earlier customers who did not pay at the start",
)


def grr(
    subscriptions: AnyFrame,
    **options: Unpack[WindowOptions],
) -> AnyFrame:
    """Return the gross revenue retention, one row per group.

    Parameters
    ----------
    subscriptions
        The contract's `subscriptions`, one row per contract change, with `amount_monthly`.
    **options
        `as_of, by, window_days, customers`: see `WindowOptions`. Dimensions are those of the customers. By `week`
        or `month`, every complete one up to `as_of` is a window of its own. Without `as_of` the window ends just
        after the last change; a change recorded before it happens is planned, and reaches to its recording.
        `window_days` is 30 unless it is given.

    Returns
    -------
    The keys, `value` (0 to 1), `n` customers who paid at the start, `low, high` (95 %; null with one
    customer), `definition`. No such customer gives nulls.

    Raises
    ------
    DataError
        If no amounts are given.
    SettingsError
        If a dimension is unknown or its table is missing, or `by` holds week and month at once.

    Notes
    -----
    ``sum(min(start, end)) / sum(start)`` over customers, which caps it at 1; a paused contract pays 0. Customers
    with a contract whose amount is unknown at either end are left out. The interval linearises the ratio.

    References
    ----------
    Cochran (1977), Sampling techniques, section 6.4.

    Examples
    --------
    >>> from datetime import datetime
    >>> changes = pl.DataFrame({"subscription_id": ["s", "t", "s", "t"], "customer_id": ["a", "b", "a", "b"],
    ...     "occurred_at": [datetime(2026, 1, 1)] * 2 + [datetime(2026, 2, 10)] * 2,
    ...     "event": ["start", "start", "change", "change"], "amount_monthly": [100.0, 100.0, 150.0, 40.0]})
    >>> grr(changes, as_of=datetime(2026, 3, 1))["value"].item()
    0.7
    """
    view, window_days = read_customer_view(options)
    retained = pl.min_horizontal("start", "end")
    groups = _compute_ratio(_select_payers(subscriptions, view, window_days), view, retained)
    return convert_like(subscriptions, select_figures(add_normal_interval(groups, 0, 1), view.by, GROSS.label()))


def nrr(
    subscriptions: AnyFrame,
    *,
    reactivation: bool = False,
    **options: Unpack[WindowOptions],
) -> AnyFrame:
    """Return the net revenue retention, one row per group.

    Parameters
    ----------
    subscriptions
        The contract's `subscriptions`, one row per contract change, with `amount_monthly`.
    reactivation
        Whether customers count who had paid before, did not pay at the start, and pay again at the end.
    **options
        `as_of, by, window_days, customers`: see `WindowOptions`. Dimensions are those of the customers. By `week`
        or `month`, every complete one up to `as_of` is a window of its own. Without `as_of` the window ends just
        after the last change; a change recorded before it happens is planned, and reaches to its recording.
        `window_days` is 30 unless it is given.

    Returns
    -------
    The keys, `value` (0 or more, with expansion above 1), `n` customers who paid at the start, `low, high`
    (95 %; null with one customer), `definition`. No such customer gives nulls.

    Raises
    ------
    DataError
        If no amounts are given.
    SettingsError
        If a dimension is unknown or its table is missing, or `by` holds week and month at once.

    Notes
    -----
    ``sum(end) / sum(start)`` over the customers who paid at the start; a paused contract pays 0. Customers with a
    contract whose amount is unknown at either end are left out. The interval linearises the ratio.

    Examples
    --------
    >>> from datetime import datetime
    >>> changes = pl.DataFrame({"subscription_id": ["s", "t", "s", "t"], "customer_id": ["a", "b", "a", "b"],
    ...     "occurred_at": [datetime(2026, 1, 1)] * 2 + [datetime(2026, 2, 10)] * 2,
    ...     "event": ["start", "start", "change", "change"], "amount_monthly": [100.0, 100.0, 150.0, 40.0]})
    >>> nrr(changes, as_of=datetime(2026, 3, 1)).select("value", "definition").row(0)
    (0.95, 'nrr@1: reactivation out')
    """
    view, window_days = read_customer_view(options)
    paid = pl.when((pl.col("start") > 0) | pl.lit(reactivation)).then(pl.col("end")).otherwise(0.0)
    groups = _compute_ratio(_select_payers(subscriptions, view, window_days), view, paid)
    label = NET.label(f"reactivation {'in' if reactivation else 'out'}")
    return convert_like(subscriptions, select_figures(add_normal_interval(groups, 0), view.by, label))


def _select_payers(subscriptions: Frame, view: View, window_days: float) -> pl.DataFrame:
    """Return one row per period and customer who had paid by its start: what they paid at both ends."""
    check_days("window_days", window_days)
    spells = build_spells(subscriptions, view.as_of, paid=True)
    periods = tuple(list_periods(view, find_end(spells, view.as_of), spells, window_days))
    amounts = compute_once("amounts", spells, periods, lambda: _sum_all_amounts(spells, periods))
    return add_dimensions(amounts, view, "moment")


def _sum_all_amounts(spells: pl.DataFrame, periods: Sequence[Period]) -> pl.DataFrame:
    """Return the amounts of every period in one query plan: separate queries would take twice as long."""
    zone, lazy = pl.lit(find_zone(spells)).alias("source_zone"), spells.lazy()
    parts = [_sum_amounts(lazy, start, end).with_columns(zone) for start, end in periods]
    return pl.concat([_NOBODY.lazy(), *parts]).collect()


_NOBODY = pl.DataFrame(
    schema={"customer_id": pl.String, "start": pl.Float64, "end": pl.Float64}
    | {"moment": INSTANT, "source_zone": pl.String}
)


def _sum_amounts(spells: pl.LazyFrame, start: datetime, end: datetime) -> pl.LazyFrame:
    """Return what customers paid at both ends, without those who have a contract of unknown amount at either."""
    earlier = spells.filter(pl.col("from_at") < start, pl.col("amount_monthly") > 0)
    ever = earlier.select("customer_id").unique()
    for name, instant in (("start", start), ("end", end)):
        # amounts are sorted so that their sums are bit-identical whatever the order of the rows
        paid, unknown = pl.col("amount_monthly").sort().sum(), pl.col("amount_monthly").is_null().any()
        sums = (
            select_active_spells(spells, instant)
            .group_by("customer_id")
            .agg(paid.alias(name), unknown.alias("unknown"))
        )
        ever = ever.join(sums, on="customer_id", how="left").filter(~pl.col("unknown").fill_null(value=False))
        ever = ever.drop("unknown")
    amounts = (pl.col(name).fill_null(0.0) for name in ("start", "end"))
    return ever.select("customer_id", *amounts, pl.lit(start, INSTANT).alias("moment"))


def _compute_ratio(payers: pl.DataFrame, view: View, kept: pl.Expr) -> pl.DataFrame:
    """Sum per group and linearise the ratio of the two sums."""
    y, x = kept, pl.col("start")
    sums = {"y": y, "x": x, "yy": y * y, "xy": x * y, "xx": x * x}
    totals = [expression.sort().sum().alias(name) for name, expression in sums.items()]
    groups = summarise_groups(payers, view.by, (x > 0).sum().alias("n"), *totals)
    n, ratio = pl.col("n"), pl.col("y") / pl.col("x")
    squares = (pl.col("yy") - 2 * ratio * pl.col("xy") + ratio**2 * pl.col("xx")).clip(0)
    error = pl.when(n > 1).then((n / (n - 1) * squares).sqrt() / pl.col("x"))
    return groups.with_columns(ratio.alias("value"), error.alias("se")).filter((n > 0) | pl.lit(not view.by))


MEASURES = (
    Measure(
        GROSS,
        "subscriptions",
        from_rows(grr),
        Look(
            words={
                "en": MeasureWords(
                    "Gross revenue retention",
                    "Monthly revenue of the customers of {days} days ago that remains, without what any of them "
                    "adds.",
                ),
                "es": MeasureWords(
                    "Retención bruta de ingresos",
                    "Ingresos mensuales de los clientes de hace {days} días que se conservan, sin contar lo que "
                    "amplían.",
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=True,
            span=(0.0, 1.0),
        ),
        shown=COMPANY_ONLY,
        rank=130,
    ),
    Measure(
        NET,
        "subscriptions",
        from_rows(nrr),
        Look(
            words={
                "en": MeasureWords(
                    "Net revenue retention",
                    "Monthly revenue that the customers of {days} days ago pay now, over what they paid then.",
                ),
                "es": MeasureWords(
                    "Retención neta de ingresos",
                    "Ingresos mensuales que pagan hoy los clientes de hace {days} días, sobre lo que pagaban "
                    "entonces.",
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=True,
        ),
        shown=COMPANY_ONLY,
        rank=140,
    ),
)
