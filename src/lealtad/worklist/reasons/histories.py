"""The histories of listed customers as known before the list, and the facts behind a feature's value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.examples.features.building import find_stream
from lealtad.examples.features.catalog import build_catalog
from lealtad.examples.features.explaining import Explainer, cut_to_column
from lealtad.examples.features.history.identities import find_components
from lealtad.examples.features.storage.reading import add_words
from lealtad.examples.features.storage.settings import read_company
from lealtad.lake import select_as_of
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.examples.features import Feature
    from lealtad.examples.features.company import CompanyProfile
    from lealtad.lake import Lake

    Tables = Mapping[str, pl.DataFrame]

_CONTACTS, _OWNER = "contacts", "_owner"


@dataclass(frozen=True)
class Fact:
    """The facts behind one value.

    Attributes
    ----------
    clock
        The column with the time of each fact.
    rows
        One dictionary per fact, in the order in which they happened.
    """

    clock: str
    rows: tuple[dict[str, Any], ...]


class Histories:
    """All facts of some customers, and those that explain a feature's value.

    Parameters
    ----------
    customers
        Customer ids as of the date.
    """

    def __init__(
        self, lake: Lake, as_of: datetime, customers: Sequence[str], catalog: Sequence[Feature] | None = None
    ) -> None:
        self._lake, self._as_of, self._catalog = lake, as_of, catalog
        self.customers = list(customers)
        roots = dict(find_components(lake.identity_history).select("customer_id", "root").rows())
        wanted = {roots.get(customer, customer): customer for customer in customers}
        others = {alias: wanted[root] for alias, root in roots.items() if root in wanted}
        self._owner = {**others, **{customer: customer for customer in customers}}
        # cached: reasons in a second language, and several reasons of a customer, need the same facts
        self._known: dict[str, dict[str, pl.DataFrame]] = {}
        self._facts: dict[tuple[str, str], Fact | None] = {}
        self._names: dict[str, list[str | None]] = {}

    @cached_property
    def _company(self) -> CompanyProfile:
        return add_words(self._lake, read_company(self._lake))

    @cached_property
    def _features(self) -> Sequence[Feature]:
        return self._catalog if self._catalog is not None else build_catalog(self._company)

    @cached_property
    def _whole(self) -> dict[str, pl.DataFrame]:
        """By table, the history of all customers; each bucket is read once."""
        ids = pl.DataFrame({"id": sorted(self._owner)}, schema={"id": pl.String})
        places = ids.with_columns(bucket=self._lake.bucket_of(ids["id"]))
        names = [table.name for table in TABLES if self._lake.has(table.name)]
        parts: dict[str, list[pl.DataFrame]] = {name: [] for name in names}
        for key, rows in places.group_by("bucket", maintain_order=True):
            of_customers = pl.col("customer_id").is_in(rows["id"].to_list())
            for name in names:
                parts[name].append(self._lake.history(name, int(key[0]), where=of_customers))
        return {
            name: pl.concat(rows, how="diagonal_relaxed") if rows else pl.DataFrame()
            for name, rows in parts.items()
        }

    def list_rows(self, customer: str, name: str) -> list[dict[str, Any]]:
        """Return the rows of a table of a customer that were known before the list; none if it is absent."""
        if name not in self._known:
            self._known[name] = self._split(name)
        rows = self._known[name].get(customer)
        return [] if rows is None else rows.to_dicts()

    def _split(self, name: str) -> dict[str, pl.DataFrame]:
        """Return by customer the rows of a table that were known before the list."""
        owner = pl.col("customer_id").replace(self._owner).alias(_OWNER)
        if name == _CONTACTS and self._lake.has(name):
            rows_known = self._lake.read(name, where=pl.col("customer_id").is_in(sorted(self._owner)))
            rows_known = rows_known.with_columns(owner)
        elif name in self._whole:
            rows_known = select_as_of(self._whole[name].with_columns(owner), self._links, self._as_of)
        else:
            return {}
        return {rows[_OWNER][0]: rows for rows in rows_known.partition_by(_OWNER, maintain_order=True)}

    @cached_property
    def _links(self) -> pl.DataFrame:
        ids, links = list(self._owner), self._lake.identity_history
        return links.filter(pl.col("customer_id").is_in(ids) | pl.col("alias").is_in(ids))

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer({**self._whole, "identities": self._links}, self._as_of, self._company)

    def find_facts(self, customer: str, column: str) -> Fact | None:
        """Return the facts behind a customer's value of a feature; None if the feature is unknown or off."""
        if (customer, column) not in self._facts:
            self._facts[customer, column] = self._explain(customer, column)
        return self._facts[customer, column]

    def _explain(self, customer: str, column: str) -> Fact | None:
        try:
            feature = cut_to_column(column, self._features)
            explanation = self._explainer.explain(customer, feature)
        except SettingsError:
            return None
        stream = find_stream(feature)
        rows = explanation.facts.filter("counts") if "counts" in explanation.facts.columns else explanation.facts
        return Fact(stream.clock, tuple(rows.to_dicts()))

    def list_known_names(self, customer: str) -> list[str | None]:
        """Return what must be masked in texts about a customer: name, phone, e-mail and id."""
        if customer not in self._names:
            contacts = self.list_rows(customer, _CONTACTS)
            known = (row.get(name) for row in contacts for name in ("name", "phone", "email"))
            self._names[customer] = [customer, *known]
        return self._names[customer]
