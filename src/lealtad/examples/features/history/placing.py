"""Tables in their place: rows under the ids they are computed under, in the order that derivations rely on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.engine.facts import Grid
from lealtad.examples.features.history.happening import add_answer_clock, sort_in_batches
from lealtad.examples.features.history.stretches import find_stretches
from lealtad.lake import is_sorted
from lealtad.sources.contract import TABLES, get_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lealtad.examples.features.history.stretches import Stretches

_FACTS = [table.name for table in TABLES if table.event_time]
_READ = {table.name for table in TABLES}


@dataclass(frozen=True)
class PlacedTables:
    """The rows of whole customers over a grid.

    Attributes
    ----------
    tables
        By name, without the identities.
    rows
        The cells of the grid, flat, that are rows of the feature table: something was known by then.
    """

    tables: dict[str, pl.DataFrame]
    grid: Grid
    rows: NDArray[np.int64]
    laid: Stretches

    def index(self) -> pl.DataFrame:
        """Return `customer_id, as_of` of the rows."""
        dates = len(self.grid.as_of)
        part = pl.DataFrame({"part": self.grid.customer_ids.gather(self.rows // dates)})
        homes = self.laid.people().select("part", "home")
        home = part.join(homes, on="part", how="left", maintain_order="left")
        as_of = pl.Series(self.grid.as_of[self.rows % dates], dtype=pl.Int64).cast(INSTANT)
        return home.select(pl.coalesce("home", "part").alias("customer_id"), as_of.alias("as_of"))


def place_tables(tables: Mapping[str, pl.DataFrame], dates: pl.Series) -> PlacedTables:
    """Place the rows of whole customers for as-of dates, ascending and unique.

    Tables that no feature reads, such as the lines of orders, are left out.
    """
    versions = {name: _add_versions(rows) for name, rows in tables.items() if name in _READ}
    laid = find_stretches(versions, dates)
    rows = {name: _order(name, rows, laid) for name, rows in versions.items() if name != "identities"}
    ids = [rows[name]["customer_id"] for name in _FACTS if name in rows]
    grid = Grid.of(pl.concat([pl.Series("customer_id", [], dtype=pl.String), *ids]), dates.to_list())
    return PlacedTables(rows, grid, _find_cells(rows, grid, laid), laid)


def add_absent_columns(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of the contract that the company does not have, as nulls."""
    absent = [column for column in get_table(name).columns if column.name not in rows.columns]
    return rows.with_columns(pl.lit(None, column.kind.dtype).alias(column.name) for column in absent)


def _add_versions(rows: pl.DataFrame) -> pl.DataFrame:
    if "superseded_at" in rows.columns:
        return rows.with_columns(pl.col("superseded_at").cast(INSTANT))
    return rows.with_columns(pl.lit(None, INSTANT).alias("superseded_at"))


def _order(name: str, rows: pl.DataFrame, laid: Stretches) -> pl.DataFrame:
    """Return the rows in the order of knowing, which within a batch is that of happening; none stands twice."""
    table, placed = get_table(name), laid.rows_of(rows)
    placed = _keep_own_versions(placed) if name == "customers" else placed.drop("superseded_at", "is_own", "ends")
    placed = add_answer_clock(name, placed)
    clock = [table.event_time] if table.event_time else []
    # of two ids that are one customer by now, rows may have the same key: then all they say decides
    also = table.names if "customer_id" in table.key else table.key
    order = ["customer_id", "known_at", *clock, *(key for key in (*table.key, *also) if key in placed.columns)]
    by = list(dict.fromkeys(order))
    placed = placed if is_sorted(placed, by) else placed.sort(by, nulls_last=False, maintain_order=True)
    placed = _drop_repeats(placed, by, ["known_at", *clock])
    if not clock:
        return placed
    return sort_in_batches(name, placed, laid.dates, laid.people().select("part", "first"), by)


def _drop_repeats(rows: pl.DataFrame, by: list[str], clocks: list[str]) -> pl.DataFrame:
    """Leave out rows that say in all columns what another one says, of rows sorted by some of them."""
    instants = [rows[name].to_physical().fill_null(0).to_numpy() for name in clocks]
    second = np.flatnonzero(np.all([values[1:] == values[:-1] for values in instants], axis=0)) + 1
    first, again = rows[second - 1], rows[second]
    if not any(_is_equal(first, again, by)):
        return rows
    # rows of one key that differ in the rest stand together in some order, which is not that in which they came
    return rows.sort(*by, pl.exclude(by), nulls_last=False).unique(maintain_order=True)


def _is_equal(first: pl.DataFrame, again: pl.DataFrame, names: list[str]) -> pl.Series:
    both = pl.concat([first.select(names), again.select(pl.col(names).name.suffix("_again"))], how="horizontal")
    return both.select(
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_again")) for name in names)
    ).to_series()


def _keep_own_versions(customers: pl.DataFrame) -> pl.DataFrame:
    """Drop an alias's version where the customer's own row has one."""
    valid = customers.filter(pl.col("known_at").is_null() | (pl.col("known_at") < pl.col("ends")))
    return valid.filter(pl.col("is_own") | ~pl.col("is_own").any().over("customer_id"))


def _find_first_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first row with a date of each run of rows of one customer."""
    dated = rows.drop_nulls("known_at")
    lengths = dated["customer_id"].rle().struct.field("len")
    return dated[lengths.cum_sum() - lengths]


def _find_cells(tables: Mapping[str, pl.DataFrame], grid: Grid, laid: Stretches) -> NDArray[np.int64]:
    """Return the cells at which something was known, of the dates that the part of the customer covers."""
    nobody = pl.DataFrame(schema=pl.Schema({"customer_id": pl.String(), "known_at": INSTANT}))
    first_rows = [_find_first_rows(tables[name].select(nobody.columns)) for name in _FACTS if name in tables]
    first = pl.concat([nobody, *first_rows]).group_by("customer_id").agg(pl.col("known_at").min())
    people = pl.DataFrame({"customer_id": grid.customer_ids})
    spans = people.join(first, on="customer_id", how="left", maintain_order="left")
    spans = spans.join(laid.people(), left_on="customer_id", right_on="part", how="left", maintain_order="left")
    dates = np.arange(len(grid.as_of))
    begins = np.searchsorted(grid.as_of, spans["known_at"].to_physical().to_numpy(), side="right")
    begins = np.maximum(begins, spans["first"].fill_null(0).to_numpy())
    ends = spans["last"].fill_null(len(dates) - 1).to_numpy()
    return np.flatnonzero((dates >= begins[:, None]) & (dates <= ends[:, None]))
