"""Features of whole customers: from tables to one row per customer and as-of date, purely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.contract import TABLES, table_named
from lealtad.contract.tables import INSTANT
from lealtad.errors import SettingsError
from lealtad.features.became import became_customer, with_days_as_customer
from lealtad.features.catalog import CATALOG, check_catalog
from lealtad.features.company import Company
from lealtad.features.facts import Facts, Grid
from lealtad.features.stream import WORD_AXES
from lealtad.features.stretches import stretches
from lealtad.features.streams import stream_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.features.facts import Matrix
    from lealtad.features.feature import Feature
    from lealtad.features.stream import Stream
    from lealtad.features.stream import WORD_AXES
from lealtad.features.stretches import Stretches

_FACT_TABLES = {table.name: table for table in TABLES if table.event_time}


def table_features(
    tables: Mapping[str, pl.DataFrame],
    as_of: Sequence[datetime],
    catalog: Sequence[Feature] = CATALOG,
    company: Company | None = None,
) -> pl.DataFrame:
    """Compute features at past moments from the rows of whole customers; reads nothing else.

    Parameters
    ----------
    tables
        By name, rows with `known_at` and `superseded_at` (null where in force; the column may be absent), in
        any order; beside them `identities`, if ids turned out to be others.
    as_of
        UTC instants. A row that was not known before one of them changes nothing in its features.
    catalog
        The features; those whose tables or columns are absent are left out, see `available`.
    company
        Its promises, hours, levels and words; None has none.

    Returns
    -------
    Frame with `customer_id, as_of` and one 32-bit float column per feature and window or variant, sorted; a
    customer has a row from the first as-of date before which any fact of theirs was known. NaN never occurs;
    null means what the catalog says.

    Raises
    ------
    SettingsError
        If no date is given, a feature stands twice or has a window below 1, or a feature of the company's own
        fails.
    """
    check_catalog(catalog)
    _check_dates(as_of)
    dates = pl.Series("as_of", sorted(set(as_of)), dtype=INSTANT)
    whole = company or Company()
    wanted = available({name: set(rows.columns) for name, rows in tables.items()}, catalog, whole)
    versions = {name: _with_versions(rows) for name, rows in tables.items()}
    laid = stretches(versions, dates)
    placed = {name: _placed(name, rows, laid) for name, rows in versions.items() if name != "identities"}
    grid = Grid.of(_people(placed), as_of)
    kept = _kept(placed, grid, laid)
    columns = _columns(placed, grid, kept, wanted, whole)
    ordered = {column: columns[column] for one in wanted for column in one.columns}
    return _rows(grid, kept, ordered, laid)


def available(
    given: Mapping[str, set[str]], catalog: Sequence[Feature] = CATALOG, company: Company | None = None
) -> list[Feature]:
    """Return the features of the catalog for which the tables and columns are given, by the names of both."""
    axes: dict[str, set[str]] = {} if company is None or company.words is None else {WORD_AXES: set()}
    return [one for one in catalog if _is_available(one, {**given, **axes})]


def _is_available(one: Feature, given: Mapping[str, set[str]]) -> bool:
    tables = stream_of(one).tables
    if not all(name in given for name in tables):
        return False
    return not one.needs or set(one.needs) <= given[tables[0]]


def stream_of(one: Feature) -> Stream:
    """Return the stream that a feature reads.

    Raises
    ------
    SettingsError
        If there is none of that name.
    """
    return stream_named(one.source, one.name)


def facts_of(
    stream: Stream, tables: Mapping[str, pl.DataFrame], grid: Grid, windows: Sequence[int], company: Company
) -> Facts:
    """Derive the facts of a stream from placed tables and lay them over the grid."""
    read = {name: _complete(name, tables[name]) for name in (*stream.tables, *stream.beside) if name in tables}
    rows = stream.derive(read, company)
    facts = with_days_as_customer(rows, became_customer(tables.get("customers")), stream.clock)
    return Facts(facts, grid, stream.clock, windows)


def windows_of(features: Sequence[Feature]) -> list[int]:
    """Return the window lengths that the formulas ask for."""
    return sorted({window for one in features for window in (*one.windows, *one.reads)})


def _columns(
    tables: Mapping[str, pl.DataFrame],
    grid: Grid,
    kept: NDArray[np.int64],
    wanted: Sequence[Feature],
    company: Company,
) -> dict[str, pl.Series]:
    columns: dict[str, pl.Series] = {}
    for name in dict.fromkeys(one.source for one in wanted):
        own = [one for one in wanted if one.source == name]
        facts = facts_of(stream_of(own[0]), tables, grid, windows_of(own), company)
        for one in own:
            for column, matrix in one.values(facts).items():
                columns[column] = _column(matrix, kept)
    return columns


def _column(matrix: Matrix, kept: NDArray[np.int64]) -> pl.Series:
    # at once in the size they are stored in: all of them stand in memory together
    return pl.Series(matrix.ravel()[kept].astype(np.float32), nan_to_null=True)


def _with_versions(rows: pl.DataFrame) -> pl.DataFrame:
    if "superseded_at" in rows.columns:
        return rows.with_columns(pl.col("superseded_at").cast(INSTANT))
    return rows.with_columns(pl.lit(None, INSTANT).alias("superseded_at"))


def _placed(name: str, rows: pl.DataFrame, laid: Stretches) -> pl.DataFrame:
    """Return the rows of a table under the ids they are computed under, in the order that derivations rely on."""
    table, found = table_named(name), laid.rows_of(rows)
    if name == "customers":
        found = _own_versions(found)
    clock = [table.event_time] if table.event_time else []
    order = ["customer_id", "known_at", *clock, *(key for key in table.key if key in found.columns)]
    return found.sort(list(dict.fromkeys(order)), nulls_last=False, maintain_order=True)


def _own_versions(customers: pl.DataFrame) -> pl.DataFrame:
    """Leave out what is told of an alias where the customer's own row tells it."""
    known = customers.filter(pl.col("known_at").is_null() | (pl.col("known_at") < pl.col("ends")))
    return known.filter(pl.col("is_own") | ~pl.col("is_own").any().over("customer_id"))


