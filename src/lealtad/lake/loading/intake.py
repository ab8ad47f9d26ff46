"""First half of a load: batch by batch, rows are converted, checked one by one, and staged by bucket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.language import format_count
from lealtad.lake.loading.one_currency import list_currencies
from lealtad.lake.loading.places import PLACE, assign_places
from lealtad.lake.loading.straddling_keys import note_keys
from lealtad.sources.contract.judging import judge_rows
from lealtad.sources.contract.rejects import list_rejects
from lealtad.sources.contract.splitting import check_columns, no_rows_error
from lealtad.sources.contract.unfolding import FROM

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.lake.erasing.suppression import Suppression
    from lealtad.lake.loading.delivery import Delivery
    from lealtad.lake.loading.staging import Staging
    from lealtad.sources import Batch
    from lealtad.sources.contract import Table

ORIGIN, ROW = "_origin", "_row"
_SHOWN_EVERY = 5_000_000


@dataclass
class Intake:
    """The state of one table while its rows are taken in.

    Attributes
    ----------
    origins
        The origins of its rows, each with its time zone; rows carry the position in this list.
    rows, rejected
        Number of rows received, and of rows rejected by rules on a single row.
    columns
        All columns of the source, with their types.
    left_out
        Columns of the sources that the contract has no place for.
    currencies
        Codes of the currencies that amounts are in.
    suppressed
        Rows of erased customers, which are neither loaded nor rejected; `rows` leaves them out.
    """

    table: Table
    origins: list[tuple[str, str]] = field(default_factory=list)
    rows: int = 0
    rejected: int = 0
    columns: dict[str, pl.DataType] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    suppressed: int = 0

    def comes_from(self, batch: Batch) -> bool:
        """Return whether earlier rows came from a batch's origin."""
        return any(origin == batch.origin for origin, _ in self.origins)

    def position_of(self, batch: Batch) -> int:
        """Return the position of a batch's origin, which is added if it is new."""
        origin = (batch.origin, batch.reading.zone)
        if origin not in self.origins:
            self.origins.append(origin)
        return self.origins.index(origin)


def name_rejects(table: Table) -> str:
    """Name the staged rejects of a table."""
    return f"{table.name}.rejected"


def take_in(  # noqa: PLR0913 - what is delivered, and all that it is checked against
    delivery: Delivery,
    staging: Staging,
    homes: pl.DataFrame,
    say: Callable[[str], None],
    loaded_at: datetime | None = None,
    *,
    suppression: Suppression | None = None,
) -> Intake:
    """Take in what a source delivers for a table.

    Parameters
    ----------
    homes
        `id, home` of the ids that identities link: their rows must share one place.
    loaded_at
        When the load happens (UTC): facts more than 24 h after it are rejected.
    suppression
        The erased customers, whose rows are skipped; None: nobody was erased.

    Raises
    ------
    DataError
        If the new files have no rows. If a batch lacks a required column, or has one that the contract does not
        have.
    """
    taken = Intake(delivery.table)
    for batch in delivery.batches():
        check_columns(taken.table, batch.rows.drop(FROM, strict=False))
        if batch.left_out and not taken.comes_from(batch):
            say(f"{taken.table.name}: {batch.origin} has columns that are left out: {', '.join(batch.left_out)}")
        taken.left_out |= set(batch.left_out)
        before = taken.rows
        taken.rows += batch.rows.height
        _stage(taken, batch, staging, homes, loaded_at, suppression)
        if taken.rows // _SHOWN_EVERY > before // _SHOWN_EVERY:
            say(f"{taken.table.name}: {taken.rows:,} rows read so far")
    if taken.suppressed:
        say(f"{taken.table.name}: {format_count(taken.suppressed, 'row')} of erased customers skipped")
    if not taken.rows and not taken.suppressed and not delivery.unchanged:
        raise no_rows_error(taken.table)
    return taken


def _stage(  # noqa: PLR0913, PLR0917 - as above
    taken: Intake,
    batch: Batch,
    staging: Staging,
    homes: pl.DataFrame,
    loaded_at: datetime | None,
    suppression: Suppression | None,
) -> None:
    rows, positions = _find_positions(batch)
    judged = judge_rows(taken.table, rows, batch.reading, loaded_at)
    suppressed = _count_suppressed(taken, judged.typed, suppression)
    taken.columns |= dict(judged.typed.schema.items())
    taken.currencies |= list_currencies(judged.typed)
    origin = pl.lit(taken.position_of(batch), pl.UInt32).alias(ORIGIN)
    typed = judged.typed if suppression is None else suppression.blank(taken.table, judged.typed)
    good = typed.with_columns(positions.alias(ROW), origin, _assign_places(typed, homes))
    bad = ~judged.sound & ~suppressed
    if bad.any():
        customers = good.filter(bad).select(name for name in ("customer_id", PLACE) if name in good.columns)
        rejects = list_rejects(
            taken.table.name, batch.origin, rows.filter(bad), positions.filter(bad), judged.list_breaches(bad)
        )
        staging.add(name_rejects(taken.table), pl.concat([rejects, customers], how="horizontal"))
        taken.rejected += rejects.height
    if bad.any() or suppressed.any():
        good = good.filter(judged.sound & ~suppressed)
    staging.add(taken.table.name, good)
    note_keys(taken.table, good, staging)


def _count_suppressed(taken: Intake, typed: pl.DataFrame, suppression: Suppression | None) -> pl.Series:
    """Return a mask of the rows of erased customers, and count them separately."""
    if suppression is None:
        return pl.repeat(value=False, n=typed.height, dtype=pl.Boolean, eager=True)
    suppressed = suppression.find_suppressed(taken.table, typed)
    taken.suppressed += int(suppressed.sum())
    taken.rows -= int(suppressed.sum())
    return suppressed


def _assign_places(rows: pl.DataFrame, homes: pl.DataFrame) -> pl.Series:
    """Return the place of each row; a table about no customer, such as products, has one place."""
    if "customer_id" in rows.columns:
        return assign_places(rows["customer_id"], homes)
    return pl.repeat(0, rows.height, dtype=pl.Int32, eager=True).alias(PLACE)


def _find_positions(batch: Batch) -> tuple[pl.DataFrame, pl.Series]:
    """Return the rows, and the position of each in its origin."""
    if FROM in batch.rows.columns:
        rows, places = batch.rows.drop(FROM), batch.rows[FROM].cast(pl.Int64)
    else:
        rows, places = batch.rows, pl.int_range(batch.rows.height, eager=True)
    if batch.positions is not None:
        places = batch.positions.cast(pl.Int64).gather(places)
    return rows, places + batch.first_row
