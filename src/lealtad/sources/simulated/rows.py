"""From arrays to columns: ids, instants, words, and when the company's systems knew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.arrays import AnyArray, Facts, Ints, filter_facts
from lealtad.sources.simulated.draws import draw_flags
from lealtad.sources.simulated.weeks import DAY, HOUR, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.simulated.population import Population

_LATE_MEDIAN_HOURS, _LATE_SIGMA, _LATEST = 30.0, 1.4, 35 * DAY


def to_instants(at: AnyArray) -> pl.Series:
    """Return instants as a column; `NEVER` becomes null."""
    column = pl.Series(at.astype(np.int64))
    never = pl.Series(at >= NEVER)
    return column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").set(never, None)


def to_labels(labels: Sequence[str | None], positions: AnyArray) -> pl.Series:
    """Return the label at each position."""
    return pl.Series(labels, dtype=pl.String).gather(pl.Series(positions.astype(np.uint32)))


def to_numbers(values: AnyArray) -> pl.Series:
    """Return numbers as a column; NaN becomes null."""
    return pl.Series(values.astype(np.float64)).fill_nan(None)


def format_ids(prefix: str, number: AnyArray, digits: int = 7) -> pl.Series:
    """Return ids of a prefix and a number, such as C0000012."""
    text = pl.Series("id", number.astype(np.int64)).cast(pl.String).str.zfill(digits)
    return pl.select(pl.lit(prefix) + text).to_series()


def format_fact_ids(prefix: str, population: Population, number: AnyArray) -> pl.Series:
    """Return ids of facts, unique in the whole company because the block is part of them."""
    return format_ids(f"{prefix}{population.block:04d}", number)


def format_customer_ids(population: Population, who: AnyArray) -> pl.Series:
    """Return the ids of customers."""
    return format_ids("C", population.first + who.astype(np.int64))


def format_ids_at(population: Population, who: AnyArray, at: AnyArray) -> pl.Series:
    """Return the ids under which the shop knew its customers: an alias before it was merged."""
    own = format_customer_ids(population, who)
    alias = format_alias_ids(population, who)
    return alias.zip_with(pl.Series(at < population.alias_until[who]), own)


def format_alias_ids(population: Population, who: AnyArray) -> pl.Series:
    """Return the ids of shop accounts, used where the customer is not recognised."""
    return format_ids("W", population.first + who.astype(np.int64))


def add_recording_times(rng: np.random.Generator, facts: Facts, late_share: float, end: int) -> Facts:
    """Add when each fact was recorded, sort by customer and time, leave out what is not known by the end."""
    at: Ints = facts["at"].astype(np.int64)
    late = draw_flags(rng, np.full(at.size, late_share))
    delay = rng.lognormal(np.log(_LATE_MEDIAN_HOURS), _LATE_SIGMA, at.size) * HOUR
    recorded_at = at + np.where(late, np.minimum(delay, _LATEST), 0.0).astype(np.int64)
    order = np.lexsort((at, facts["who"]))
    known = (recorded_at < end)[order]
    return filter_facts(
        {name: column[order] for name, column in {**facts, "recorded_at": recorded_at}.items()}, known
    )
