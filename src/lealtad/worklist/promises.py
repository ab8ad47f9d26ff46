"""The promises of a list on its day: number of churners, number of saves, and profit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit

from lealtad.base.instants import INSTANT
from lealtad.base.intervals import Z
from lealtad.base.log_odds import compute_log_odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WHOLE = 0  # the group of the whole list; 1 to 10 are the deciles, 1 the highest expected gain
DECILES = 10
MEASURES = ("churners", "saves", "profit")
_DRAWS, _SEED = 300, 1
SCHEMA = pl.Schema(
    {
        "list_id": pl.String(),
        "as_of": INSTANT,
        "campaign_id": pl.String(),
        "group": pl.Int64(),
        "measure": pl.String(),
        "n": pl.Int64(),
        "expected": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "least": pl.Float64(),
        "most": pl.Float64(),
    }
)


def compute_promises(listed: pl.DataFrame, gammas: Floats | None = None, *, shown: float = 1.0) -> pl.DataFrame:
    """Return the promises of lists, one row per list, group and measure.

    Parameters
    ----------
    listed
        Rows of the lake's `lists`, holdout included: `list_id, as_of, campaign_id, customer_id, arm, probability,
        low, high` (of the probability; null: no uncertainty), `value_at_stake, saved, saved_low, saved_high,
        expected_gain`.
    gammas
        Draws × rows of `saved`, as `Effect.draw_gammas` returns them, in the order of the rows. None: the
        uncertainty of γ is common to all rows, which gives the widest interval.
    shown
        The share of the horizon's churners who have already churned at the time of the promise.

    Returns
    -------
    `list_id, as_of, campaign_id`; `group` (0 the whole list; 1 to 10 deciles by expected gain, 1 the highest);
    `measure` (churners of both arms; saves: treated customers who would have churned without the contact; profit
    of the treated); `n` (rows); `expected`; `low, high` (95 %, of the expectation, from the uncertainty of the
    probability and of γ); `least, most` (95 %, of the later count: chance is added).

    Notes
    -----
    The uncertainty of the probabilities is one draw for all rows of a list, since a miscalibrated model errs in
    one direction. `logit p` moves between the logits of `low` and `high`. Costs are those of the expected gain:
    `p·γ·V − expected_gain`, whatever happens then. Chance is added as a normal number with the exact variance; the
    rows of a customer on several lists deviate together.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> row = {"list_id": "l", "as_of": datetime(2026, 1, 1, tzinfo=UTC), "campaign_id": "c", "arm": "treated",
    ...        "probability": 0.2, "low": None, "high": None, "value_at_stake": 100.0, "saved": 0.5,
    ...        "saved_low": 0.5, "saved_high": 0.5, "expected_gain": 8.0}
    >>> listed = pl.DataFrame([{**row, "customer_id": f"c{k}"} for k in range(50)], infer_schema_length=None)
    >>> whole = compute_promises(listed).filter(group=0)
    >>> whole.select("measure", "expected").rows()  # 50 · .2 · (1 − .5); 50 · .2 · .5
    [('churners', 5.0), ('saves', 5.0), ('profit', 400.0)]
    """
    rows = listed.with_row_index("row").sort("list_id", "customer_id")
    parts = [pl.DataFrame(schema=SCHEMA)]
    for rows_of_list in rows.partition_by("list_id", maintain_order=True):
        chosen = None if gammas is None else gammas[:, rows_of_list["row"].to_numpy()]
        parts.append(_promise_list(rows_of_list, chosen, shown))
    return pl.concat(parts)


def compute_deciles(listed: pl.DataFrame) -> pl.Series:
    """Return the decile of each row of a list by expected gain, 1 the highest."""
    order = listed["expected_gain"].fill_null(-np.inf).rank("ordinal", descending=True)
    return ((order - 1) * DECILES // max(listed.height, 1) + 1).cast(pl.Int64)


def compute_costs(listed: pl.DataFrame) -> Floats:
    """Return the expected cost of each contact: the value saved minus the expected gain."""
    value = listed["probability"] * listed["saved"] * listed["value_at_stake"]
    return (value - listed["expected_gain"]).fill_null(0.0).cast(pl.Float64).to_numpy()


def _promise_list(listed: pl.DataFrame, gammas: Floats | None, shown: float) -> pl.DataFrame:
    treated = (listed["arm"] == "treated").to_numpy()
    value = listed["value_at_stake"].fill_null(0.0).cast(pl.Float64).to_numpy()
    p = listed["probability"].cast(pl.Float64).to_numpy() * shown
    saved = _cap_saved(p, p * listed["saved"].fill_null(0.0).cast(pl.Float64).to_numpy() * treated)
    rng = np.random.default_rng(_SEED)
    p_drawn, saved_drawn = _draw_saves(listed, gammas, treated, shown, rng)
    numbers, inside = _build_groups(compute_deciles(listed).to_numpy())
    chance = np.abs(saved) - saved**2  # each customer is saved, driven away, or neither
    less = (compute_costs(listed) * treated) @ inside
    measures = {
        "churners": ((p - saved) @ inside, (p_drawn - saved_drawn) @ inside, (p - saved) * (1 - p + saved)),
        "saves": (saved @ inside, saved_drawn @ inside, chance),
        "profit": (
            (saved * value) @ inside - less,
            (saved_drawn * value) @ inside - less,
            chance * value**2,
        ),
    }
    parts = [
        _compute_bounds(
            numbers, inside.sum(axis=0), expected, drawn, _sum_variance_by_customer(listed, variance, inside), rng
        ).with_columns(measure=pl.lit(name))
        for name, (expected, drawn, variance) in measures.items()
    ]
    about = listed.select("list_id", pl.col("as_of").cast(SCHEMA["as_of"]), "campaign_id").head(1)
    every = about.join(pl.concat(parts), how="cross").with_columns(_clip_bound("least"), _clip_bound("most"))
    order = pl.col("measure").replace_strict({name: k for k, name in enumerate(MEASURES)})
    return every.sort("group", order).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _compute_bounds(  # noqa: PLR0913, PLR0917 - one measure of all groups
    numbers: list[int],
    n: Floats,
    expected: Floats,
    drawn: Floats,
    variance: Floats,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return the bounds of the expectation, and with chance added those of the count."""
    counted = drawn + rng.normal(size=drawn.shape) * variance**0.5
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    least, most = np.quantile(counted, [0.025, 0.975], axis=0)
    return pl.DataFrame(
        {
            "group": numbers,
            "n": n,
            "expected": expected.round(9),
            "low": np.minimum(low, expected),
            "high": np.maximum(high, expected),
            "least": np.minimum(least, expected),
            "most": np.maximum(most, expected),
        }
    )


def _clip_bound(bound: str) -> pl.Expr:
    """Clip a bound to possible counts, because the normal approximation is unbounded."""
    counted = pl.col("measure") == "churners"
    return pl.when(counted).then(pl.col(bound).clip(0.0, pl.col("n"))).otherwise(bound).alias(bound)


def _build_groups(group: NDArray[np.int64]) -> tuple[list[int], Floats]:
    """Return the groups, the whole list first, and rows × groups: 1 where the row is in the group."""
    numbers = np.unique(group)
    inside = np.column_stack([np.ones(group.size), group[:, None] == numbers[None, :]])
    return [WHOLE, *numbers.tolist()], inside


def _sum_variance_by_customer(listed: pl.DataFrame, variance: Floats, inside: Floats) -> Floats:
    """Return the variance of each group's sum; the rows of a customer, on several lists, deviate together."""
    names, customer = np.unique(listed["customer_id"].to_numpy(), return_inverse=True)
    if len(names) == len(customer):
        return np.asarray(variance @ inside)
    sums = np.zeros((len(names), inside.shape[1]))
    np.add.at(sums, customer, np.sqrt(variance)[:, None] * inside)
    return np.asarray((sums**2).sum(axis=0))


def _cap_saved(p: Floats, saved: Floats) -> Floats:
    return np.asarray(np.maximum(saved, p - 1))  # the probability of churn cannot exceed 1


def _draw_saves(
    listed: pl.DataFrame,
    gammas: Floats | None,
    treated: NDArray[np.bool_],
    shown: float,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return draws × rows of the probability of churn without a contact, and of being saved by it."""
    count = _DRAWS if gammas is None else len(gammas)
    moved, changed = rng.normal(size=count), rng.normal(size=count)
    p = _draw_between(listed, ("low", "probability", "high"), moved, in_log_odds=True) * shown
    if gammas is None:
        gammas = _draw_between(listed, ("saved_low", "saved", "saved_high"), changed, in_log_odds=False)
    return p, _cap_saved(p, p * gammas * treated)


def _draw_between(
    listed: pl.DataFrame, names: tuple[str, str, str], moved: Floats, *, in_log_odds: bool
) -> NDArray[np.float64]:
    """Return draws of a number between its bounds; one draw shifts all rows together."""
    middle = listed[names[1]].fill_null(0.0).cast(pl.Float64).to_numpy()
    ends = [listed[name].cast(pl.Float64).fill_null(pl.Series(middle)).to_numpy() for name in (names[0], names[2])]
    low, high = (np.minimum(ends[0], middle), np.maximum(ends[1], middle))
    if in_log_odds:
        middle, low, high = map(compute_log_odds, (middle, low, high))
    step = moved[:, None] / Z
    drawn = middle + np.where(step > 0, (high - middle) * step, (middle - low) * step)
    return np.asarray(expit(drawn) if in_log_odds else np.minimum(drawn, 1.0))
