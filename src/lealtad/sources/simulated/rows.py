"""Columns from arrays: ids, instants, labels and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.weeks import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.simulated.arrays import AnyArray
    from lealtad.sources.simulated.population import Population


def to_instants(at: AnyArray) -> pl.Series:
    """Return instants as a column; `NEVER` becomes null."""
    column = pl.Series(at.astype(np.int64))
    never = pl.Series(at >= NEVER)
    return column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").set(never, None)


def to_labels(labels: Sequence[str | None], positions: AnyArray) -> pl.Series:
    """Return the labels at some positions."""
    return pl.Series(labels, dtype=pl.String).gather(pl.Series(positions.astype(np.uint32)))


def to_numbers(values: AnyArray) -> pl.Series:
    """Return numbers as a column; NaN becomes null."""
    return pl.Series(values.astype(np.float64)).fill_nan(None)


def format_ids(prefix: str, number: AnyArray, digits: int = 7) -> pl.Series:
    """Format ids from a prefix and a number, such as C0000012."""
    text = pl.Series("id", number.astype(np.int64)).cast(pl.String).str.zfill(digits)
    return pl.select(pl.lit(prefix) + text).to_series()


def format_fact_ids(prefix: str, population: Population, number: AnyArray) -> pl.Series:
    """Format ids of facts; the block is part of them, so that they are unique in the company."""
    return format_ids(f"{prefix}{population.block:04d}", number)


def format_customer_ids(population: Population, who: AnyArray) -> pl.Series:
    """Format the ids of customers."""
    return format_ids("C", population.first + who.astype(np.int64))


def format_ids_at(population: Population, who: AnyArray, at: AnyArray) -> pl.Series:
    """Format the ids by which the shop knew its customers at the time: an alias before it was merged."""
    own = format_customer_ids(population, who)
    alias = format_alias_ids(population, who)
    return alias.zip_with(pl.Series(at < population.alias_until[who]), own)


def format_alias_ids(population: Population, who: AnyArray) -> pl.Series:
    """Format the ids of shop accounts, used while the customer is not recognised."""
    return format_ids("W", population.first + who.astype(np.int64))
