"""Erasing customers from a lake: their buckets are written again without them, in one commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.entries import WHOLE
from lealtad.lake.erasing.notes import carry_notes
from lealtad.lake.erasing.suppression import SUPPRESSED, suppress
from lealtad.lake.identities import IDENTITIES
from lealtad.lake.store import Lake
from lealtad.lake.writing import start_draft

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime
    from pathlib import Path

    from lealtad.lake.draft import Draft

    # from a column name and its texts: which texts name an erased customer
    Match = Callable[[pl.Series, str], pl.Series]
    Blank = Callable[[pl.Series], pl.Series]

_ROWS_OF_SOMEBODY = {"rejected"}  # tables without buckets whose rows belong to a customer


@dataclass
class LakeErasure:
    """What an erasure changed in a lake.

    Attributes
    ----------
    rows
        By table, rows that were removed.
    mentions
        By table, rows of others in which an id was blanked.
    buckets
        Buckets that were written again, over all tables.
    versions
        By table, the version before and after.
    """

    rows: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    buckets: int = 0
    versions: dict[str, tuple[int, int]] = field(default_factory=dict)


def erase_customers(  # noqa: PLR0913 - who, how to recognise them, and what holds them off
    root: Path,
    ids: Collection[str],
    *,
    match: Match,
    blank: Blank,
    hashes: Iterable[str],
    moment: datetime,
) -> LakeErasure:
    """Remove customers from every table of a lake and suppress their ids, in one commit.

    Each of their buckets is overwritten by partition, so that Delta's log names none of them. Features, scores and
    models of other customers stay current.

    Parameters
    ----------
    ids
        All ids of the persons; see `find_people`.
    match
        Returns which texts of a column name one of them, since other customers' rows can mention them.
    blank
        Returns the texts with the ids blanked.
    hashes
        Keyed hashes of the ids; see `suppression`.

    Raises
    ------
    BusyError
        If another run is writing to the lake.
    """
    erasure = LakeErasure()
    with start_draft(Lake.open(root)) as draft:
        before = draft.lake
        erased = pl.Series(sorted(ids), dtype=pl.String)
        for name, entry in before.manifest.tables.items():
            if name in (IDENTITIES, SUPPRESSED):
                continue
            if WHOLE in entry.parts:
                _erase_from_whole(draft, name, erased, match, blank, erasure)
            else:
                _erase_from_buckets(draft, name, erased, match, blank, erasure)
        _erase_identities(draft, erased, erasure)
        suppress(draft, hashes, moment)
        carry_notes(draft, before)
        after = draft.lake
    erasure.versions = {
        name: (version, after.versions[name])
        for name, version in before.versions.items()
        if after.versions.get(name) != version
    }
    return erasure


def _erase_from_buckets(  # noqa: PLR0913, PLR0917 - as above
    draft: Draft, name: str, erased: pl.Series, match: Match, blank: Blank, erasure: LakeErasure
) -> None:
    lake = draft.lake
    homes = set(lake.bucket_of(erased))
    texts = _list_texts(lake, name)
    for bucket in lake.buckets:
        if bucket not in homes and not texts:
            continue
        rows = lake.read_stored(name, bucket)
        others = rows.filter(~pl.col("customer_id").is_in(erased.implode()))
        clean, mentions = _blank_mentions(others, texts, match, blank)
        if others.height < rows.height or mentions:
            draft.replace(name, clean, bucket)
            erasure.rows[name] = erasure.rows.get(name, 0) + rows.height - others.height
            _count(erasure.mentions, name, mentions)
            erasure.buckets += 1


def _erase_from_whole(  # noqa: PLR0913, PLR0917 - as above
    draft: Draft, name: str, erased: pl.Series, match: Match, blank: Blank, erasure: LakeErasure
) -> None:
    rows = draft.lake.read_stored(name)
    texts = [column for column, dtype in rows.schema.items() if dtype == pl.String]
    others = rows
    if "customer_id" in rows.columns:
        others = rows.filter(~pl.col("customer_id").is_in(erased.implode()))
    if name in _ROWS_OF_SOMEBODY:
        for column in texts:
            others = others.filter(~match(others[column], column))
    clean, mentions = _blank_mentions(others, texts, match, blank)
    if others.height < rows.height or mentions:
        draft.replace(name, clean)
        _count(erasure.rows, name, rows.height - others.height)
        _count(erasure.mentions, name, mentions)


def _erase_identities(draft: Draft, erased: pl.Series, erasure: LakeErasure) -> None:
    if not draft.lake.has(IDENTITIES):
        return
    rows = draft.lake.read_stored(IDENTITIES)
    named = pl.col("alias").is_in(erased.implode()) | pl.col("customer_id").is_in(erased.implode())
    others = rows.filter(~named)
    if others.height < rows.height:
        draft.replace(IDENTITIES, others)
        erasure.rows[IDENTITIES] = rows.height - others.height


def _blank_mentions(rows: pl.DataFrame, texts: list[str], match: Match, blank: Blank) -> tuple[pl.DataFrame, int]:
    """Return the rows with ids blanked in their texts, and the number of values that had one."""
    mentions = 0
    for column in texts:
        named = match(rows[column], column)
        if named.any():
            places = named.arg_true()
            rows = rows.with_columns(rows[column].scatter(places, blank(rows[column].gather(places))))
            mentions += places.len()
    return rows, mentions


def _list_texts(lake: Lake, name: str) -> list[str]:
    """Return the columns of a table in which another customer's id could stand."""
    from lealtad.lake import delta

    schema = delta.read_columns(lake.root / name, lake.manifest.tables[name])
    return [column for column, dtype in schema.items() if dtype == pl.String and column != "customer_id"]


def _count(counts: dict[str, int], name: str, number: int) -> None:
    if number:
        counts[name] = counts.get(name, 0) + number
