"""Features of whole customers: from tables to one row per customer and as-of date, purely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.base.instants import INSTANT
from lealtad.examples.features.catalog import CATALOG, check_catalog
from lealtad.examples.features.company import CompanyProfile
from lealtad.examples.features.engine.facts import Facts
from lealtad.examples.features.history.customer_start import add_days_as_customer, find_customer_start
from lealtad.examples.features.history.placing import add_absent_columns, place_tables
from lealtad.examples.features.own import guard
from lealtad.examples.features.streams import get_stream
from lealtad.examples.features.streams.stream import PREPARED, WORD_AXES
from lealtad.lake import is_sorted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.examples.features.engine.facts import Matrix
    from lealtad.examples.features.feature import Feature
    from lealtad.examples.features.history.placing import PlacedTables
    from lealtad.examples.features.streams.stream import Preparation, Stream


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
        By name, rows with `known_at` and `superseded_at`, in any order. `superseded_at` is null for a row in
        force, and the column may be absent. `identities` is given where ids turned out to be others.
    as_of
        UTC instants. A row that was not known before one of them changes nothing in its features.
    catalog
        The features; those whose tables or columns are absent are left out, see `find_available`.
    company
        The company's promises, hours, levels and words; None for a company without any.

    Returns
    -------
    Frame with `customer_id, as_of` and one 32-bit float column per feature and window or variant, sorted. A
    customer has a row from the first as-of date before which any fact of theirs was known. NaN never occurs. The
    catalog says what a null means.

    Raises
    ------
    SettingsError
        If no date is given, a feature stands twice or has a window below 1, or a feature of the company's own
        fails.
    """
    check_catalog(catalog)
    if not as_of:
        raise SettingsError(
            place="as_of", expected="at least one date", found="no date", fix="Pass the dates to compute in as_of."
        )
    here = place_tables(tables, pl.Series("as_of", sorted(set(as_of)), dtype=INSTANT))
    given = {name: set(rows.columns) for name, rows in tables.items()}
    return compute_placed(here, given, catalog, company or CompanyProfile())


def compute_placed(
    here: PlacedTables, given: Mapping[str, set[str]], catalog: Sequence[Feature], company: CompanyProfile
) -> pl.DataFrame:
    """Compute features from rows that are placed already; see `compute_features`.

    Parameters
    ----------
    given
        By table name, the names of its columns.
    """
    wanted = find_available(given, catalog, company)
    columns: dict[str, pl.Series] = {}
    for facts, own in lay_out_facts(here, wanted, company):
        for feature in own:
            for column, matrix in compute_values(feature, facts).items():
                columns[column] = _to_column(matrix, here.rows)
    ordered = [columns[column].alias(column) for feature in wanted for column in feature.columns]
    table = here.index().with_columns(ordered)
    return table if is_sorted(table, ["customer_id", "as_of"]) else table.sort("customer_id", "as_of")


def compute_values(feature: Feature, facts: Facts) -> dict[str, Matrix]:
    """Compute every column of a feature.

    Returns
    -------
    By column a float matrix, customers × as-of dates, NaN for null.

    Raises
    ------
    SettingsError
        If a feature of the company's own fails, or returns something else than a matrix of the grid.
    """
    compute = guard(feature, facts)
    return {column: compute(variant) for column, variant in feature.columns.items()}


def find_available(
    given: Mapping[str, set[str]], catalog: Sequence[Feature] = CATALOG, company: CompanyProfile | None = None
) -> list[Feature]:
    """Return the features of the catalog for which the tables and columns are given, in its order.

    Parameters
    ----------
    given
        By table name, the names of its columns.
    catalog
        The features to choose from.
    company
        With `words`, features of words are available as well.

    Examples
    --------
    >>> [feature.name for feature in find_available({"orders": {"customer_id", "amount"}})][:2]
    ['orders', 'shopping_days']
    """
    axes: dict[str, set[str]] = {} if company is None or company.words is None else {WORD_AXES: set()}
    return [feature for feature in catalog if _is_available(feature, {**given, **axes})]


def find_stream(one: Feature) -> Stream:
    """Return the stream that a feature reads.

    Raises
    ------
    SettingsError
        If there is none of that name.
    """
    return get_stream(one.source, one.name)


def list_source_tables(catalog: Sequence[Feature]) -> dict[str, tuple[str, ...]]:
    """Return the tables that each column of the feature table is computed from.

    Examples
    --------
    >>> from lealtad.examples.features import CATALOG
    >>> list_source_tables(CATALOG)["orders_28d"]
    ('orders',)
    """
    return {
        column: (*stream.tables, *stream.beside)
        for feature in catalog
        for stream in [find_stream(feature)]
        for column in feature.columns
    }


def lay_out_facts(
    here: PlacedTables, wanted: Sequence[Feature], company: CompanyProfile
) -> Iterator[tuple[Facts, list[Feature]]]:
    """Yield the facts of each stream over the grid, with the features that read them."""
    streams = StreamRows(here, company)
    for name in dict.fromkeys(feature.source for feature in wanted):
        own = [feature for feature in wanted if feature.source == name]
        stream = find_stream(own[0])
        yield Facts(streams.derive(stream), here.grid, stream.clock, list_windows(own)), own


class StreamRows:
    """Derives the rows of streams from placed tables; what several streams prepare alike is prepared once."""

    def __init__(self, here: PlacedTables, company: CompanyProfile) -> None:
        self._here, self._company = here, company
        self._became = find_customer_start(here.tables.get("customers"))
        self._prepared: dict[tuple[str, Preparation], pl.DataFrame] = {}

    def derive(self, stream: Stream) -> pl.DataFrame:
        """Return the rows of a stream."""
        tables = self._here.tables
        names = [table for table in (*stream.tables, *stream.beside) if table in tables]
        read = {table: add_absent_columns(table, tables[table]) for table in names}
        if stream.prepared is not None:
            key = stream.tables[0], stream.prepared
            if key not in self._prepared:
                self._prepared[key] = stream.prepared(read[stream.tables[0]])
            read[PREPARED] = self._prepared[key]
        return add_days_as_customer(stream.derive(read, self._company), self._became, stream.clock)


def list_windows(features: Sequence[Feature]) -> list[int]:
    """Return the window lengths that the formulas ask for."""
    return sorted({window for feature in features for window in (*feature.windows, *feature.reads)})


def _is_available(one: Feature, given: Mapping[str, set[str]]) -> bool:
    tables = find_stream(one).tables
    if not all(name in given for name in tables):
        return False
    return not one.needs or set(one.needs) <= given[tables[0]]


def _to_column(matrix: Matrix, rows: NDArray[np.int64]) -> pl.Series:
    # at once in the size they are stored in: all of them stand in memory together
    return pl.Series(matrix.ravel()[rows].astype(np.float32), nan_to_null=True)