def _complete(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of the contract that the company does not have, as nulls."""
    table = table_named(name)
    absent = [column for column in table.columns if column.name not in rows.columns]
    return rows.with_columns(pl.lit(None, column.kind.dtype).alias(column.name) for column in absent)


def _people(tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    ids = [rows["customer_id"] for name, rows in tables.items() if name in _FACT_TABLES]
    return pl.concat(ids) if ids else pl.Series("customer_id", [], dtype=pl.String)


def _kept(tables: Mapping[str, pl.DataFrame], grid: Grid, laid: Stretches) -> NDArray[np.int64]:
    """Return the cells of the grid, flat, that are rows: something was known, and the part covers the date."""
    codes = pl.DataFrame({"customer_id": grid.customer_ids}).with_row_index("code")
    known = [rows.select("customer_id", "known_at") for name, rows in tables.items() if name in _FACT_TABLES]
    if not known:
        return np.empty(0, dtype=np.int64)
    first = pl.concat(known).group_by("customer_id").agg(pl.col("known_at").min())
    seen = codes.join(first, on="customer_id", how="left", maintain_order="left")
    seen = seen.join(laid.people(), left_on="customer_id", right_on="part", how="left", maintain_order="left")
    dates = np.arange(len(grid.as_of))
    begins = np.searchsorted(grid.as_of, seen["known_at"].to_physical().to_numpy(), side="right")
    begins = np.maximum(begins, seen["first"].fill_null(0).to_numpy())
    ends = seen["last"].fill_null(len(dates) - 1).to_numpy()
    return np.flatnonzero((dates >= begins[:, None]) & (dates <= ends[:, None]))


def _rows(grid: Grid, kept: NDArray[np.int64], columns: Mapping[str, pl.Series], laid: Stretches) -> pl.DataFrame:
    dates = len(grid.as_of)
    parts = pl.DataFrame({"part": grid.customer_ids.gather(kept // dates)})
    people = parts.join(laid.people().select("part", "home"), on="part", how="left", maintain_order="left")
    frame = {
        "customer_id": people.select(pl.coalesce("home", "part")).to_series(),
        "as_of": pl.Series(grid.as_of[kept % dates]).cast(INSTANT),
        **columns,
    }
    return pl.DataFrame(frame).sort("customer_id", "as_of")


def _check_dates(as_of: Sequence[datetime]) -> None:
    if not as_of:
        raise SettingsError(
            place="as_of", expected="at least one date", found="no date", mend="Name the dates to compute."
        )
