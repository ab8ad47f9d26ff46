"""Promise and delivery of lists: settled in part while the horizon runs, in full once it has ended."""

from __future__ import annotations

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.monitoring.delivery import measure_delivery
from lealtad.monitoring.repeat_listings import REST_DAYS, count_once
from lealtad.worklist.promises import compute_promises

_KEYS = ["list_id", "group", "measure"]
_COUNTED = pl.col("measure") == "churners"  # a count is compared with what may be counted
SCHEMA = pl.Schema(
    {
        "list_id": pl.String(),
        "as_of": INSTANT,
        "campaign_id": pl.String(),
        "group": pl.Int64(),
        "measure": pl.String(),
        "n": pl.Int64(),
        "shown": pl.Float64(),
        "promised": pl.Float64(),
        "promised_low": pl.Float64(),
        "promised_high": pl.Float64(),
        "delivered": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "kept": pl.Boolean(),
        "held_out": pl.Int64(),
        "contaminated": pl.Float64(),
    }
)


def settle_lists(  # noqa: PLR0913 - the lists, what happened, and how they are counted
    listed: pl.DataFrame,
    outcomes: pl.DataFrame,
    *,
    promises: pl.DataFrame | None = None,
    shown: float = 1.0,
    together: bool = False,
    rest_days: int = REST_DAYS,
) -> pl.DataFrame:
    """Compare promise and delivery of lists, one row per list, group and measure.

    Parameters
    ----------
    listed
        Rows of lists, as `compute_promises` takes them.
    outcomes
        `customer_id, as_of, observed` (whether the customer has churned so far). Rows without an outcome count
        neither in the promise nor in the delivery. Optionally `treated`: whether an intervention reached the
        customer meanwhile, as `compute_outcomes` returns it.
    promises
        The promises stored on the day of each list, as `compute_promises` returns them. They are used once all
        outcomes of a list are known. Otherwise the promise is computed for the customers whose outcome is known.
    shown
        The share of those who churn within the horizon that has churned by now, as `compute_timing` returns it; 1
        when the horizon has ended. The promise is reduced to it.
    together
        Whether all lists of a campaign are settled as one. Then `list_id` is null and `as_of` is that of the last
        list. A customer on several of these lists counts once, on the first of them; see `count_once`.
    rest_days
        Days for which a contact by a campaign keeps a customer off the lists.

    Returns
    -------
    `list_id, as_of, campaign_id, group, measure`
        As in `compute_promises`.
    `n, shown`
        Rows with an outcome, and the share above.
    `promised, promised_low, promised_high`
        The promise, with its 95 % interval.
    `delivered, low, high`
        The delivery, with its 95 % interval; null for saves and profit if the campaign has no holdout.
    `kept`
        Whether promise and delivery agree within their uncertainty.
    `held_out, contaminated`
        The customers that saves are measured against, and the share of them whom somebody contacted; null if
        unknown.

    Notes
    -----
    Churners are counted: the bounds of the promise include chance, and the count is exact. Saves are estimated by
    intention to treat with the ratio estimator `k·Σ_treated p − Σ_treated y`, `k = Σ_holdout y / Σ_holdout p`,
    over the holdout of the campaign, each customer once. An error in the level of the model is therefore not taken
    for an effect. Profit is estimated likewise, with each customer weighted by the value at stake, minus the
    costs.

    Other contacts reach both arms alike, so contaminated rows stay in. The deviations of all rows of a customer
    are summed before they are squared: a customer on thirty lists is one customer.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> row = {"list_id": "l", "as_of": day, "campaign_id": "c", "low": None, "high": None, "probability": 0.5,
    ...        "value_at_stake": 10.0, "saved": 0.4, "saved_low": 0.4, "saved_high": 0.4, "expected_gain": 1.0}
    >>> listed = pl.DataFrame([{**row, "customer_id": f"c{k}", "arm": "holdout" if k < 20 else "treated"}
    ...                        for k in range(100)], infer_schema_length=None)
    >>> # of 20 held out 12 leave, of 80 treated 24: k = 1.2, saves = 1.2 · 40 − 24
    >>> left = pl.DataFrame({"customer_id": [f"c{k}" for k in range(100)], "as_of": [day] * 100,
    ...                      "observed": [k < 12 or k >= 76 for k in range(100)]})
    >>> settle_lists(listed, left).filter(group=0).select("measure", "promised", "delivered").rows()[:2]
    [('churners', 34.0, 36.0), ('saves', 16.0, 24.0)]
    """
    joined = _join_outcomes(listed, outcomes)
    counted_once = count_once(joined, rest_days).drop_nulls("observed")
    settled = _merge_campaigns(counted_once) if together else joined.drop_nulls("observed")
    if settled.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    holdout = counted_once.filter(pl.col("arm") == "holdout")
    deliveries = pl.concat(
        measure_delivery(rows, holdout.filter(campaign_id=rows["campaign_id"][0]))
        for rows in settled.partition_by("list_id", maintain_order=True)
    )
    promised = _list_promises(settled, promises if shown == 1.0 else None, shown)
    compared = promised.join(deliveries, on=_KEYS, maintain_order="left").with_columns(kept=_agrees())
    if together:
        compared = compared.with_columns(list_id=pl.lit(None, dtype=pl.String))
    return compared.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _join_outcomes(listed: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in ("observed", "treated") if name in outcomes.columns]
    keys = ["customer_id", "as_of"]
    outcomes = outcomes.select("customer_id", pl.col("as_of").cast(listed.schema["as_of"]), *columns)
    return listed.join(outcomes, on=keys, how="left", maintain_order="left")


def _merge_campaigns(rows: pl.DataFrame) -> pl.DataFrame:
    """Combine all lists of a campaign into one, named after the campaign and dated like the last list."""
    return rows.with_columns(pl.col("as_of").max().over("campaign_id"), list_id=pl.col("campaign_id"))


def _list_promises(settled: pl.DataFrame, stored: pl.DataFrame | None, shown: float) -> pl.DataFrame:
    """Return the promises of the rows: stored ones if they cover the same number of rows, else computed."""
    promises = compute_promises(settled, shown=shown)
    if stored is not None:
        numbers = ["expected", "low", "high", "least", "most"]
        then = stored.select(*_KEYS, "n", pl.col(numbers).name.suffix("_stored"))
        promises = promises.join(then, on=[*_KEYS, "n"], how="left", maintain_order="left").with_columns(
            pl.coalesce(f"{name}_stored", name).alias(name) for name in numbers
        )
    return promises.select(
        *("list_id", "as_of", "campaign_id", "group", "measure", "n"),
        shown=pl.lit(shown),
        promised=pl.col("expected"),
        promised_low=pl.when(_COUNTED).then("least").otherwise("low"),
        promised_high=pl.when(_COUNTED).then("most").otherwise("high"),
    )


def _agrees() -> pl.Expr:
    """Return whether a count is within the promise, or an estimate within the uncertainty of both."""
    distance = (pl.col("delivered") - pl.col("promised")).abs()
    half_delivered = (pl.col("high") - pl.col("low")) / 2
    half_promised = (pl.col("promised_high") - pl.col("promised_low")) / 2
    is_within = pl.col("delivered").is_between(pl.col("promised_low"), pl.col("promised_high"))
    return pl.when(_COUNTED).then(is_within).otherwise(distance <= (half_delivered**2 + half_promised**2).sqrt())
