"""Delta tables partitioned by customer bucket, and one manifest that lists the versions that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lealtad.lake import delta
from lealtad.lake.buckets import assign_buckets, count_buckets
from lealtad.lake.identities import IDENTITIES, NO_IDENTITIES, find_homes
from lealtad.lake.knowledge import add_clocks, merge_customers, replace_aliases, resolve_people, select_in_force
from lealtad.lake.manifest import NAME, Manifest
from lealtad.lake.newest import find_newest
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.place import locate_lake
from lealtad.lake.order import VERSIONED
from lealtad.lake.reading import read_rows
from lealtad.lake.request import check_place, check_request, find_entry, list_needed, select_rows
from lealtad.sources.contract.tables import CONTACTS, CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from lealtad.lake.entries import Entry


@dataclass(frozen=True)
class Lake:
    """A lake as it was when it was opened; a commit returns the lake after it.

    Readers see the versions of the manifest that they opened. A run that commits in the meantime, or is killed
    during its commit, changes nothing for them.
    """

    root: Path
    manifest: Manifest

    @classmethod
    def open(cls, root: Path | str, commit: int | None = None, options: Mapping[str, str] | None = None) -> Lake:
        """Open the lake at `root`, in its current state or in that of an earlier commit.

        Parameters
        ----------
        root
            The folder, such as `reports/demo/lake`, or an address such as `s3://acme/lake`.
        commit
            The number of an earlier commit; see `number`.
        options
            Options of the store, such as `endpoint`, secrets as `${NAME}` references; None: the environment's.

        Raises
        ------
        LakeError, DamageError, StoreError
            If there is no lake or no such commit; if its manifest was altered; if the store does not answer.
        """
        root = locate_lake(root, options)
        manifest = Manifest.read(root, commit)
        if commit is None and manifest.thinned and isinstance(root, Address):
            from lealtad.lake.object_store.chunks import forget_thinned  # needed only for addresses

            forget_thinned(root, manifest.thinned, manifest.list_paths())
        return cls(root, manifest)

    @classmethod
    def open_or_new(cls, root: Path | str, facts: int) -> Lake:
        """Open the lake at `root`, or return an empty one sized for that many facts, without writing anything.

        Parameters
        ----------
        facts
            Approximate number of rows of a new lake: it gets one bucket per 2 million.

        Raises
        ------
        LakeError
            If `root` exists and is neither a lake nor an empty directory.
        """
        root = locate_lake(root)
        if (root / NAME).is_file():
            return cls.open(root)
        check_place(root)
        return cls(root, Manifest(count_buckets(facts)))

    # reading

    def read(
        self,
        name: str,
        bucket: int | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
        as_of: datetime | None = None,
    ) -> pl.DataFrame:
        """Read a table, or one bucket of it, sorted by customer and `known_at`.

        A table of the contract gives the versions in force, with aliases replaced by the customers they stand for.
        A merged customer's attributes are those of the remaining id, if it has any. Other tables (features,
        scores, rejected rows) are read as stored.

        Parameters
        ----------
        columns
            Read only these columns; optional ones of the contract that the company lacks are skipped. None reads
            all.
        where
            Read only the rows for which this expression holds. It may use columns that are not returned, and sees
            `customer_id` with aliases replaced.
        as_of
            Read what was known before this UTC instant, with the identities of that time; None: what is known now.

        Raises
        ------
        LakeError
            If the lake has no such table, no such column or bucket, or its files cannot be read.
        DamageError
            If a file to be read was altered.
        """
        check_request(self, name, bucket, columns)

        def plan(rows: pl.LazyFrame) -> pl.LazyFrame:
            if name in VERSIONED:
                rows = select_in_force(rows, as_of)
            if name in VERSIONED - {IDENTITIES}:
                merge = merge_customers if name in (CUSTOMERS.name, CONTACTS.name) else replace_aliases
                rows = merge(rows, resolve_people(self.identity_history, as_of) if as_of else self._people_now)
            return select_rows(rows, columns, where)

        return self._collect(name, bucket, plan, list_needed(columns, where))

    def history(
        self,
        name: str,
        bucket: int | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Read every version of every row, under its original id, sorted by customer and `known_at`.

        A version was in force from `known_at` on, until `superseded_at` (null: it still is). Columns `known_at`
        and `superseded_at` are always there. For the parameters and errors see `read`.
        """
        check_request(self, name, bucket, columns)
        wanted = None if columns is None else [*columns, "known_at", "superseded_at"]
        return self._collect(
            name, bucket, lambda rows: select_rows(add_clocks(rows), wanted, where), list_needed(columns, where)
        )

    @property
    def identities(self) -> pl.DataFrame:
        """The identities in force now: `alias, customer_id, valid_from`; no rows if nobody has an alias."""
        return select_in_force(self.identity_history, None).select(NO_IDENTITIES.columns)

    @cached_property
    def identity_history(self) -> pl.DataFrame:
        """Every version of the identities, whatever its date."""
        return self.history(IDENTITIES) if self.has(IDENTITIES) else NO_IDENTITIES

    def read_stored(self, name: str, bucket: int | None = None) -> pl.DataFrame:
        """Read every row exactly as it was written, for code that rewrites the table."""
        return self._collect(name, bucket, lambda rows: rows)

    def bucket_of(self, customer_ids: pl.Series) -> pl.Series:
        """Return each customer's bucket, an integer from 0; all ids of a merged person share one."""
        return assign_buckets(customer_ids, self.manifest.buckets, self._homes)

    def is_bucketed(self, name: str) -> bool:
        """Return whether a table is stored by customer bucket."""
        return delta.is_bucketed(self.root / name, self._entry(name))

    def has(self, name: str) -> bool:
        """Return whether the lake holds a table of that name."""
        return name in self.manifest.tables

    def columns(self, name: str) -> set[str]:
        """Return the names of a table's columns."""
        return set(delta.read_columns(self.root / name, self._entry(name)))

    def notes(self, name: str) -> dict[str, str]:
        """Return the notes of a table; an empty mapping if the lake has no such table."""
        entry = self.manifest.tables.get(name)
        return dict(entry.notes) if entry else {}

    def newest(self, name: str) -> datetime | None:
        """Return when the newest fact of a table was known, of those that had happened by the load.

        Corrections of older facts do not count.
        """
        if name not in self._newest:
            self._entry(name)
            self._newest[name] = find_newest(
                self.manifest, name, lambda bucket, columns: self.history(name, bucket, columns=columns)
            )
        return self._newest[name]

    @property
    def loaded_at(self) -> datetime | None:
        """When the facts were last loaded (UTC), which bounds the end of the data; None if no load wrote them."""
        return self.manifest.loaded_at

    @property
    def settings(self) -> dict[str, Any] | None:
        """The settings with which its features were computed; None: unknown."""
        return self.manifest.settings

    @property
    def buckets(self) -> range:
        """The buckets of the lake."""
        return range(self.manifest.buckets)

    @property
    def versions(self) -> dict[str, int]:
        """The version of each table."""
        return {name: entry.version for name, entry in sorted(self.manifest.tables.items())}

    @property
    def number(self) -> int:
        """The number of the commit; `Lake.open(root, commit=number)` opens this state again."""
        return self.manifest.number

    @cached_property
    def _newest(self) -> dict[str, datetime | None]:
        return {}

    @cached_property
    def _people_now(self) -> pl.DataFrame:
        return resolve_people(self.identity_history)

    @cached_property
    def _homes(self) -> pl.DataFrame:
        return find_homes(self.identity_history)

    def _entry(self, name: str) -> Entry:
        return find_entry(self.root, self.manifest, name)

    def _collect(
        self,
        name: str,
        bucket: int | None,
        plan: Callable[[pl.LazyFrame], pl.LazyFrame],
        needed: frozenset[str] | None = None,
    ) -> pl.DataFrame:
        return read_rows(self.root, self.manifest, name, bucket, plan, needed)
