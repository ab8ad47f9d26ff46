"""A change of the lake that is being made: several tables, one commit."""

from __future__ import annotations

from dataclasses import replace as changed
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake import tables
from lealtad.lake.buckets import FACTS_PER_BUCKET, count_buckets, is_outgrown
from lealtad.lake.entries import WHOLE
from lealtad.lake.identities import IDENTITIES, refuse_circles
from lealtad.lake.knowledge import select_in_force
from lealtad.lake.order import KEYS, list_sort_columns, sort_rows
from lealtad.lake.store import Lake

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from lealtad.lake.bucket_files import WrittenBucket


class Draft:
    """Changes to a lake that become visible when the block of `start_draft` ends.

    Each change is written to its Delta table at once; the manifest, which readers follow, comes last. A killed run
    leaves tables ahead of the manifest; the next draft restores them before it writes.
    """

    def __init__(self, lake: Lake) -> None:
        self._before = lake
        self._buckets = lake.manifest.buckets
        self._tables = dict(lake.manifest.tables)
        self._loaded_at, self._settings = lake.manifest.loaded_at, lake.manifest.settings
        self._load = lake.manifest.load
        self._ready: set[str] = set()
        if not lake.manifest.measured:
            self._tables = {name: tables.measure_parts(lake, name, entry) for name, entry in self._tables.items()}
        for name, entry in self._tables.items():
            if entry.files is None:  # written by an older version of lealtad; from now on its files are checked
                self._tables[name] = tables.describe_version(lake.root / name, entry.version, {}, entry)

    @property
    def lake(self) -> Lake:
        """The lake as this draft leaves it so far; after the block, the lake as committed."""
        before = self._before.manifest
        now = changed(before, buckets=self._buckets, tables=dict(self._tables), measured=True)
        now = changed(now, loaded_at=self._loaded_at, settings=self._settings, load=self._load)
        return self._before if now == before else Lake(self._before.root, changed(now, number=before.number + 1))

    def replace(
        self, name: str, frame: pl.DataFrame, bucket: int | None = None, notes: dict[str, str] | None = None
    ) -> None:
        """Replace a table, or one bucket of it, by these rows; unchanged content writes nothing.

        New identities move the rows of the merged customers into one bucket, in every table.

        Parameters
        ----------
        frame
            All versions of all rows, in any order. For a bucket: only its own customers.
        bucket
            None replaces the whole table and its columns. A bucket widens the table by columns that it lacks.
        notes
            What a reader needs to know about how the table was made; None keeps the existing notes.

        Raises
        ------
        DataError
            If identities form a circle.
        LakeError
            If the frame does not fit the table, or the table's files cannot be read.
        """
        if name == IDENTITIES:
            self._replace_identities(frame)
        elif bucket is None:
            self._write_all(name, frame)
        else:
            self._write_bucket(name, bucket, frame)
        if notes is not None:
            self.note(name, notes)

    def append(
        self, name: str, frame: pl.DataFrame, bucket: int | None = None, notes: dict[str, str] | None = None
    ) -> None:
        """Add rows to a table as one more small file; a bucket of many small files becomes one sorted file.

        Parameters
        ----------
        frame
            Rows in any order; columns that the table lacks widen it, null in the rows before.
        bucket
            The bucket of all rows; None finds the bucket of each.
        notes
            As in `replace`, which also names the errors.
        """
        if name == IDENTITIES:
            before = [self.lake.read_stored(name)] if name in self._tables else []
            self._replace_identities(pl.concat([*before, frame], how="diagonal_relaxed"))
        elif name not in self._tables or not frame.is_empty():
            self._add(name, self._place_rows(name, frame, bucket))
        if notes is not None:
            self.note(name, notes)

    def adopt(self, name: str, written: Iterable[WrittenBucket]) -> None:
        """Replace a table by the buckets that workers wrote, all in one version; see `write_bucket_files`.

        Parameters
        ----------
        written
            The buckets in order; an iterator may still be writing them.
        """
        table = self._recover_table(name)
        self._tables[name] = tables.adopt_buckets(table, self._tables.get(name), list(written))

    def note(self, name: str, notes: dict[str, str]) -> None:
        """Replace the notes of a table."""
        self._tables[name] = changed(self._tables[name], notes=dict(notes))

    def forget(self, name: str) -> None:
        """Drop a table, if it exists; its files stay for readers of an older state."""
        if name == IDENTITIES and name in self._tables:
            self._replace_identities(self.lake.read_stored(name).clear())
        self._tables.pop(name, None)

    def note_load(self, moment: datetime, rows: dict[str, Any] | None = None) -> None:
        """Note when the draft's facts were loaded, and how many rows came in; the load time never moves back.

        A load that changes nothing is not noted, unless the lake holds facts that were in the future at the last
        load.
        """
        before = self._before.loaded_at
        ahead = before is not None and any(
            entry.newest is not None and entry.newest > before for entry in self._tables.values()
        )
        changes = self.lake is not self._before
        if changes or ahead:
            self._loaded_at = max(moment, before or moment)
        if changes:
            self._load = {"commit": self._before.number + 1, "rows": rows}

    def note_settings(self, settings: dict[str, Any]) -> None:
        """Note the settings that the features of the lake depend on."""
        self._settings = settings

    def make_room(self, facts: int = 0) -> None:
        """Double the number of buckets until that many more facts fit; each bucket splits into two.

        Leaving the block makes room for what it added. Announce a large load first: an empty lake grows at no
        cost.
        """
        bucketed = [name for name, entry in self._tables.items() if WHOLE not in entry.parts]
        stored = sum(entry.rows for name, entry in self._tables.items() if name in KEYS)
        if not bucketed:
            self._buckets = max(self._buckets, count_buckets(facts))
        while is_outgrown(stored + facts, self._buckets):
            before = range(self._buckets)
            self._buckets *= 2
            for name in bucketed:
                self._move_rows(name, before)

    def finish(self) -> None:
        """Commit the draft, unless nothing changed."""
        self.make_room()
        if self.lake is not self._before:
            root, before = self._before.root, self._before.manifest
            for name, entry in self._tables.items():
                self._tables[name] = tables.finish_version(root / name, before.tables.get(name), entry)
            before.keep(root)
            self.lake.manifest.write(root)

    # identities

    def _replace_identities(self, frame: pl.DataFrame) -> None:
        refuse_circles(select_in_force(frame, None))
        before = self.lake
        self._write_all(IDENTITIES, frame)
        after = self.lake
        named = [rows[side] for rows in (before.identity_history, frame) for side in ("alias", "customer_id")]
        ids = pl.concat(named).unique()
        were, are = before.bucket_of(ids), after.bucket_of(ids)
        emptied = were.filter(were != are).unique().sort()
        for name, entry in list(self._tables.items()):
            if WHOLE not in entry.parts:
                self._move_rows(name, emptied)

    def _move_rows(self, name: str, buckets: Iterable[int]) -> None:
        """Move rows of these buckets that belong to another bucket; one bucket is in memory at a time."""
        homes, moving = self.lake, list[pl.DataFrame]()
        for bucket in buckets:
            rows = self.lake.read_stored(name, bucket)
            leaving = homes.bucket_of(rows["customer_id"]) != bucket
            if leaving.any():
                self.replace(name, rows.filter(~leaving), bucket)
                moving.append(rows.filter(leaving))
            if sum(part.height for part in moving) > FACTS_PER_BUCKET:
                self.append(name, pl.concat(moving, how="diagonal_relaxed"))
                moving.clear()
        if moving:
            self.append(name, pl.concat(moving, how="diagonal_relaxed"))

    # one table

    def _write_all(self, name: str, frame: pl.DataFrame) -> None:
        self._tables[name] = tables.replace_table(
            self._recover_table(name), self._tables.get(name), self._place_rows(name, frame)
        )

    def _write_bucket(self, name: str, bucket: int, frame: pl.DataFrame) -> None:
        table, rows = self._recover_table(name), sort_rows(name, frame)
        entry = self._tables.get(name)
        if entry is None:
            here = rows.with_columns(pl.lit(bucket, pl.Int32).alias("bucket"))
            self._tables[name] = tables.replace_table(table, None, here)
        else:
            self._tables[name] = tables.replace_bucket(table, entry, rows, bucket)

    def _add(self, name: str, placed: pl.DataFrame) -> None:
        table, lake = self._recover_table(name), self.lake
        if name not in self._tables:
            self._tables[name] = tables.replace_table(table, None, placed)
            return
        for bucket, rows in tables.split_by_bucket(placed):
            stored = partial(lake.read_stored, name, None if bucket == WHOLE else bucket)
            self._tables[name] = tables.append_rows(table, self._tables[name], rows, bucket, stored)

    def _place_rows(self, name: str, frame: pl.DataFrame, bucket: int | None = None) -> pl.DataFrame:
        """Return the rows with their bucket, sorted by bucket and in the lake's order within it."""
        if name == IDENTITIES or "customer_id" not in frame.columns:
            return sort_rows(name, frame)
        if bucket is not None:
            return sort_rows(name, frame).with_columns(pl.lit(bucket, pl.Int32).alias("bucket"))
        placed = frame.with_columns(self.lake.bucket_of(frame["customer_id"]))
        return placed.sort("bucket", *list_sort_columns(name, frame.columns), maintain_order=True)

    def _recover_table(self, name: str) -> Path:
        """Return the directory of a table at the manifest's version; changes of a killed run are undone."""
        root = self._before.root
        if name not in self._ready:
            entry = self._before.manifest.tables.get(name)
            tables.recover_table(
                root / name, entry, once_held=entry is None and self._before.manifest.has_ever_had(root, name)
            )
            self._ready.add(name)
        return root / name
