"""Suppression: keyed hashes of erased ids, so that no later load brings the customers back.

The lake keeps the hashes but not the key, so the lake alone does not reveal who was erased.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.base.instants import INSTANT
from lealtad.base.private_files import write_private
from lealtad.base.syncing import sync

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from lealtad.lake.draft import Draft
    from lealtad.lake.store import Lake
    from lealtad.sources.contract import Table

SUPPRESSED = "suppressed"
SCHEMA = pl.Schema({"hash": pl.String(), "erased_at": INSTANT, "readmitted_at": INSTANT})
KEY_FILE = "suppression.key"
_BYTES = 32
ERASED = "[erased]"
_FREE_TEXTS = {"comment", "subject", "text"}
_WORDS = (re.compile(r"[^\W_]+"), re.compile(r"[^\W_]+(?:[-_.@:][^\W_]+)+"))
_IDENTITIES, _CUSTOMERS = "identities", "customers"


def read_key(out: Path) -> bytes | None:
    """Return the suppression key of a run directory; None if nobody was ever erased there."""
    path = out / KEY_FILE
    return bytes.fromhex(path.read_text().strip()) if path.is_file() else None


def make_key(out: Path) -> bytes:
    """Return the suppression key of a run directory; the first call draws it at random.

    Keep a copy of the file: without it nothing can be loaded into a lake that holds erased customers.
    """
    key = read_key(out)
    if key is None:
        key = secrets.token_bytes(_BYTES)
        write_private(out / KEY_FILE, key.hex() + "\n")
        sync(out / KEY_FILE)
        sync(out)
    return key


def hash_id(key: bytes, customer_id: str) -> str:
    """Return the keyed hash of an id: HMAC-SHA256.

    Examples
    --------
    >>> hash_id(b"key", "C1")[:8]
    '2ce4e935'
    """
    return hmac.new(key, customer_id.encode(), hashlib.sha256).hexdigest()


class Suppression:
    """The ids that must not be loaded, as hashes.

    Attributes
    ----------
    new
        Hashes that this load adds: ids that an identity ties to an erased customer.
    """

    def __init__(self, key: bytes, stored: pl.DataFrame, lake: Lake | None = None) -> None:
        self._key, self._lake = key, lake
        self._stored = dict(stored.select("hash", "readmitted_at").iter_rows())
        self.new: list[str] = []

    def find_suppressed(self, table: Table, rows: pl.DataFrame) -> pl.Series:
        """Return a mask of the rows of erased customers, which must not be loaded.

        After `readmit`, facts from that moment on are loaded; earlier ones stay out.

        Parameters
        ----------
        rows
            In the contract's types.
        """
        if not self._stored or not (columns := self._list_id_columns(table, rows)):
            return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
        if table.name == _IDENTITIES:
            self._follow_identities(rows)
        suppressed = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
        for column in columns:
            until = self._find_bounds(rows[column])
            is_early = pl.lit(value=False)
            if table.event_time in rows.columns:
                is_early = pl.col(str(table.event_time)) < pl.col("until")
            bound = rows.with_columns(until)
            suppressed |= bound.select(
                pl.col("erased") & (pl.col("until").is_null() | is_early).fill_null(value=True)
            )["erased"]
        return suppressed

    def blank(self, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows of other customers with erased ids blanked, such as a referrer's id or a text."""
        if not self._stored:
            return rows
        for name, dtype in rows.schema.items():
            if dtype == pl.String and name in _FREE_TEXTS:
                rows = rows.with_columns(self._blank_words(rows[name]))
            elif dtype == pl.String and table.name == _CUSTOMERS and name != "customer_id":
                bounds = self._find_bounds(rows[name])
                named = bounds["erased"] & bounds["until"].is_null()
                rows = rows.with_columns(pl.when(~named).then(pl.col(name)).alias(name)) if named.any() else rows
        return rows

    def _blank_words(self, texts: pl.Series) -> pl.Series:
        words = {word for text in texts.drop_nulls().to_list() for form in _WORDS for word in form.findall(text)}
        erased = sorted(filter(self._is_erased, words), key=len, reverse=True)
        if not erased:
            return texts
        pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, erased))})(?![^\W_])")
        clean = [None if text is None else pattern.sub(ERASED, text) for text in texts.to_list()]
        return pl.Series(texts.name, clean, dtype=pl.String)

    def store(self, draft: Draft, moment: datetime) -> None:
        """Add the hashes of ids that turned out to belong to erased customers."""
        if self.new:
            draft.append(SUPPRESSED, make_rows(self.new, moment))

    def _list_id_columns(self, table: Table, rows: pl.DataFrame) -> list[str]:
        wanted = ("alias", "customer_id") if table.name == _IDENTITIES else ("customer_id",)
        return [name for name in wanted if name in rows.columns]

    def _find_bounds(self, ids: pl.Series) -> pl.DataFrame:
        """Return for each id whether it was erased, and until when its facts stay out: `erased, until`."""
        unique = ids.drop_nulls().unique().to_list()
        hashes = {each: hash_id(self._key, each) for each in unique}
        erased = {each: self._stored[number] for each, number in hashes.items() if number in self._stored}
        matches = pl.DataFrame(
            {"id": list(erased), "until": list(erased.values())}, schema={"id": pl.String, "until": INSTANT}
        ).with_columns(erased=pl.lit(value=True))
        bounds = pl.DataFrame({"id": ids.cast(pl.String)}).join(
            matches, on="id", how="left", maintain_order="left"
        )
        return bounds.select(pl.col("erased").fill_null(value=False), "until")

    def _follow_identities(self, rows: pl.DataFrame) -> None:
        """Suppress the other id of an identity too, unless the lake holds it as a customer of its own."""
        pairs = rows.select("alias", "customer_id").drop_nulls().rows()
        while True:
            sides = {
                other
                for pair in pairs
                for side, other in (pair, pair[::-1])
                if self._is_erased(side) and not self._is_stored(other)
            }
            others = sorted(sides - self._find_customers(sides))
            if not others:
                return
            for each in others:
                self._stored[hash_id(self._key, each)] = None
                self.new.append(hash_id(self._key, each))

    def _is_erased(self, customer_id: str) -> bool:
        return self._stored.get(hash_id(self._key, customer_id), ...) is None

    def _is_stored(self, customer_id: str) -> bool:
        return hash_id(self._key, customer_id) in self._stored

    def _find_customers(self, ids: set[str]) -> set[str]:
        if self._lake is None or not ids or not self._lake.has(_CUSTOMERS):
            return set()
        is_wanted = pl.col("customer_id").is_in(sorted(ids))
        return set(self._lake.history(_CUSTOMERS, columns=["customer_id"], where=is_wanted)["customer_id"])


