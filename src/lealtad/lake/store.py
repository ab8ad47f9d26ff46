"""Delta tables partitioned by customer bucket, and one manifest that says which versions belong together."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from lealtad.base.errors import BusyError, LakeError, suggest_name
from lealtad.lake import delta
from lealtad.lake.buckets import assign_buckets, count_buckets
from lealtad.lake.identities import IDENTITIES, NO_IDENTITIES, find_homes
from lealtad.lake.knowledge import add_clocks, merge_customers, replace_aliases, resolve_people, select_in_force
from lealtad.lake.manifest import NAME, PAST, WHOLE, Entry, Manifest
from lealtad.lake.order import VERSIONED, sort_rows
from lealtad.lake.parts import FACTS, find_newest_fact
from lealtad.sources.contract.tables import CONTACTS, CUSTOMERS, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from lealtad.lake.draft import Draft
    from lealtad.lake.manifest import Part

_LOCK = ".lock"
_OPTIONAL = {table.name: table.names for table in TABLES}
_CLOCKS = {"known_at", "superseded_at", "source_zone"}
_MISREAD = set("%[]\\")
_BEFORE_THE_FIRST_COMMIT = {_LOCK, PAST, f"{NAME}.new"}


@dataclass(frozen=True)
class Lake:
    """A lake as it stood when it was opened; a commit returns the lake as it stands then.

    Readers see the versions of the manifest they opened, so a run that commits meanwhile, or one that was
    killed half-way through its commit, changes nothing under them.
    """

    root: Path
    manifest: Manifest

    @classmethod
    def open(cls, root: Path | str, commit: int | None = None) -> Lake:
        """Open the lake at `root`, as it is or as an earlier commit left it.

        Raises
        ------
        LakeError
            If there is none, it has no such commit, or its manifest cannot be read.
        """
        root = Path(root)
        return cls(root, Manifest.read(root, commit))

    @classmethod
    def open_or_new(cls, root: Path | str, facts: int) -> Lake:
        """Open the lake at `root`, or think of an empty one sized for that many facts (nothing is written).

        Raises
        ------
        LakeError
            If `root` is something else than a lake, an empty directory or nothing.
        """
        root = Path(root)
        if (root / NAME).exists():
            return cls.open(root)
        if root.exists() and (
            not root.is_dir() or {path.name for path in root.iterdir()} - _BEFORE_THE_FIRST_COMMIT
        ):
            raise LakeError(
                path=root,
                expected="a lake, an empty directory or nothing",
                found="files that are no lake" if root.is_dir() else "a file",
                fix="Name another directory with --out; nothing was written.",
            )
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

        Of a table of the contract: the versions in force, under the ids that the identities lead to; a merged
        customer's attributes are those of the surviving id, if it has any. Other tables (features, scores,
        rejected rows) are simply read.

        Parameters
        ----------
        columns
            Read only these columns; optional ones of the contract that the company lacks are passed over. None
            reads all.
        where
            Read only the rows for which this holds; it may speak of columns that are not returned, and sees a
            `customer_id` after the identities were applied.
        as_of
            Read what was known before this UTC instant, with the identities of then; None: what is known now.

        Raises
        ------
        LakeError
            If the lake has no such table, no such column or bucket, or its files cannot be read.
        """
        self._check_asked(name, bucket, columns)

        def plan(rows: pl.LazyFrame) -> pl.LazyFrame:
            if name in VERSIONED:
                rows = select_in_force(rows, as_of)
            if name in VERSIONED - {IDENTITIES}:
                merge = merge_customers if name in (CUSTOMERS.name, CONTACTS.name) else replace_aliases
                rows = merge(rows, self._people(as_of))
            return _select_rows(rows, columns, where)

        return self._collect(name, bucket, plan)

    def history(
        self,
        name: str,
        bucket: int | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Read every version of every row, under the ids they came with, sorted by customer and `known_at`.

        A version was in force from `known_at` on, until `superseded_at` (null: it still is). Columns `known_at`
        and `superseded_at` are always there. For the parameters and errors see `read`.
        """
        self._check_asked(name, bucket, columns)
        wanted = None if columns is None else [*columns, "known_at", "superseded_at"]
        return self._collect(name, bucket, lambda rows: _select_rows(add_clocks(rows), wanted, where))

    @property
    def identities(self) -> pl.DataFrame:
        """Who is who, as it stands now: `alias, customer_id, valid_from`; no rows if nobody has an alias."""
        return select_in_force(self.identity_history, None).select(NO_IDENTITIES.columns)

    @cached_property
    def identity_history(self) -> pl.DataFrame:
        """Every version of the identities, whatever its date."""
        return self.history(IDENTITIES) if self.has(IDENTITIES) else NO_IDENTITIES

    def read_stored(self, name: str, bucket: int | None = None) -> pl.DataFrame:
        """Read every row just as it was written, for whoever writes the table anew."""
        return self._collect(name, bucket, lambda rows: rows)

    def bucket_of(self, customer_ids: pl.Series) -> pl.Series:
        """Return the bucket that each customer's rows lie in; all ids of a merged person share one."""
        return assign_buckets(customer_ids, self.manifest.buckets, self._homes)

    # what is there

    def is_bucketed(self, name: str) -> bool:
        """Say whether a table is stored by customer bucket."""
        return delta.is_bucketed(self.root / name, self._entry(name).version)

    def has(self, name: str) -> bool:
        """Say whether the lake holds a table of that name."""
        return name in self.manifest.tables

    def columns(self, name: str) -> set[str]:
        """Return the names of a table's columns."""
        return set(delta.read_columns(self.root / name, self._entry(name).version))

    def notes(self, name: str) -> dict[str, str]:
        """Return what was noted when a table was written; nothing if the lake has no such table."""
        entry = self.manifest.tables.get(name)
        return dict(entry.notes) if entry else {}

    def newest(self, name: str) -> datetime | None:
        """Return when the newest fact of a table was known, of those that had happened by the load.

        Corrections of older facts do not count.
        """
        if name not in self._newest:
            parts = self._entry(name).parts.items()
            known = [self._newest_of(name, bucket, part) for bucket, part in parts]
            self._newest[name] = max((one for one in known if one is not None), default=None)
        return self._newest[name]

    @property
    def loaded_at(self) -> datetime | None:
        """When the facts were loaded last (UTC), which bounds the end of the data; None: no load wrote them."""
        return self.manifest.loaded_at

    @property
    def settings(self) -> dict[str, Any] | None:
        """What its features rest on beside the facts; None: nobody said."""
        return self.manifest.settings

    @property
    def buckets(self) -> range:
        """The buckets of the lake."""
        return range(self.manifest.buckets)

    @property
    def versions(self) -> dict[str, int]:
        """The version at which each table stands."""
        return {name: entry.version for name, entry in sorted(self.manifest.tables.items())}

    @property
    def number(self) -> int:
        """The number of the commit, by which this state can be opened again."""
        return self.manifest.number

    # writing

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Change several tables at once: leaving the block commits them all, an exception none.

        The draft starts from the lake as it is on disk by then, not as it was when this object was opened.

        Raises
        ------
        BusyError
            If another run is writing to the lake.
        LakeError
            If the manifest cannot be read, or the path has a character that would be misread.
        """
        from lealtad.lake.draft import Draft  # a draft is made of lakes

        self._require_plain_path()
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(self.root / _LOCK, timeout=0)
            lock.acquire()
        except Timeout:
            raise BusyError(path=self.root, what="lake", fix="Wait until it ends, then try again.") from None
        try:
            if not (self.root / NAME).exists():
                # first of all the directory becomes a lake, so that a load which dies can be done again
                self.manifest.write(self.root)
            draft = Draft(Lake.open(self.root))
            yield draft
            draft.finish()
        finally:
            lock.release()

    def commit(
        self,
        frames: Mapping[str, pl.DataFrame],
        notes: Mapping[str, dict[str, str]] | None = None,
        forget: Iterable[str] = (),
    ) -> Lake:
        """Replace the named tables with these frames, all of them or none; the same content writes nothing.

        Parameters
        ----------
        frames
            By table name; a frame with `customer_id` is stored by bucket, sorted by customer and `known_at`.
        notes
            By table name: what a reader needs to know of how the table was made.
        forget
            Tables that the lake holds no longer; their files stay for whoever reads an older state.

        Raises
        ------
        BusyError
            If another run is writing to the lake.
        """
        with self.writing() as draft:
            for name in forget:
                draft.forget(name)
            for name, frame in frames.items():
                draft.replace(name, frame, notes=(notes or {}).get(name, {}))
        return draft.lake

    @cached_property
    def _newest(self) -> dict[str, datetime | None]:
        return {}

    def _newest_of(self, name: str, bucket: int, part: Part) -> datetime | None:
        """Return when the newest fact of a part was known; the rows are read where one lies ahead of the load."""
        newest = datetime.fromisoformat(part.newest) if part.newest else None
        ahead = newest is not None and self.loaded_at is not None and newest > self.loaded_at
        if self.manifest.measured and not ahead:
            return newest
        if name not in FACTS:
            return None
        table = FACTS[name]
        clocks = [*table.key, str(table.event_time), "recorded_at"]
        rows = self.history(name, None if bucket == WHOLE else bucket, columns=clocks)
        return find_newest_fact(name, rows, self.loaded_at)

    def _require_plain_path(self) -> None:
        """Refuse a directory that the writer of Delta tables would take for another one."""
        found = sorted(_MISREAD & set(str(self.root.resolve())))
        if found:
            raise LakeError(
                path=self.root,
                expected=f"a path without {' '.join(sorted(_MISREAD))}",
                found=f"one with {' '.join(found)}",
                fix="Name another directory with --out; nothing was written.",
            )

    def _people(self, as_of: datetime | None) -> pl.DataFrame:
        return self._people_now if as_of is None else resolve_people(self.identity_history, as_of)

    @cached_property
    def _people_now(self) -> pl.DataFrame:
        return resolve_people(self.identity_history)

    @cached_property
    def _homes(self) -> pl.DataFrame:
        return find_homes(self.identity_history)

    def _entry(self, name: str) -> Entry:
        entry = self.manifest.tables.get(name)
        if entry is None:
            raise LakeError(
                path=self.root,
                expected=f"a table '{name}'",
                found=f"only {', '.join(sorted(self.manifest.tables)) or 'no tables'}",
                fix="Run the job that writes it first.",
            )
        return entry

    def _check_asked(self, name: str, bucket: int | None, columns: Sequence[str] | None) -> None:
        """Refuse a column or a bucket that this table cannot have."""
        if bucket is not None and bucket not in self.buckets:
            raise LakeError(
                path=self.root,
                expected=f"a bucket from 0 to {self.buckets[-1]}",
                found=str(bucket),
                fix="Leave bucket out to read all.",
            )
        if columns is None:
            return
        possible = self.columns(name) | set(_OPTIONAL.get(name, ())) | _CLOCKS
        for column in columns:
            if column not in possible:
                raise LakeError(
                    path=self.root,
                    expected=f"columns of table '{name}'",
                    found=f"'{column}'",
                    fix=suggest_name(column, sorted(possible)),
                )

    def _collect(
        self, name: str, bucket: int | None, plan: Callable[[pl.LazyFrame], pl.LazyFrame]
    ) -> pl.DataFrame:
        version = self._entry(name).version
        try:
            return sort_rows(name, plan(delta.scan(self.root / name, version, bucket)).collect())
        except delta.BROKEN as error:
            raise LakeError(
                path=self.root,
                expected=f"readable files of table '{name}' version {version}",
                found=str(error).splitlines()[0],
                fix="Ingest again into a new directory, or restore the lake from a backup.",
            ) from error


def _select_rows(rows: pl.LazyFrame, columns: Sequence[str] | None, where: pl.Expr | None) -> pl.LazyFrame:
    if where is not None:
        rows = rows.filter(where)
    if columns is None:
        return rows
    given = rows.collect_schema().names()
    return rows.select(column for column in dict.fromkeys(columns) if column in given)
