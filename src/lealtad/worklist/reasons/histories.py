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

_CONTACTS = "contacts"


@dataclass(frozen=True)
class Fact:
    """The facts behind one value.

    Attributes
    ----------
    clock
        The column that says when each happened.
    rows
        One dictionary per fact, in the order in which they happened.
    """

    clock: str
    rows: tuple[dict[str, Any], ...]


class Histories:
    """All facts of some customers, and what explains a feature of theirs.

    Parameters
    ----------
    customers
        Ids as they were at the date.
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
            theirs = pl.col("customer_id").is_in(rows["id"].to_list())
            for name in names:
                parts[name].append(self._lake.history(name, int(key[0]), where=theirs))
        return {
            name: pl.concat(rows, how="diagonal_relaxed") if rows else pl.DataFrame()
            for name, rows in parts.items()
        }

    @cached_property
    def _tables(self) -> dict[str, dict[str, pl.DataFrame]]:
        """By customer and table, the history."""
        tables: dict[str, dict[str, pl.DataFrame]] = {}
        for name, rows in self._whole.items():
            owner = pl.col("customer_id").replace(self._owner).alias("_owner")
            for (customer,), own in rows.with_columns(owner).group_by("_owner", maintain_order=True):
                tables.setdefault(str(customer), {})[name] = own.drop("_owner")
            for customer in set(self._owner.values()):
                tables.setdefault(customer, {}).setdefault(name, rows.clear())
        return tables

    def read(self, customer: str, name: str) -> pl.DataFrame:
        """Return the rows of a table of a customer that were known before the list; no rows if there is none."""
        if name == _CONTACTS and self._lake.has(name):
            return self._contacts.filter(pl.col("customer_id") == customer)
        rows = self._tables.get(customer, {}).get(name)
        if rows is None or rows.is_empty():
            return pl.DataFrame()
        return select_as_of(rows, self._links(customer), self._as_of)

    @cached_property
    def _explainer(self) -> Explainer:
        ids = list(self._owner)
        links = self._lake.identity_history
        theirs = links.filter(pl.col("customer_id").is_in(ids) | pl.col("alias").is_in(ids))
        return Explainer({**self._whole, "identities": theirs}, self._as_of, self._company)

    def find_facts(self, customer: str, column: str) -> Fact | None:
        """Return the facts behind a customer's value of a feature; None where the feature is unknown or off."""
        try:
            feature = cut_to_column(column, self._features)
            explanation = self._explainer.explain(customer, feature)
        except SettingsError:
            return None
        stream = find_stream(feature)
        rows = explanation.facts.filter("counts") if "counts" in explanation.facts.columns else explanation.facts
        return Fact(stream.clock, tuple(rows.to_dicts()))

    def list_known_names(self, customer: str) -> list[str | None]:
        """Return what must never stand in a text about a customer: name, phone, e-mail and id."""
        contact = self.read(customer, _CONTACTS)
        named = [name for name in ("name", "phone", "email") if name in contact.columns]
        return [customer, *(value for row in contact.select(named).rows() for value in row)]

    @cached_property
    def _contacts(self) -> pl.DataFrame:
        ids = pl.col("customer_id").is_in(sorted(self._owner))
        return self._lake.read(_CONTACTS, where=ids)

    def _links(self, customer: str) -> pl.DataFrame:
        links = self._lake.identity_history
        own = [alias for alias, owner in self._owner.items() if owner == customer]
        return links.filter(pl.col("customer_id").is_in(own) | pl.col("alias").is_in(own))