def open_suppression(lake: Lake, key: bytes | None) -> Suppression:
    """Return the suppression of a lake.

    Raises
    ------
    LakeError
        If the lake holds hashes of erased customers but the key is missing: a load could bring them back.
    """
    stored = lake.read(SUPPRESSED) if lake.has(SUPPRESSED) else pl.DataFrame(schema=SCHEMA)
    if stored.height and key is None:
        raise LakeError(
            path=lake.root,
            expected=f"the key of the suppression, {KEY_FILE} in the run directory",
            found=f"none, and {stored.height:,} erased ids",
            fix="Restore the file from a backup; without it a load could bring erased customers back.",
        )
    return Suppression(key or b"", stored, lake)


def make_rows(hashes: Iterable[str], erased_at: datetime) -> pl.DataFrame:
    """Return rows of the table of suppressed ids."""
    numbers = sorted(set(hashes))
    return pl.DataFrame(
        {"hash": numbers, "erased_at": [erased_at] * len(numbers), "readmitted_at": [None] * len(numbers)},
        schema=SCHEMA,
    )


def suppress(draft: Draft, hashes: Iterable[str], moment: datetime) -> None:
    """Put hashes into the table of suppressed ids; one that was readmitted is suppressed again."""
    rows = make_rows(hashes, moment)
    lake = draft.lake
    if not lake.has(SUPPRESSED):
        draft.replace(SUPPRESSED, rows)
        return
    stored = lake.read(SUPPRESSED)
    others = stored.join(rows, on="hash", how="anti")
    standing = stored.join(rows, on="hash", how="semi").filter(pl.col("readmitted_at").is_null())
    fresh = rows.join(standing, on="hash", how="anti")
    if fresh.height:
        draft.replace(SUPPRESSED, pl.concat([others, standing, fresh]).sort("hash"))


def readmit(draft: Draft, hashes: Iterable[str], moment: datetime) -> int:
    """Allow facts from a moment on to be loaded again; return how many of the ids had been erased."""
    wanted = sorted(set(hashes))
    if not draft.lake.has(SUPPRESSED):
        return 0
    stored = draft.lake.read(SUPPRESSED)
    is_readmitted = stored["hash"].is_in(wanted) & stored["readmitted_at"].is_null()
    if is_readmitted.any():
        now = pl.when(is_readmitted).then(pl.lit(moment).cast(INSTANT)).otherwise("readmitted_at")
        draft.replace(SUPPRESSED, stored.with_columns(readmitted_at=now))
    return int(is_readmitted.sum())
