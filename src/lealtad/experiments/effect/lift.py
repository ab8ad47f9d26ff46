"""What campaigns changed, by intention to treat."""

from __future__ import annotations

from math import sqrt

import polars as pl

from lealtad.base.intervals import Z, wilson_expressions

_TREATED, _HOLDOUT = pl.col("arm") == "treated", pl.col("arm") == "holdout"


def compute_itt_lift(rows: pl.DataFrame) -> pl.DataFrame:
    """Return how far a contact lowered churn, by intention to treat, one row per campaign and one for all.

    Parameters
    ----------
    rows
        One per assignment: `campaign_id, arm, observed`; a null outcome is left out. With `customer_id`, the rows
        of a customer in an arm of a campaign count as one, their mean. Without it, every row is its own customer.
        Optionally `explored`: customers drawn at random have no counterpart in the holdout and are left out.

    Returns
    -------
    `campaign_id` (null: all together), `treated, holdout` (customers), `treated_left, holdout_left` (shares),
    `lift` (holdout − treated, above 0 is good), `low, high` (95 %), `saves, saves_low, saves_high` (lift times
    the treated). Null if an arm is empty.

    Notes
    -----
    Per campaign it is Newcombe's interval of a difference of shares. For all campaigns together, differences are
    weighted by `n_t·n_h/(n_t + n_h)` (Mantel and Haenszel), so that campaigns with different risks and holdout
    shares do not mix. The interval is normal. A customer's weights in several campaigns are summed before they are
    squared: a customer held out twice is one customer.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
    Statistics in Medicine 17.

    Examples
    --------
    >>> rows = pl.DataFrame({"campaign_id": ["a"] * 8, "arm": ["treated"] * 4 + ["holdout"] * 4,
    ...                      "observed": [True, False, False, False, True, True, False, False]})
    >>> compute_itt_lift(rows).select("lift", "saves").row(0)
    (0.25, 1.0)
    """
    people = _count_customers_once(rows)
    churned = pl.col("observed")
    by = (
        people.group_by("campaign_id")
        .agg(
            _TREATED.sum().cast(pl.Int64).alias("treated"),
            _HOLDOUT.sum().cast(pl.Int64).alias("holdout"),
            churned.filter(_TREATED).mean().alias("treated_left"),
            churned.filter(_HOLDOUT).mean().alias("holdout_left"),
        )
        .sort("campaign_id")
    )
    each = by.with_columns(_subtract_shares(), *_compute_newcombe())
    every = pl.concat([each, _combine_campaigns(by, people)], how="vertical")
    saves = [(pl.col(name) * pl.col("treated")).alias(to) for name, to in _SAVES]
    return every.with_columns(saves)


def _count_customers_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row per campaign, arm and customer, with the mean of what is known of them."""
    rows_with_outcome = rows.drop_nulls("observed").with_columns(pl.col("observed").cast(pl.Float64))
    if "explored" in rows_with_outcome.columns:
        rows_with_outcome = rows_with_outcome.filter(~pl.col("explored").fill_null(value=False))
    if "customer_id" not in rows_with_outcome.columns:
        return rows_with_outcome.select("campaign_id", "arm", "observed").with_row_index("customer_id")
    keys = ["campaign_id", "arm", "customer_id"]
    return rows_with_outcome.group_by(keys).agg(pl.col("observed").mean()).sort(keys)


_SAVES = (("lift", "saves"), ("low", "saves_low"), ("high", "saves_high"))


def _subtract_shares() -> pl.Expr:
    return (pl.col("holdout_left") - pl.col("treated_left")).alias("lift")


def _compute_newcombe() -> tuple[pl.Expr, pl.Expr]:
    p, q = pl.col("holdout_left"), pl.col("treated_left")
    holdout, treated = wilson_expressions(p, pl.col("holdout")), wilson_expressions(q, pl.col("treated"))
    low = p - q - ((p - holdout[0]) ** 2 + (treated[1] - q) ** 2).sqrt()
    high = p - q + ((holdout[1] - p) ** 2 + (q - treated[0]) ** 2).sqrt()
    return low.alias("low"), high.alias("high")


def _combine_campaigns(by: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    n, m = pl.col("treated"), pl.col("holdout")
    compared = by.filter((n > 0) & (m > 0)).with_columns(weight=n * m / (n + m))
    p, q, weight = pl.col("holdout_left"), pl.col("treated_left"), pl.col("weight")
    total, is_known = weight.sum(), pl.len() > 0
    spread = _compute_standard_error(compared, people)
    lift = (weight * (p - q)).sum() / total
    return compared.select(
        pl.lit(None, dtype=by.schema["campaign_id"]).alias("campaign_id"),
        n.sum().cast(pl.Int64),
        m.sum().cast(pl.Int64),
        pl.when(is_known).then((q * n).sum() / n.sum()).alias("treated_left"),
        pl.when(is_known).then((p * m).sum() / m.sum()).alias("holdout_left"),
        pl.when(is_known).then(lift).alias("lift"),
        pl.when(is_known).then(lift - Z * spread).alias("low"),
        pl.when(is_known).then(lift + Z * spread).alias("high"),
    )


def _compute_standard_error(compared: pl.DataFrame, people: pl.DataFrame) -> float:
    """Return the standard error of the lift of all campaigns, the rows of a customer in an arm as one."""
    rows = people.join(compared, on="campaign_id")
    share = pl.when(_TREATED).then("treated_left").otherwise("holdout_left")
    count = pl.when(_TREATED).then("treated").otherwise("holdout")
    deviation = pl.col("weight") * (share * (1 - share)).sqrt() / count
    sums = (
        rows.with_columns(deviation=deviation).group_by("customer_id", "arm").agg(pl.col("deviation").sort().sum())
    )
    variance, total = float((sums["deviation"].sort() ** 2).sum()), float(compared["weight"].sum())
    return sqrt(variance) / max(total, 1e-12)
