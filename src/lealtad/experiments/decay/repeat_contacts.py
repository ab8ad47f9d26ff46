"""The effect of the first, second and later contacts, and how long to rest between them."""

from __future__ import annotations

from math import ceil, isfinite, log2, sqrt
from typing import TYPE_CHECKING

import polars as pl
from scipy import stats

from lealtad.base.intervals import Z
from lealtad.experiments.decay.weekly import count_weeks

if TYPE_CHECKING:
    from lealtad.experiments.decay.half_life import EffectDecay

_MOST = 4  # contacts that are distinguished; later ones count as the fourth
_LEAST_LEFT = 5  # of each arm
_REMAINING = 0.25  # share of the effect at which a customer may be contacted again
_SCHEMA = {"contact": pl.Int64, "n": pl.Int64, **dict.fromkeys(("effect", "low", "high", "trend"), pl.Float64)}


def compare_contacts(rows: pl.DataFrame, weeks: int) -> pl.DataFrame:
    """Return the effect of the n-th contact on churn within some weeks, one row per n.

    Parameters
    ----------
    rows
        One per assignment: `contact` (1 for the first, held-out customers count the contacts they would have had),
        and the columns that `count_weeks` takes.

    Returns
    -------
    `contact, n, effect` (on the log-odds of churn in a week; below 0 it keeps customers), `low, high` (95 %).
    `trend` is the p-value of an equal effect at every contact. Contacts from the fourth on count together. A
    contact after which fewer than five churned in an arm is absent.

    Notes
    -----
    Mantel and Haenszel's odds ratio over the weeks, with the variance of Robins, Breslow and Greenland.

    Examples
    --------
    >>> rows = pl.DataFrame({"treated": [True, False] * 500, "contact": [1] * 1000,
    ...     "churned_after_days": [3.0 if k % 20 in (0, 1, 3) else None for k in range(1000)],
    ...     "followed_days": [7.0] * 1000})
    >>> compare_contacts(rows, 1).select("contact", pl.col("effect").round(2)).rows()
    [(1, -0.81)]
    """
    numbered = rows.with_columns(pl.col("contact").clip(1, _MOST))
    ratios = []
    for (contact,), part in numbered.sort("contact").group_by("contact", maintain_order=True):
        ratio = _compute_log_odds_ratio(count_weeks(part, weeks))
        if ratio is not None:
            effect, spread = ratio
            ratios.append((contact, part.height, effect, effect - Z * spread, effect + Z * spread, spread))
    table = pl.DataFrame(ratios, [*list(_SCHEMA)[:-1], "spread"], orient="row")
    if table.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    return table.with_columns(trend=pl.lit(_test_trend(table))).select(*_SCHEMA).cast(_SCHEMA)  # type: ignore[arg-type]


def recommend_rest(decay: EffectDecay) -> int | None:
    """Return the days after which three quarters of the effect have worn off; None if no decay is measured.

    Before that, a new contact mostly repeats the effect of the last one.

    Examples
    --------
    >>> from lealtad.experiments.decay.half_life import EffectDecay
    >>> recommend_rest(EffectDecay(-0.5, -0.7, -0.3, 4.0, 2.0, 8.0, 0.01, 0.001))
    56
    """
    if not isfinite(decay.half_life) or not decay.p_value < 0.05:  # noqa: PLR2004 - the usual level
        return None
    return ceil(7 * decay.half_life * log2(1 / _REMAINING))


def _compute_log_odds_ratio(weekly: pl.DataFrame) -> tuple[float, float] | None:
    wide = weekly.filter("treated").join(weekly.filter(~pl.col("treated")), on="week", suffix="_held")
    if min(wide["left"].sum(), wide["left_held"].sum()) < _LEAST_LEFT:
        return None
    a, c = pl.col("left"), pl.col("left_held")
    b, d = pl.col("at_risk") - a, pl.col("at_risk_held") - c
    n = pl.col("at_risk") + pl.col("at_risk_held")
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    sums = wide.filter(pl.col("at_risk") + pl.col("at_risk_held") > 0).select(
        r=r.sum(), s=s.sum(), pr=(p * r).sum(), both=(p * s + q * r).sum(), qs=(q * s).sum()
    )
    total = sums.row(0, named=True)
    if min(total["r"], total["s"]) <= 0:
        return None
    effect = pl.select(pl.lit(total["r"] / total["s"]).log()).item()
    variance = (
        total["pr"] / (2 * total["r"] ** 2)
        + total["both"] / (2 * total["r"] * total["s"])
        + total["qs"] / (2 * total["s"] ** 2)
    )
    return float(effect), sqrt(variance)


def _test_trend(table: pl.DataFrame) -> float:
    """Return the p-value of a straight line through the effects having no slope."""
    weight, x = 1 / table["spread"] ** 2, table["contact"].cast(pl.Float64)
    apart = x - float((weight * x).sum()) / float(weight.sum())
    information = float((weight * apart**2).sum())
    if table.height < 2 or information == 0:  # noqa: PLR2004 - a line
        return 1.0
    z = float((weight * apart * table["effect"]).sum()) / sqrt(information)
    return 2 * float(stats.norm.sf(abs(z)))
