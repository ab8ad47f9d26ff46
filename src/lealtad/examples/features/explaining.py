"""Why a feature has its value: the very facts behind it, found by watching the formula ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.instants import INSTANT
from lealtad.examples.features.building import (
    StreamRows,
    compute_values,
    find_available,
    find_stream,
    list_windows,
)
from lealtad.examples.features.catalog import build_catalog
from lealtad.examples.features.engine.facts import Facts
from lealtad.examples.features.history.happening import restore_known_at
from lealtad.examples.features.history.identities import NO_IDENTITIES, find_components, find_homes
from lealtad.examples.features.history.placing import place_tables
from lealtad.examples.features.storage.provenance import check_dates
from lealtad.examples.features.storage.reading import add_words
from lealtad.examples.features.storage.settings import read_catalog, read_company
from lealtad.examples.features.watching import WatchedFacts, collect_facts
from lealtad.lake import select_as_of
from lealtad.lake.timeline import parse_moment
from lealtad.sources.contract import TABLES, get_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.examples.features.company import CompanyProfile
    from lealtad.examples.features.feature import Feature
    from lealtad.examples.features.history.placing import PlacedTables
    from lealtad.lake import Lake
    from lealtad.lake.timeline import Moment


@dataclass(frozen=True)
class Explanation:
    """One value of a feature, and what it is made of.

    Attributes
    ----------
    value
        None where it is null; `null` says what that means.
    definition
        What the feature is, in words, with its unit.
    facts
        One row per fact of the stream that the formula read, in the order in which they happened. The columns are
        the clock of the stream, `known_at`, `counts`, `value`, and what else is stored of the fact. `counts` is
        false for a fact that only later ones were compared with. `value` is what the fact gives to the measure, 1
        where facts are counted. The customer's other facts do not change the value.
    """

    customer_id: str
    as_of: datetime
    name: str
    value: float | None
    definition: str
    null: str
    facts: pl.DataFrame


def explain_feature(
    lake: Lake, customer_id: str, as_of: Moment, name: str, company: CompanyProfile | None = None
) -> Explanation:
    """Return one value of a feature with its facts, as of a date.

    The formula runs over facts that note what it asks for, so the facts shown are those that made the value.

    Parameters
    ----------
    lake
        The facts.
    customer_id
        The customer; an id that had turned out to be another's by `as_of` stands for that one.
    as_of
        A day or a time, as a `date`, a `datetime` or text; without a zone it is UTC.
    name
        The feature's column, such as `orders_28d`.
    company
        As for `build`: None for the settings that the lake keeps.

    Raises
    ------
    SettingsError
        If the date is after the end of the data, or nobody has the id. If nothing was known of the customer at the
        date, or no feature of that name can be computed.
    """
    as_of = parse_moment(as_of)
    check_dates(lake, [as_of])
    feature = cut_to_column(name, read_catalog(lake) if company is None else build_catalog(company))
    company = read_company(lake) if company is None else company
    tables = _read_history(customer_id, lake)
    return explain(tables, customer_id, as_of, feature, add_words(lake, company))


def explain(
    tables: Mapping[str, pl.DataFrame], customer_id: str, as_of: datetime, one: Feature, company: CompanyProfile
) -> Explanation:
    """Explain the value of a feature of one column, from the history rows of one customer."""
    return Explainer(tables, as_of, company).explain(customer_id, one)


@dataclass(frozen=True)
class _Explained:
    """A column of all customers: their values, and the facts behind them; `nothing` stands for none."""

    values: Mapping[str, float | None]
    facts: Mapping[str, pl.DataFrame]
    nothing: pl.DataFrame


class Explainer:
    """Explains values of several customers at one date: rows are placed once, each column is computed once."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], as_of: datetime, company: CompanyProfile) -> None:
        self._tables, self._as_of, self._company = tables, as_of, company
        links = tables.get("identities", NO_IDENTITIES)
        self._homes = dict(find_homes(links, [as_of]).select("customer_id", "home").rows())
        self._explained: dict[str, _Explained | None] = {}
        self._rows: dict[str, pl.DataFrame] = {}
        self._known: dict[str, pl.DataFrame] = {}

    def explain(self, customer_id: str, one: Feature) -> Explanation:
        """Explain a customer's value of a feature of one column.

        Raises
        ------
        SettingsError
            If nothing was known of the customer at the date, or the feature is off.
        """
        name, home = next(iter(one.columns)), self._homes.get(customer_id, customer_id)
        if name not in self._explained:
            self._explained[name] = self._compute(one)
        explained = self._explained[name]
        if explained is None:
            raise _feature_off_error(one)
        if home not in explained.values:
            raise _unknown_customer_error(customer_id, self._as_of)
        facts = explained.facts.get(home, explained.nothing)
        return Explanation(home, self._as_of, name, explained.values[home], one.definition, one.null, facts)

    @cached_property
    def _placed(self) -> PlacedTables:
        return place_tables(self._tables, pl.Series("as_of", [self._as_of], dtype=INSTANT))

    @cached_property
    def _streams(self) -> StreamRows:
        return StreamRows(self._placed, self._company)

    def _derive(self, one: Feature) -> pl.DataFrame:
        if one.source not in self._rows:
            self._rows[one.source] = self._streams.derive(find_stream(one))
        return self._rows[one.source]

    def _compute(self, one: Feature) -> _Explained | None:
        """Compute the column of all customers, and collect the facts that it rests on; None if it is off."""
        columns = {name: set(rows.columns) for name, rows in self._tables.items()}
        if not find_available(columns, [one], self._company):
            return None
        stream = find_stream(one)
        watched = WatchedFacts(Facts(self._derive(one), self._placed.grid, stream.clock, list_windows([one])))
        [matrix] = compute_values(one, cast("Facts", watched)).values()  # it answers as facts do
        values = matrix.ravel()[self._placed.rows].astype(np.float32)
        facts = collect_facts(watched, self._as_of, stream.clock)
        for source in stream.tables[:1]:
            facts = restore_known_at(source, facts, stream.clock, self._read_known_of(source, facts))
        parts = facts.partition_by("customer_id", maintain_order=True)
        return _Explained(
            dict(zip(self._placed.index()["customer_id"], pl.Series(values, nan_to_null=True), strict=True)),
            {own["customer_id"][0]: own for own in parts},
            facts.clear(),
        )

    def _read_known_of(self, source: str, facts: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that may stand behind some facts: those with an id of theirs."""
        rows, (id_column, *_) = self._read_known(source), get_table(source).key
        if id_column not in rows.columns or id_column not in facts.columns:
            return rows
        return rows.filter(pl.col(id_column).is_in(facts[id_column].implode(), nulls_equal=True))

    def _read_known(self, source: str) -> pl.DataFrame:
        if source not in self._known:
            self._known[source] = select_as_of(self._tables[source], NO_IDENTITIES, self._as_of)
        return self._known[source]


def cut_to_column(name: str, catalog: Sequence[Feature]) -> Feature:
    """Return the feature that makes a column, cut down to that column."""
    makers = {column: (feature, variant) for feature in catalog for column, variant in feature.columns.items()}
    if name not in makers:
        raise SettingsError(
            place="feature", expected="the name of one", found=f"'{name}'", fix=suggest_name(name, makers)
        )
    feature, variant = makers[name]
    if isinstance(variant, int) and feature.windows:
        return replace(feature, windows=(variant,), reads=(*feature.reads, *feature.windows))
    return replace(feature, variants=() if variant is None else (variant,))


def _read_history(customer_id: str, lake: Lake) -> dict[str, pl.DataFrame]:
    """Return the history of a customer, under every id that is ever found to be theirs."""
    links = lake.identity_history
    roots = dict(find_components(links).select("customer_id", "root").rows())
    own = [customer for customer, root in roots.items() if root == roots.get(customer_id)] or [customer_id]
    is_theirs = pl.col("customer_id").is_in(own)
    names = [table.name for table in TABLES if lake.has(table.name)]
    tables = {name: lake.history(name, where=is_theirs) for name in names}
    if all(rows.is_empty() for rows in tables.values()):
        raise SettingsError(
            place="customer_id",
            expected="the id of a customer in the lake",
            found=f"'{customer_id}'",
            fix='List the ids with lake.read("customers"), and pass one of them.',
        )
    return {**tables, "identities": links.filter(is_theirs | pl.col("alias").is_in(own))}


def _unknown_customer_error(customer_id: str, as_of: datetime) -> SettingsError:
    return SettingsError(
        place=f"customer_id '{customer_id}'",
        expected=f"a customer of whom something was known before {as_of:%Y-%m-%d}",
        found="nothing known then",
        fix="Pass a later date in as_of.",
    )


def _feature_off_error(one: Feature) -> SettingsError:
    tables = ", ".join(find_stream(one).tables)
    return SettingsError(
        place=f"feature {one.name}",
        expected=f"{tables} in the lake" + (f" with {', '.join(one.needs)}" if one.needs else ""),
        found="none: the feature is off without them",
        fix="Load them with lealtad ingest, or ask for another feature.",
    )
