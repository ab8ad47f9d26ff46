"""What a list promises on the day it is made: how many leave, how many are saved, what it earns."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit, logit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WHOLE = 0  # the group that stands for the whole list; 1 to 10 are the deciles, 1 the highest expected gain
DECILES = 10
MEASURES = ("churners", "saves", "profit")
_DRAWS, _SEED = 1_000, 1
_Z = NormalDist().inv_cdf(0.975)
_CERTAIN = 1e-9
SCHEMA = pl.Schema(
    {
        "list_id": pl.String(),
        "as_of": pl.Datetime("us", "UTC"),
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


def promised(listed: pl.DataFrame, gammas: Floats | None = None, *, shown: float = 1.0) -> pl.DataFrame:
    """Return what lists promise, one row per list, group and measure.

    Parameters
    ----------
    listed
        Rows of the lake's `lists`, holdout included: `list_id, as_of, campaign_id, customer_id, arm, probability,
        low, high` (of the probability; null: no uncertainty), `value_at_stake, saved, saved_low, saved_high,
        expected_gain`.
    gammas
        Draws × rows of `saved`, as `Effect.draws` returns them, in the order of the rows. None: whatever is
        unsure of γ is unsure for all alike, which is the widest.
    shown
        The share of those who leave that has shown it by the time that is spoken of.

    Returns
    -------
    `list_id, as_of, campaign_id`; `group` (0 the whole list; 1 to 10 deciles by expected gain, 1 the highest);
    `measure` (churners: who leaves, of treated and holdout; saves: who would have left but for the contact, of
    the treated; profit: of the treated); `n` (rows); `expected`; `low, high` (95 %, of the expectation: as sure as
    the probability and γ are); `least, most` (95 %, of what will be counted: chance added).

    Notes
    -----
    The uncertainty of the probabilities is one draw for all rows of a list, since a miscalibrated model errs in
    one direction: `logit p` moves between the logits of `low` and `high`. Costs are those of the expected gain:
    `p·γ·V − expected_gain`, whatever happens then.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> row = {"list_id": "l", "as_of": datetime(2026, 1, 1, tzinfo=UTC), "campaign_id": "c", "arm": "treated",
    ...        "probability": 0.2, "low": None, "high": None, "value_at_stake": 100.0, "saved": 0.5,
    ...        "saved_low": 0.5, "saved_high": 0.5, "expected_gain": 8.0}
    >>> listed = pl.DataFrame([{**row, "customer_id": f"c{k}"} for k in range(50)], infer_schema_length=None)
    >>> promised(listed).filter(group=0).select("measure", "expected").rows()  # 50 · .2 · (1 − .5); 50 · .2 · .5
    [('churners', 5.0), ('saves', 5.0), ('profit', 400.0)]
    """
    rows = listed.with_row_index("row").sort("list_id", "customer_id")
    parts = [pl.DataFrame(schema=SCHEMA)]
    for one in rows.partition_by("list_id", maintain_order=True):
        chosen = None if gammas is None else gammas[:, one["row"].to_numpy()]
        parts.append(_of_list(one, chosen, shown))
    return pl.concat(parts)


def deciles(listed: pl.DataFrame) -> pl.Series:
    """Return the decile of each row of a list by expected gain, 1 the highest."""
    order = listed["expected_gain"].fill_null(-np.inf).rank("ordinal", descending=True)
    return ((order - 1) * DECILES // max(listed.height, 1) + 1).cast(pl.Int64)


def costs(listed: pl.DataFrame) -> Floats:
    """Return what each contact is expected to cost: what the expected gain lacks of the value saved."""
    value = listed["probability"] * listed["saved"] * listed["value_at_stake"]
    return (value - listed["expected_gain"]).fill_null(0.0).cast(pl.Float64).to_numpy()


@dataclass(frozen=True)
class _Draws:
    """Draws × rows of what may be true, and of what may then be counted."""

    leaves: Floats  # probability of leaving, given the arm
    saved: Floats  # probability of being saved; below 0 of being driven away
    left: Floats
    kept: Floats


def _of_list(listed: pl.DataFrame, gammas: Floats | None, shown: float) -> pl.DataFrame:
    treated = (listed["arm"] == "treated").to_numpy()
    value = listed["value_at_stake"].fill_null(0.0).to_numpy()
    cost = costs(listed) * treated
    p = listed["probability"].to_numpy() * shown
    saved = p * listed["saved"].fill_null(0.0).to_numpy() * treated
    drawn = _drawn(listed, gammas, treated, shown)
    group = deciles(listed).to_numpy()
    rows = []
    for number, inside in _groups(group):
        measures = {
            "churners": ((p - saved)[inside].sum(), drawn.leaves[:, inside], drawn.left[:, inside], 0.0),
            "saves": (saved[inside].sum(), drawn.saved[:, inside], drawn.kept[:, inside], 0.0),
            "profit": (
                (saved * value)[inside].sum(),
                (drawn.saved * value)[:, inside],
                (drawn.kept * value)[:, inside],
                cost[inside].sum(),
            ),
        }
        for measure, (expected, maybe, counted, less) in measures.items():
            low, high = np.quantile(maybe.sum(axis=1), [0.025, 0.975]) - less
            least, most = np.quantile(counted.sum(axis=1), [0.025, 0.975]) - less
            middle = round(float(expected - less), 9)
            ends = (min(low, middle), max(high, middle), min(least, middle), max(most, middle))
            rows.append((number, measure, int(inside.sum()), middle, *map(float, ends)))
    names = ["group", "measure", "n", "expected", "low", "high", "least", "most"]
    found = pl.DataFrame(rows, schema=names, orient="row")
    about = listed.select("list_id", pl.col("as_of").cast(SCHEMA["as_of"]), "campaign_id").head(1)
    return about.join(found, how="cross").select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _groups(group: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    yield WHOLE, np.ones(group.size, dtype=bool)
    for number in np.unique(group):
        yield int(number), group == number


def _drawn(listed: pl.DataFrame, gammas: Floats | None, treated: NDArray[np.bool_], shown: float) -> _Draws:
    rng = np.random.default_rng(_SEED)
    count = _DRAWS if gammas is None else len(gammas)
    p = _between(listed, ("low", "probability", "high"), rng.normal(size=count), in_log_odds=True) * shown
    if gammas is None:
        gammas = _between(listed, ("saved_low", "saved", "saved_high"), rng.normal(size=count), in_log_odds=False)
    saved = p * gammas * treated
    saved = np.maximum(saved, p - 1)  # nobody can leave more than surely
    luck, fate = rng.random(p.shape), rng.random(p.shape)
    alone = luck < p  # would leave without a contact
    rescued = alone & (fate < gammas) & treated
    driven = ~alone & (fate < -saved / np.maximum(1 - p, _CERTAIN)) & treated
    kept = rescued.astype(np.float64) - driven
    return _Draws(p - saved, saved, alone - kept, kept)


def _between(
    listed: pl.DataFrame, names: tuple[str, str, str], moved: Floats, *, in_log_odds: bool
) -> NDArray[np.float64]:
    """Return draws of a number between its bounds; one draw moves all rows alike."""
    middle = listed[names[1]].fill_null(0.0).cast(pl.Float64).to_numpy()
    ends = [listed[name].cast(pl.Float64).fill_null(pl.Series(middle)).to_numpy() for name in (names[0], names[2])]
    low, high = (np.minimum(ends[0], middle), np.maximum(ends[1], middle))
    if in_log_odds:
        middle, low, high = (logit(np.clip(one, _CERTAIN, 1 - _CERTAIN)) for one in (middle, low, high))
    step = moved[:, None] / _Z
    drawn = middle + np.where(step > 0, (high - middle) * step, (middle - low) * step)
    return np.asarray(expit(drawn) if in_log_odds else np.minimum(drawn, 1.0))
