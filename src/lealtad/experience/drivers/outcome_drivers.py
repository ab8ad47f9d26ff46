"""The drivers of one outcome: importance in groups, what fixing them would bring, penalty and reward."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.stats import norm

from lealtad.experience.drivers.columns import DriverColumns, Grade, build_columns, centre_by_date
from lealtad.experience.drivers.effects import Effects, build_repair, estimate_effects
from lealtad.experience.drivers.importance import MOST_EXACT
from lealtad.experience.drivers.known_facts import PARTED
from lealtad.experience.drivers.ordering import LEVEL, adjust_holm, order_drivers
from lealtad.experience.drivers.outcomes import CHURN, HORIZON_DAYS, MARGIN, NPS
from lealtad.experience.drivers.past import PAST
from lealtad.experience.drivers.persistence import describe_gain_range, measure_carry
from lealtad.experience.drivers.resampling import DRAWS, compute_importance
from lealtad.experience.drivers.response_weights import compute_response_weights
from lealtad.experience.drivers.slopes import describe_slopes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lealtad.experience.drivers.examples import DriverExamples
    from lealtad.experience.drivers.resampling import Importance

_MONTHS = 13  # of 28 days
_FEW_DRAWS = 100
_EXAMPLES_PER_DRIVER, _FEWEST = 50, 10
# for tickets any use counts, for touchpoints a failure, for moments also the severity
_GRADES: dict[str, Grade] = {"ticket": "touch", "touchpoint": "badly", "moment": "degree"}


@dataclass(frozen=True)
class OutcomeDrivers:
    """Drivers of an outcome, most important first, with their basis."""

    rows: pl.DataFrame
    summary: dict[str, Any]


@dataclass(frozen=True)
class _Part:
    """The examples with a known outcome, as arrays."""

    drivers: tuple[str, ...]
    columns: DriverColumns
    outcome: NDArray[np.float64]
    customer: NDArray[np.int64]
    date: NDArray[np.int64]
    day: NDArray[np.float64]
    past: NDArray[np.float64]
    weights: NDArray[np.float64] | None


def rank_for_outcome(
    examples: DriverExamples,
    outcome: str,
    active: int,
    *,
    with_effects: bool = True,
    stands_for: Mapping[str, float] = MappingProxyType({}),
) -> OutcomeDrivers:
    """Rank the drivers of an outcome.

    Parameters
    ----------
    active
        Number of active customers today, to scale the gain from fixing a driver.
    stands_for
        By driver, how many bad moments each recorded one represents; absent: one.
    """
    part = _select_part(examples, outcome)
    importance = _compute_importance(part, None if with_effects else _FEW_DRAWS)
    order = order_drivers(importance)
    base = pl.DataFrame(
        {
            "outcome": outcome,
            "driver": part.drivers,
            "importance": importance.relative,
            **order.list_columns(),
        }
    )
    if with_effects:
        base = pl.concat([base, _describe_effects(part, outcome, active, stands_for)], how="horizontal")
    invited = int((examples.rows["asked"] | examples.rows[NPS].is_not_null()).sum())
    summary = {
        "outcome": outcome,
        "n": importance.n,
        "customers": importance.customers,
        "r2": importance.r2,
        "chance_r2": min(1.0, len(part.columns.driver) / max(importance.n, 1)),
        "method": "lmg" if len(part.drivers) <= MOST_EXACT else "relative_weights",
        "certain_pairs": order.certain_pairs,
        "pairs": order.pairs,
        "groups": int(order.group.max()),
        "mean": float(part.outcome.mean()),
        "response_rate": importance.n / max(invited, 1) if outcome == NPS else None,
    }
    return OutcomeDrivers(base[order.rank.tolist()], summary)


def compare_periods(examples: DriverExamples, outcome: str) -> pl.DataFrame:
    """Return `driver, previous, change`: importance in the older half of the dates, and whether it grew since.

    `change` is more, less or unclear: beyond chance by Holm's method over the drivers. Null with fewer than two
    dates.
    """
    dates = examples.rows["as_of"].unique().sort()
    schema = {"driver": pl.String, "previous": pl.Float64, "change": pl.String}
    middle = dates[len(dates) // 2] if len(dates) > 1 else None
    if middle is None:
        return pl.DataFrame(schema=schema)
    newer = (examples.rows["as_of"] >= middle).to_numpy()
    drivers = _pick_drivers(examples.select(examples.rows[outcome].is_not_null().to_numpy()), outcome)
    then, now = (
        _compute_importance(_select_part(examples.select(keep), outcome, drivers), _FEW_DRAWS)
        for keep in (~newer, newer)
    )
    difference = now.relative - then.relative
    spread = np.sqrt(now.relative_draws.var(axis=0) + then.relative_draws.var(axis=0))
    z = np.divide(np.abs(difference), spread, out=np.zeros_like(difference), where=spread > 0)
    certain = adjust_holm(2 * norm.sf(z)) < LEVEL
    change = np.where(certain, np.where(difference > 0, "more", "less"), "unclear")
    return pl.DataFrame({"driver": drivers, "previous": then.relative, "change": change}, schema=schema)


def _pick_drivers(examples: DriverExamples, outcome: str) -> tuple[str, ...]:
    """Return the drivers of an outcome: as many as its examples support, moments and tickets before touchpoints.

    Purchases are excluded for margin, because margin consists of them.
    """
    reach = dict(zip(examples.drivers, examples.touched.mean(axis=0), strict=True))
    fitting = [
        name for name in examples.drivers if outcome != MARGIN or not name.startswith("touchpoint|purchase|")
    ]
    most = max(_FEWEST, examples.rows.height // _EXAMPLES_PER_DRIVER)
    first = sorted(fitting, key=lambda name: (name.startswith("touchpoint|"), -reach[name], name))[:most]
    return tuple(sorted(first))


def _select_part(examples: DriverExamples, outcome: str, drivers: tuple[str, ...] | None = None) -> _Part:
    has_outcome = examples.rows[outcome].is_not_null().to_numpy()
    weights = None
    if outcome == NPS:
        before = examples.rows.select(PAST).to_numpy()
        weights = compute_response_weights(before, examples.rows["asked"].to_numpy(), has_outcome)[has_outcome]
    part = examples.select(has_outcome)
    drivers = _pick_drivers(part, outcome) if drivers is None else drivers
    position = [part.drivers.index(name) for name in drivers]
    grades = [_GRADES[name.split(PARTED)[0]] for name in drivers]
    return _Part(
        drivers,
        build_columns(part.touched[:, position], part.bad[:, position], grades),
        part.rows[outcome].to_numpy(),
        part.customer,
        part.rows["as_of"].rank("dense").to_numpy().astype(np.int64) - 1,
        part.rows["as_of"].dt.epoch("s").to_numpy() / 86_400,
        part.rows.select(PAST).to_numpy(),
        weights,
    )


def _compute_importance(part: _Part, draws: int | None) -> Importance:
    centred = centre_by_date(np.column_stack([part.columns.values, part.outcome]), part.date)
    return compute_importance(
        centred[:, :-1],
        centred[:, -1],
        part.customer,
        part.columns.driver,
        part.weights,
        size=len(part.drivers),
        draws=DRAWS if draws is None else draws,
    )


def _describe_effects(part: _Part, outcome: str, active: int, stands_for: Mapping[str, float]) -> pl.DataFrame:
    effects = estimate_effects(
        part.columns.values, part.past, part.date, part.outcome, part.customer, part.weights
    )
    share = np.average(part.columns.values, axis=0, weights=part.weights)
    scale = {NPS: 1.0, CHURN: -active * _MONTHS, MARGIN: float(active)}[outcome]
    better = -1.0 if scale < 0 else 1.0
    rows = []
    for number, name in enumerate(part.drivers):
        gain = effects.combine(build_repair(part.columns, number, share))
        carry = _measure_carry(part, effects, number, outcome)
        gains = describe_gain_range(gain, scale * stands_for.get(name, 1.0), carry)
        rows.append({**gains, **describe_slopes(part.columns, effects, share, number, better)})
    return pl.DataFrame(rows, infer_schema_length=None)


def _measure_carry(part: _Part, effects: Effects, driver: int, outcome: str) -> float:
    """Return the part of its effect that a driver has within the horizon; 1 for margin, which accumulates."""
    if outcome == MARGIN:
        return 1.0
    mine = [k for k, number in enumerate(part.columns.driver) if number == driver]
    index = part.columns.values[:, mine] @ effects.slopes[mine]
    return measure_carry(index, part.customer, part.day, HORIZON_DAYS[outcome])
