"""Customers at the time when a campaign assigned them: features and outcomes at the dates of the assignments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features import CATALOG, CompanyProfile, build_catalog, compute_features
from lealtad.examples.features.catalog import list_excluded_columns
from lealtad.examples.features.storage.reading import add_words, find_available_in, read_bucket
from lealtad.examples.outcomes.outcomes import check_tables, compute_table_outcomes
from lealtad.lake import find_homes
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.features import Feature
    from lealtad.lake import Lake

_MOST_ROWS = 20_000  # customers × dates that are computed at once


@dataclass(frozen=True)
class AssignedCustomers:
    """The assignments of a lake whose outcome is known.

    Parameters
    ----------
    company
        Its promises, hours and own features; None for a company without any.
    """

    lake: Lake
    definition: ModelDefinition
    company: CompanyProfile | None = None

    def compute_rows(self, bucket: int) -> Iterator[pl.DataFrame]:
        """Yield the customers of a bucket on the days on which campaigns assigned them, a few days at a time.

        Returns
        -------
        `customer_id, as_of` (the midnight before the assignment), `observed` and the features that the definition
        allows; without customers who could not be scored then.
        """
        here = self._assignments.filter(self.lake.bucket_of(self._assignments["customer_id"]) == bucket)
        if here.is_empty():
            return
        features = self._keep_people(read_bucket(self.lake, bucket, self._catalog), here)
        label = self.definition.label
        names = (*label.tables, *(name for name in label.beside if self.lake.has(name)))
        facts = self._keep_people({name: self.lake.history(name, bucket) for name in names}, here)
        for part in _split_by_days(here):
            dates, index = part["as_of"].unique().sort().to_list(), ["customer_id", "as_of"]
            labelled = compute_table_outcomes(facts, dates, label, self._end_of_data, self.lake.identity_history)
            scorable = (
                labelled.filter(pl.col("missing").is_null()).drop("missing").join(part, on=index, how="semi")
            )
            computed = compute_features(features, dates, self._catalog, self._complete_company)
            allowed = computed.drop(list_excluded_columns(self.definition.families), strict=False)
            yield scorable.join(allowed, on=index).sort(index)

    @cached_property
    def _assignments(self) -> pl.DataFrame:
        """Customers and days of all campaign assignments whose outcome is known."""
        check_tables(self.lake, self.definition.label)
        assignments = self.lake.read("interventions", columns=["customer_id", "assigned_at"])
        last = self.definition.timeline(self._end_of_data).list_dates_with_outcome(1)[0]
        days = assignments.select("customer_id", pl.col("assigned_at").dt.truncate("1d").alias("as_of"))
        return days.filter(pl.col("as_of") <= last).unique().sort("as_of", "customer_id")

    @cached_property
    def _end_of_data(self) -> datetime:
        return find_end_of_data(self.lake)

    @cached_property
    def _complete_company(self) -> CompanyProfile:
        return add_words(self.lake, self.company or CompanyProfile())

    @cached_property
    def _catalog(self) -> Sequence[Feature]:
        return find_available_in(
            self.lake, CATALOG if self.company is None else build_catalog(self.company), self._complete_company
        )

    def _keep_people(self, tables: dict[str, pl.DataFrame], here: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Keep the rows of some customers, under any of their ids."""
        tied = find_homes(self.lake.identity_history)
        home = pl.col("customer_id").replace(tied["id"], tied["home"])
        people = here.select(home.unique())["customer_id"]
        return {
            name: rows.filter(home.is_in(people.implode())) if name != "identities" else rows
            for name, rows in tables.items()
        }


def _split_by_days(assignments: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Split assignments into runs of days so that customers × days stays small."""
    first, distinct = 0, set[str]()
    by_day = assignments.group_by("as_of", maintain_order=True).agg("customer_id")
    ends = [0]
    for place, customers in enumerate(by_day["customer_id"].to_list()):
        distinct |= set(customers)
        if place > first and len(distinct) * (place - first + 1) > _MOST_ROWS:
            ends.append(place)
            first, distinct = place, set(customers)
    for begin, end in pairwise([*ends, by_day.height]):
        yield by_day[begin:end].explode("customer_id").select("customer_id", "as_of")
