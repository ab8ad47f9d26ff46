"""Features of whole customers: from tables to one row per customer and as-of date, purely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.base.instants import INSTANT
from lealtad.examples.features.became import add_days_as_customer, find_customer_start
from lealtad.examples.features.catalog import CATALOG, check_catalog
from lealtad.examples.features.company import CompanyProfile
from lealtad.examples.features.engine.facts import Facts
from lealtad.examples.features.placing import add_absent_columns, place_tables
from lealtad.examples.features.stream import PREPARED, WORD_AXES
from lealtad.examples.features.streams import get_stream
from lealtad.lake import is_sorted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.examples.features.engine.facts import Matrix
    from lealtad.examples.features.feature import Feature
    from lealtad.examples.features.placing import PlacedTables
    from lealtad.examples.features.stream import Preparation, Stream


def compute_features(
    tables: Mapping[str, pl.DataFrame],
    as_of: Sequence[datetime],
    catalog: Sequence[Feature] = CATALOG,
    company: CompanyProfile | None = None,
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
        The features; those whose tables or columns are absent are left out, see `find_available`.
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
    if not as_of:
        raise SettingsError(
            place="as_of", expected="at least one date", found="no date", fix="Name the dates to compute."
        )
    whole = company or CompanyProfile()
    wanted = find_available({name: set(rows.columns) for name, rows in tables.items()}, catalog, whole)
    here = place_tables(tables, pl.Series("as_of", sorted(set(as_of)), dtype=INSTANT))
    columns: dict[str, pl.Series] = {}
    for facts, own in lay_out_facts(here, wanted, whole):
        for one in own:
            for column, matrix in one.values(facts).items():
                columns[column] = _to_column(matrix, here.rows)
    ordered = [columns[column].alias(column) for one in wanted for column in one.columns]
    table = here.index().with_columns(ordered)
    return table if is_sorted(table, ["customer_id", "as_of"]) else table.sort("customer_id", "as_of")


def find_available(
    given: Mapping[str, set[str]], catalog: Sequence[Feature] = CATALOG, company: CompanyProfile | None = None
) -> list[Feature]:
    """Return the features of the catalog for which the tables and columns are given, by the names of both."""
    axes: dict[str, set[str]] = {} if company is None or company.words is None else {WORD_AXES: set()}
    return [one for one in catalog if _is_available(one, {**given, **axes})]


def find_stream(one: Feature) -> Stream:
    """Return the stream that a feature reads.

    Raises
    ------
    SettingsError
        If there is none of that name.
    """
    return get_stream(one.source, one.name)


def list_source_tables(catalog: Sequence[Feature]) -> dict[str, tuple[str, ...]]:
    """Return the tables that each column of the feature table rests on.

    Examples
    --------
    >>> from lealtad.examples.features import CATALOG
    >>> list_source_tables(CATALOG)["orders_28d"]
    ('orders',)
    """
    return {
        column: (*stream.tables, *stream.beside)
        for one in catalog
        for stream in [find_stream(one)]
        for column in one.columns
    }


def lay_out_facts(
    here: PlacedTables, wanted: Sequence[Feature], company: CompanyProfile
) -> Iterator[tuple[Facts, list[Feature]]]:
    """Yield the facts of each stream over the grid, with the features that read them."""
    became = find_customer_start(here.tables.get("customers"))
    prepared: dict[tuple[str, Preparation], pl.DataFrame] = {}
    for name in dict.fromkeys(one.source for one in wanted):
        own = [one for one in wanted if one.source == name]
        stream = find_stream(own[0])
        names = [table for table in (*stream.tables, *stream.beside) if table in here.tables]
        read = {table: add_absent_columns(table, here.tables[table]) for table in names}
        if stream.prepared is not None:
            key = stream.tables[0], stream.prepared
            if key not in prepared:
                prepared[key] = stream.prepared(read[stream.tables[0]])
            read[PREPARED] = prepared[key]
        rows = add_days_as_customer(stream.derive(read, company), became, stream.clock)
        yield Facts(rows, here.grid, stream.clock, list_windows(own)), own


def list_windows(features: Sequence[Feature]) -> list[int]:
    """Return the window lengths that the formulas ask for."""
    return sorted({window for one in features for window in (*one.windows, *one.reads)})


def _is_available(one: Feature, given: Mapping[str, set[str]]) -> bool:
    tables = find_stream(one).tables
    if not all(name in given for name in tables):
        return False
    return not one.needs or set(one.needs) <= given[tables[0]]


def _to_column(matrix: Matrix, rows: NDArray[np.int64]) -> pl.Series:
    # at once in the size they are stored in: all of them stand in memory together
    return pl.Series(matrix.ravel()[rows].astype(np.float32), nan_to_null=True)
