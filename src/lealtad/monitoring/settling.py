"""What lists delivered, beside what they promised: in full when the horizon has ended, before in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.base.intervals import Z, compute_wilson_interval
from lealtad.monitoring.once import REST_DAYS, count_once
from lealtad.worklist.promises import WHOLE, compute_costs, compute_deciles, compute_promises

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

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
    kept: pl.DataFrame | None = None,
    shown: float = 1.0,
    together: bool = False,
    rest_days: int = REST_DAYS,
) -> pl.DataFrame:
    """Return promised against delivered, one row per list, group and measure.

    Parameters
    ----------
    listed
        As for `compute_promises`.
    outcomes
        `customer_id, as_of, observed`: whether the customer has left so far; rows whose outcome is null, or that
        are missing, count neither in the promise nor in the delivery. Perhaps `treated`: whether an intervention
        reached the customer meanwhile, as `labels.outcomes` says.
    kept
        What the lists promised on the day they were made, as `compute_promises` returns it. A list is held to it once all
        its outcomes are known; before, and where some lack, the promise is worked out for those who have one.
    shown
        The share of those who leave within the horizon that has shown it by now (see `timing`); 1 when the horizon
        has ended. The promise is cut to it.
    together
        Settle all lists of a campaign as one: `list_id` is then null, and `as_of` that of the last list. A
        customer who stands on list after list counts once, at the first of them (see `count_once`).
    rest_days
        How long a campaign leaves alone whom it contacted.

    Returns
    -------
    `list_id, as_of, campaign_id, group, measure` as in `compute_promises`; `n` (rows with an outcome); `shown`;
    `promised, promised_low, promised_high`; `delivered, low, high` (95 %); `kept` (whether the two agree within
    what both are unsure of); `held_out` (customers that saves are measured against); `contaminated` (the share of
    them whom somebody contacted all the same; null where that is not known). `delivered` of saves and profit is
    null without a holdout in the campaign.

    Notes
    -----
    Churners are counted; the promise's bounds contain chance, the count has none. Saves by intention to treat
    with the ratio estimator: `k·Σ_treated p − Σ_treated y`, `k = Σ_holdout y / Σ_holdout p` over the holdout of
    the campaign, each counted once, so that a model that is off in level does not pass for an effect; profit the
    same with each customer weighed by the value at stake, less the costs. What others do to a held-out customer
    they do to both arms, so contaminated rows stay in and are stated. The chance in all rows of a customer is one:
    it is summed by customer before it is squared, so that a customer on thirty lists is one customer.

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
    told = [name for name in ("observed", "treated") if name in outcomes.columns]
    happened = outcomes.select("customer_id", pl.col("as_of").cast(listed.schema["as_of"]), *told)
    joined = listed.join(happened, on=["customer_id", "as_of"], how="left", maintain_order="left")
    begun = count_once(joined, rest_days).drop_nulls("observed")
    known = joined.drop_nulls("observed")
    if together:
        known = begun.with_columns(
            pl.col("as_of").max().over("campaign_id"), pl.col("campaign_id").alias("list_id")
        )
    if known.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    keys = ["list_id", "group", "measure"]
    due = compute_promises(known, shown=shown)
    if kept is not None and shown == 1.0:
        due = _use_stored_promises(due, kept)
    held = begun.filter(pl.col("arm") == "holdout")
    parts = [
        _measure_delivery(one, held.filter(campaign_id=one["campaign_id"][0]))
        for one in known.partition_by("list_id", maintain_order=True)
    ]
    chance = pl.col("measure") == "churners"  # a count is compared with what may be counted
    promise = due.select(
        *("list_id", "as_of", "campaign_id", "group", "measure", "n"),
        pl.lit(shown).alias("shown"),
        pl.col("expected").alias("promised"),
        pl.when(chance).then("least").otherwise("low").alias("promised_low"),
        pl.when(chance).then("most").otherwise("high").alias("promised_high"),
    )
    found = promise.join(pl.concat(parts), on=keys, maintain_order="left").with_columns(kept=_agrees(chance))
    if together:
        found = found.with_columns(pl.lit(None, dtype=pl.String).alias("list_id"))
    return found.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _use_stored_promises(due: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Put the kept numbers of a list that is settled for as many customers as it promised for."""
    keys, numbers = ["list_id", "group", "measure", "n"], ["expected", "low", "high", "least", "most"]
    then = kept.select(*keys, pl.col(numbers).name.suffix("_kept"))
    found = due.join(then, on=keys, how="left", maintain_order="left")
    return found.select(
        pl.coalesce(f"{name}_kept", name).alias(name) if name in numbers else name for name in due.columns
    )


def _agrees(chance: pl.Expr) -> pl.Expr:
    apart = (pl.col("delivered") - pl.col("promised")).abs()
    here = (pl.col("high") - pl.col("low")) / 2
    there = (pl.col("promised_high") - pl.col("promised_low")) / 2
    counted = pl.col("delivered").is_between(pl.col("promised_low"), pl.col("promised_high"))
    return pl.when(chance).then(counted).otherwise(apart <= (here**2 + there**2).sqrt())


def _measure_delivery(one: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    group = compute_deciles(one).to_numpy()
    rows = []
    for number in (WHOLE, *np.unique(group).tolist()):
        inside = one if number == WHOLE else one.filter(pl.Series(group == number))
        treated = inside.filter(pl.col("arm") == "treated")
        rows += [
            (number, "churners", *_count_churned(inside)),
            (number, "saves", *_estimate_saves(treated, held, "one", 0.0)),
            (number, "profit", *_estimate_saves(treated, held, "value", float(compute_costs(treated).sum()))),
        ]
    names = {
        "group": pl.Int64(),
        "measure": pl.String(),
        "delivered": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
    contaminated = held["treated"].mean() if "treated" in held.columns else None
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.lit(one["list_id"][0]).alias("list_id"),
        pl.lit(held["customer_id"].n_unique(), pl.Int64).alias("held_out"),
        pl.lit(contaminated, pl.Float64).alias("contaminated"),
    )


def _count_churned(rows: pl.DataFrame) -> tuple[float, float, float]:
    """Return who left, with Wilson's interval of as many independent rows as the customers are worth."""
    alike = _compute_design_effect(rows)
    left, n = float(rows["observed"].sum()) / alike, max(rows.height, 1) / alike
    low, high = compute_wilson_interval(left, n)
    return left * alike, low * n * alike, high * n * alike


def _estimate_saves(
    treated: pl.DataFrame, held: pl.DataFrame, weighed: str, less: float
) -> tuple[float | None, float | None, float | None]:
    """Return saves, or with value their worth less the costs, with the interval of the ratio estimator."""
    p, y, w = _read_weights(treated, weighed)
    p_held, y_held, w_held = _read_weights(held, weighed)
    would, foreseen = float((w * p).sum()), float((w_held * p_held).sum())
    if foreseen <= 0:
        return None, None, None
    ratio = float((w_held * y_held).sum()) / foreseen
    # chance of counts as the scores see it, at the level that the holdout shows; as in Wilson's interval a little
    # more than that, since that few of a small holdout left, or nobody, is not sure either
    level = ratio + Z**2 / 2 * _compute_design_effect(held) / float(p_held.sum())
    spread_held = _sum_variance_by_customer(held, w_held * _compute_deviation(p_held, level))
    spread = _sum_variance_by_customer(treated, w * _compute_deviation(p, level))
    half = Z * (spread_held * (would / foreseen) ** 2 + spread) ** 0.5
    middle = ratio * would - float((w * y).sum()) - less
    return middle, middle - half, middle + half


def _compute_design_effect(rows: pl.DataFrame) -> float:
    """Return how many rows weigh as much as one that is independent of all others."""
    times = rows.group_by("customer_id").len()["len"].cast(pl.Float64).to_numpy()
    return float((times**2).sum()) / rows.height if rows.height else 1.0


def _sum_variance_by_customer(rows: pl.DataFrame, deviation: Floats) -> float:
    """Return the variance of a sum of rows, where the rows of a customer deviate together."""
    sums = rows.select("customer_id", deviation=pl.Series(deviation)).group_by("customer_id").agg(pl.all().sum())
    return float((sums["deviation"].sort() ** 2).sum())


def _compute_deviation(p: Floats, level: float) -> Floats:
    """Return by how much each outcome deviates by chance."""
    likely = np.clip(p * level, 0.0, 1.0)
    return np.asarray(np.sqrt(likely * (1 - likely)))


def _read_weights(rows: pl.DataFrame, weighed: str) -> tuple[Floats, Floats, Floats]:
    value = rows["value_at_stake"].fill_null(0.0).cast(pl.Float64).to_numpy()
    p = rows["probability"].cast(pl.Float64).to_numpy()
    return p, rows["observed"].cast(pl.Float64).to_numpy(), value if weighed == "value" else np.ones(p.size)
