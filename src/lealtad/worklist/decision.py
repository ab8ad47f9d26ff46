"""The decision of a night: whom to contact, with which action, and who is held out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.worklist.allocation import Allocation

OPEN = {"customer_id": pl.String, "best": pl.Float64, "gain": pl.Float64, "held_out": pl.Boolean}


@dataclass(frozen=True)
class Decision:
    """A list, and the data behind its decision.

    Attributes
    ----------
    rows
        One row per customer on the list or held out of it, with the columns of `stored_lists.SCHEMA`; in the
        order of contact, the holdout last.
    skipped
        `customer_id, restraint`: the skipped customers, and why.
    lacking
        `customer_id, lacks`: the customers whose gain is unknown, and what is missing.
    allocation
        The quality of the allocation, and the worth of more capacity.
    open
        `customer_id, best, gain, held_out` of every customer with an action. These are the highest gain, the
        highest gain of an allowed action (else null), and whether a campaign holds the customer out.
    treated
        `customer_id, action, gain` of customers who may be contacted and are not drawn at random; no rows if no
        amounts are known.
    drawn
        By action, the number of contacts given to random customers.
    """

    rows: pl.DataFrame
    skipped: pl.DataFrame
    lacking: pl.DataFrame
    allocation: Allocation
    open: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPEN))
    treated: pl.DataFrame = field(default_factory=pl.DataFrame)
    drawn: Mapping[str, int] = field(default_factory=dict)

    @property
    def worklist_rows(self) -> pl.DataFrame:
        """The rows for the team, without the holdout."""
        return self.rows.filter(pl.col("arm") == "treated")
