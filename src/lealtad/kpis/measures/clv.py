"""Customer lifetime value."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.base.intervals import Z
from lealtad.kpis.arguments import check_choice, is_number
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords
from lealtad.kpis.measures.retention import mark_retained_customers
from lealtad.kpis.periods import find_end, refuse_periods
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.kpis.view import read_customer_view

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.measure import Conditions
    from lealtad.kpis.view import WindowOptions

FirstMargin = Literal["immediate", "after_one_period"]
_MONTH_DAYS = 30
MONTHLY_DISCOUNT = 0.01

DEFINITION = KpiDefinition(
    "clv",
    1,
    "mean margin of a period m, retention over a period r, discount of a period d: immediate "
    "m(1+d)/(1+d-r), after_one_period m r/(1+d-r)",
)


def lifetime_value(
    margin: float, retention: float, discount: float, *, first_margin: FirstMargin = "immediate"
) -> float:
    """Return the discounted margin of one customer over an endless stay.

    Parameters
    ----------
    margin
        Margin of one period.
    retention
        Share of customers who stay for a further period, 0 to 1.
    discount
        Discount rate of one period.
    first_margin
        "immediate" (now) or "after_one_period".

    Raises
    ------
    SettingsError
        If the retention is outside 0 to 1, the sum is infinite (a discount not above retention - 1), or
        `first_margin` is unknown.

    Notes
    -----
    ``m (1 + d) / (1 + d - r)`` and ``m r / (1 + d - r)``.

    References
    ----------
    Gupta, Lehmann (2003), Customers as assets. Journal of Interactive Marketing 17(1).

    Examples
    --------
    >>> round(lifetime_value(10, 0.95, 0.01), 2)
    168.33
    >>> round(lifetime_value(10, 0.95, 0.01, first_margin="after_one_period"), 2)
    158.33
    """
    numbers = all(map(is_number, (margin, retention, discount)))
    if not numbers or not 0 <= retention <= 1 or 1 + discount - retention <= 0:
        raise SettingsError(
            place="lifetime value",
            expected="numbers: a retention from 0 to 1 and a discount above retention - 1",
            found=f"margin={margin}, retention={retention}, discount={discount}",
            fix="Give both per period of the same length.",
        )
    check_choice("first_margin", first_margin, get_args(FirstMargin))
    first = 1 + discount if first_margin == "immediate" else retention
    return margin * first / (1 + discount - retention)


def clv(
    subscriptions: AnyFrame,
    *,
    discount: float,
    margin_share: float,
    first_margin: FirstMargin = "immediate",
    **options: Unpack[WindowOptions],
) -> AnyFrame:
    """Return the lifetime value of an average customer, one row per group.

    Parameters
    ----------
    subscriptions
        The contract's `subscriptions`, one row per contract change, with `amount_monthly`.
    discount
        Discount rate of a month.
    margin_share
        Share of the amounts that is margin.
    first_margin
        Whether the first margin is earned "immediate" (now) or "after_one_period".
    **options
        `as_of, by, window_days, customers`: see `WindowOptions`. Retention is measured over `window_days`, 90
        unless they are given, and brought to 30 days. Week and month are not dimensions here: call it once per
        `as_of`.

    Returns
    -------
    The keys, `value` (money), `n` customers active at the start of the window, `low, high` (95 %),
    `definition`. No such customer gives nulls.

    Raises
    ------
    DataError
        If no amounts are given.
    SettingsError
        If a dimension is unknown, its table is missing or it is a period, the margin share is outside 0 to 1,
        or the discount allows no finite sum.

    Notes
    -----
    `lifetime_value` of the mean margin at the start and of the retention to the power 30 / `window_days`. A
    customer with a contract whose amount was never stated counts for the retention, not for the margin. The
    interval combines Wilson's for the retention with the normal one for the margin.

    References
    ----------
    Zou, Donner (2008), Construction of confidence limits about effect measures. Statistics in Medicine 27.

    Examples
    --------
    >>> from datetime import datetime
    >>> changes = pl.DataFrame({"subscription_id": ["s", "t", "t"], "customer_id": ["a", "b", "b"],
    ...     "occurred_at": [datetime(2026, 1, 1), datetime(2026, 1, 1), datetime(2026, 2, 10)],
    ...     "event": ["start", "start", "end"], "amount_monthly": [10.0, 10.0, None]})
    >>> value = clv(changes, as_of=datetime(2026, 3, 1), window_days=30, discount=0.01, margin_share=1)
    >>> round(value["value"].item(), 2), round(lifetime_value(10, 0.5, 0.01), 2)
    (19.8, 19.8)
    """
    view, window_days = read_customer_view(options, 90)
    if not is_number(margin_share) or not 0 <= margin_share <= 1:
        raise SettingsError(
            place="margin_share",
            expected="a share of the amounts from 0 to 1",
            found=f"{margin_share!r}",
            fix="Pass 0.25 for a margin of 25 %.",
        )
    refuse_periods(view, "the lifetime value")
    spells = build_spells(subscriptions, view.as_of, paid=True)
    end = find_end(spells, view.as_of)
    start = end - timedelta(days=window_days)
    amount = pl.when(_AMOUNT.is_not_null().all()).then(_AMOUNT.sort().sum()).alias("amount_monthly")
    paid = select_active_spells(spells, start).group_by("customer_id").agg(amount)
    units = mark_retained_customers(spells, [(start, end)]).join(paid, on="customer_id")
    groups = add_wilson_interval(summarise_groups(add_dimensions(units, view, "moment"), view.by, *_MEASURES))
    values = [
        _compute_value(row, margin_share, discount, _MONTH_DAYS / window_days, first_margin)
        for row in groups.iter_rows(named=True)
    ]
    valued = groups.select(*view.by, "n").hstack(pl.DataFrame(values, schema=_NUMBERS, orient="row"))
    label = DEFINITION.label(first_margin, f"discount {discount:g}", f"margin {margin_share:g}")
    return convert_like(subscriptions, select_figures(valued, view.by, label))


_AMOUNT = pl.col("amount_monthly")
_MEASURES = (
    pl.len().alias("n"),
    pl.col("stayed").sum().alias("hits"),
    _AMOUNT.sort().mean().alias("amount"),
    (_AMOUNT.sort().std() / _AMOUNT.count().sqrt()).alias("se"),
)
_NUMBERS = pl.Schema({"value": pl.Float64, "low": pl.Float64, "high": pl.Float64})


def _compute_value(
    group: dict[str, Any], margin_share: float, discount: float, power: float, first_margin: FirstMargin
) -> tuple[float | None, float | None, float | None]:
    if not group["n"] or group["amount"] is None:
        return None, None, None

    def worth(amount: float, retention: float) -> float:
        return lifetime_value(margin_share * amount, retention**power, discount, first_margin=first_margin)

    value = worth(group["amount"], group["value"])
    if group["se"] is None:
        return value, None, None
    half = Z * group["se"]
    below = (worth(group["amount"], group["low"]), worth(max(group["amount"] - half, 0.0), group["value"]))
    above = (worth(group["amount"], group["high"]), worth(group["amount"] + half, group["value"]))
    return value, max(value - math.dist((value, value), below), 0.0), value + math.dist((value, value), above)


def _compute(rows: pl.DataFrame, conditions: Conditions, **options: Any) -> pl.DataFrame:
    return clv(rows, discount=MONTHLY_DISCOUNT, margin_share=conditions.margin_share, **options)


MEASURES = (
    Measure(
        DEFINITION,
        "subscriptions",
        _compute,
        Look(
            words={
                "en": MeasureWords(
                    "Customer lifetime value",
                    "Discounted margin of a mean customer, if retention stays as in the last {days} days; 1 % a "
                    "month.",
                ),
                "es": MeasureWords(
                    "Valor de vida del cliente",
                    "Margen descontado de un cliente medio si la retención sigue como en los últimos {days} "
                    "días; 1 % al mes.",
                ),
            },
            unit="money",
            is_higher_better=True,
        ),
        shown=frozenset({"company"}),
        rank=150,
    ),
)
