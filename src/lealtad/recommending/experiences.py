"""Bad experiences of customers, after which they buy less: tickets they opened, and answers of 0 to 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.thresholds import DETRACTOR_TO

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake
    from lealtad.recommending.purchases import Floats, Ints

_ROWS = pl.Schema({"customer_id": pl.String(), "happened_at": INSTANT, "known_at": INSTANT})


@dataclass(frozen=True)
class Experiences:
    """Bad experiences, in no order.

    Attributes
    ----------
    customer
        Position in the ids of the purchases.
    day, known
        Days since 1970 (UTC) at which it happened and was known.
    """

    customer: Ints
    day: Floats
    known: Floats

    @classmethod
    def none(cls) -> Experiences:
        """Return no experiences."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))

    @classmethod
    def number(cls, rows: pl.DataFrame, customers: pl.Series) -> Experiences:
        """Build from rows, with customers as positions; customers without purchases are left out."""
        places = pl.DataFrame({"customer_id": customers}).with_row_index("customer")
        numbered = rows.join(places, on="customer_id", maintain_order="left")
        days = (numbered[name].dt.epoch("us").to_numpy() / 86_400e6 for name in ("happened_at", "known_at"))
        return cls(numbered["customer"].to_numpy().astype(np.int64), *days)

    def count_days_since(self, day: float, customers: Ints) -> Floats:
        """Return by customer the days since the newest known experience; infinite without one.

        Examples
        --------
        >>> bad = Experiences(np.array([4, 4, 7]), np.array([1.0, 5.0, 2.0]), np.array([1.0, 9.0, 2.0]))
        >>> bad.count_days_since(6.0, np.array([4, 5]))
        array([ 5., inf])
        """
        inside = (self.day < day) & (self.known < day) & np.isin(self.customer, customers)
        since = np.full(len(customers), np.inf)
        np.minimum.at(since, np.searchsorted(customers, self.customer[inside]), day - self.day[inside])
        return since


def read_bad_experiences(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    """Read the bad experiences of a bucket's customers that were known before an instant.

    Returns
    -------
    `customer_id, happened_at, known_at`; no rows where the lake has neither tickets nor answers.
    """
    parts = [pl.DataFrame(schema=_ROWS)]
    if lake.has("ticket_events"):
        events = lake.read("ticket_events", bucket, as_of=as_of)
        parts.append(events.filter(pl.col("event") == "created").select(*_name("occurred_at")))
    if lake.has("surveys"):
        answers = lake.read("surveys", bucket, as_of=as_of)
        poor = answers.filter(pl.col("metric") == "nps", pl.col("score") <= DETRACTOR_TO)
        parts.append(poor.drop_nulls("answered_at").select(*_name("answered_at")))
    return pl.concat(parts).drop_nulls()


def _name(moment: str) -> list[pl.Expr]:
    happened = pl.col(moment).cast(INSTANT)
    known_at = pl.max_horizontal(pl.col("known_at").cast(INSTANT), happened)
    return [pl.col("customer_id").cast(pl.String), happened.alias("happened_at"), known_at.alias("known_at")]
