"""Experiences of customers before a date, one row per customer and driver: touched, and how badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.view import select_known_facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.company.settings import Settings

WINDOW_DAYS = 91
MEMORY_DAYS = 182  # with the half-life below, 91 days would miss a third of the weight
HALF_LIFE_DAYS = 56  # an experience that old counts half
WEIGHT, BAD, DRIVER = "_weight", "bad", "driver"
EXPERIENCES = pl.Schema({"customer_id": pl.String, DRIVER: pl.String, BAD: pl.Float64})
PARTED = "|"


@dataclass(frozen=True)
class KnownFacts:
    """The facts of a bucket as known before a date, under the ids of that date; absent tables are None."""

    as_of: datetime
    tables: Mapping[str, pl.DataFrame]
    settings: Settings

    def find(self, name: str, event_time: str, *needed: str) -> pl.DataFrame | None:
        """Return the past facts of a table; None without the table or one of its columns."""
        rows = self.tables.get(name)
        if rows is None or not {event_time, *needed} <= set(rows.columns):
            return None
        return select_known_facts(rows, event_time, self.as_of)

    @property
    def window_start(self) -> datetime:
        """The first instant of the window."""
        return self.as_of - timedelta(days=WINDOW_DAYS)

    @property
    def memory_start(self) -> datetime:
        """The first instant from which experiences still count."""
        return self.as_of - timedelta(days=MEMORY_DAYS)

    def weigh(self, moment: str) -> pl.Expr:
        """Return the weight of a fact by its age: it halves every 56 days."""
        days = (pl.lit(self.as_of) - pl.col(moment)).dt.total_seconds() / 86_400
        return (0.5 ** (days / HALF_LIFE_DAYS)).alias(WEIGHT)


def name_driver(kind: str, *parts: str) -> str:
    """Return the key of a driver: its kind and its subject.

    Examples
    --------
    >>> name_driver("touchpoint", "service", "web", "knowledge_base")
    'touchpoint|service|web|knowledge_base'
    """
    return PARTED.join((kind, *parts))


def sum_experiences(rows: pl.DataFrame, driver: pl.Expr, bad: pl.Expr) -> pl.DataFrame:
    """Return `customer_id, driver, bad`, one row per customer and driver that touched them."""
    placed = rows.select("customer_id", driver.alias(DRIVER), bad.cast(pl.Float64).alias(BAD))
    summed = placed.drop_nulls().group_by("customer_id", DRIVER).agg(pl.col(BAD).sort().sum())
    return summed.select(EXPERIENCES.names())
