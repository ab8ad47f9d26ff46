"""Delta tables partitioned by customer bucket, and one manifest that says which versions belong together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from lealtad.contract import TABLES
from lealtad.errors import LakeError
from lealtad.lake.buckets import bucket_count, buckets_of
from lealtad.lake.content import content_hash
from lealtad.lake.manifest import NAME, Entry, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ROWS_AT_A_TIME = 100_000
_KEYS = {table.name: table.key for table in TABLES}


@dataclass(frozen=True)
class Lake:
    """A lake as it stood when it was opened; a commit returns the lake as it stands then.

    Readers see the versions of the manifest they opened, so a run that commits meanwhile, or one that was
    killed half-way through its commit, changes nothing under them.
    """

    root: Path
    manifest: Manifest

    @classmethod
    def open(cls, root: Path | str) -> Lake:
        """Open the lake at `root`.

        Raises
        ------
        LakeError
            If there is none, or its manifest cannot be read.
        """
        root = Path(root)
        return cls(root, Manifest.read(root))

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
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise LakeError(
                path=root,
                expected="a lake, an empty directory or nothing",
                found="files that are no lake" if root.is_dir() else "a file",
                mend="Name another directory with --out; nothing was written.",
            )
        return cls(root, Manifest(bucket_count(facts)))

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
        """
        if not (self.root / NAME).exists():
            # first of all the directory becomes a lake, so that a load which dies can be done again
            self.root.mkdir(parents=True, exist_ok=True)
            self.manifest.write(self.root)
        gone = set(forget)
        entries = {name: entry for name, entry in self.manifest.tables.items() if name not in gone}
        for name, frame in frames.items():
            rows = _sorted(name, frame)
            said = (notes or {}).get(name, {})
            content = content_hash(rows)
            old = entries.get(name)
            if old is None or old.content != content:
                entries[name] = Entry(self._write(name, rows), rows.height, content, said)
            elif old.notes != said:
                entries[name] = Entry(old.version, old.rows, content, said)
        manifest = Manifest(self.manifest.buckets, entries)
        if manifest != self.manifest:
            manifest.write(self.root)
        return Lake(self.root, manifest)

    def read(
        self,
        name: str,
        bucket: int | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Read a table, or one bucket of it, sorted by customer and `known_at`.

        Parameters
        ----------
        columns
            Read only those of these columns that the table has; None reads all.
        where
            Read only the rows for which this holds; it may speak of columns that are not returned.

        Raises
        ------
        LakeError
            If the lake has no such table, or its files cannot be read.
        """
        entry = self.manifest.tables.get(name)
        if entry is None:
            raise LakeError(
                path=self.root,
                expected=f"a table '{name}'",
                found=f"only {', '.join(sorted(self.manifest.tables)) or 'no tables'}",
                mend="Run the job that writes it first.",
            )
        try:
            rows = pl.scan_delta(str(self.root / name), version=entry.version)
            if bucket is not None:
                rows = rows.filter(pl.col("bucket") == bucket)
            if where is not None:
                rows = rows.filter(where)
            if columns is not None:
                given = rows.collect_schema().names()
                rows = rows.select(column for column in columns if column in given)
            return _sorted(name, rows.drop("bucket", strict=False).collect())
        except (DeltaError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            raise LakeError(
                path=self.root,
                expected=f"readable files of table '{name}' version {entry.version}",
                found=str(error).splitlines()[0],
                mend="Ingest again into a new directory, or restore the lake from a backup.",
            ) from error

    def has(self, name: str) -> bool:
        """Say whether the lake holds a table of that name."""
        return name in self.manifest.tables

    def columns(self, name: str) -> set[str]:
        """Return the names of a table's columns."""
        version = self.manifest.tables[name].version
        return set(pl.scan_delta(str(self.root / name), version=version).collect_schema().names())

    def notes(self, name: str) -> dict[str, str]:
        """Return what was noted when a table was written; nothing if the lake has no such table."""
        entry = self.manifest.tables.get(name)
        return dict(entry.notes) if entry else {}

    @property
    def buckets(self) -> range:
        """The buckets of the lake."""
        return range(self.manifest.buckets)

    @property
    def versions(self) -> dict[str, int]:
        """The version at which each table stands."""
        return {name: entry.version for name, entry in sorted(self.manifest.tables.items())}

    def _write(self, name: str, rows: pl.DataFrame) -> int:
        where = str(self.root / name)
        partition = None
        if "customer_id" in rows.columns:
            rows = rows.with_columns(buckets_of(rows["customer_id"], self.manifest.buckets))
            partition = ["bucket"]
        Path(where).mkdir(parents=True, exist_ok=True)
        write_deltalake(where, _batches(rows), mode="overwrite", schema_mode="overwrite", partition_by=partition)
        return DeltaTable(where).version()


def _batches(rows: pl.DataFrame) -> pa.RecordBatchReader:
    """Hand the rows over a slice at a time: as one table they would stand in memory twice more."""
    slices = (batch for part in rows.iter_slices(_ROWS_AT_A_TIME) for batch in part.to_arrow().to_batches())
    return pa.RecordBatchReader.from_batches(rows.head(0).to_arrow().schema, slices)


def _sorted(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    order = ["customer_id", "known_at", "as_of", *_KEYS.get(name, ())]
    present = [column for column in dict.fromkeys(order) if column in rows.columns]
    return rows.sort(present, maintain_order=True) if present else rows
