"""Keys that occur with several customers, who may be in different buckets; found by the hash of the key.

A fact may be moved to another customer later, and two shops may use the same order numbers. One key is one fact,
in whichever buckets its rows are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.lake.loading.places import PLACE, PLACES, assign_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.lake import Lake
    from lealtad.lake.loading.staging import Staging
    from lealtad.sources.contract import Table

HASH, _HOME = "_hash", "_home"
NONE_APART = pl.DataFrame(schema={HASH: pl.UInt64(), "places": pl.List(pl.Int32())})
_SEEN = 1 << 24  # remainders of hashes that are kept while stored keys are read


def may_straddle(table: Table) -> bool:
    """Return whether the key of a table does not contain the customer, so that it may occur in several buckets."""
    return "customer_id" not in table.key and table.event_time is not None


def hash_keys(table: Table, rows: pl.DataFrame) -> pl.Series:
    """Return a hash of each row's key, valid within one run."""
    key = list(table.key)
    if len(key) == 1:
        return rows[key[0]].hash().alias(HASH)
    # a key column that a source lacks counts as empty
    hashes = rows.select(
        pl.col(name) if name in rows.columns else pl.lit(None, pl.String) for name in key
    ).hash_rows()
    return hashes.alias(HASH)


def note_keys(table: Table, rows: pl.DataFrame, staging: Staging) -> None:
    """Stage the place of each row by the hash of its key."""
    if may_straddle(table):
        hashes = hash_keys(table, rows)
        where = (hashes % PLACES).cast(pl.Int32).alias(PLACE)
        staging.add(_name_keys(table), pl.DataFrame([hashes, rows[PLACE].alias(_HOME), where]))


def find_straddling_keys(table: Table, staging: Staging, lake: Lake, homes: pl.DataFrame) -> pl.DataFrame:
    """Return the keys that occur in several places of the load and the lake: `_hash, places`."""
    if not may_straddle(table):
        return NONE_APART
    parts = len(lake.buckets)
    if lake.has(table.name):
        _note_stored_keys(table, staging, lake, homes)
    straddling = [_find_straddling_part(staging, table, part, parts) for part in range(parts)]
    return pl.concat([NONE_APART, *straddling])


def _find_straddling_part(staging: Staging, table: Table, part: int, parts: int) -> pl.DataFrame:
    here = staging.read(_name_keys(table), part, parts)
    if here is None:
        return NONE_APART
    stored = staging.read(_name_stored_keys(table), part, parts)
    together = here if stored is None else pl.concat([here, stored.join(here, on=HASH, how="semi")])
    if together[HASH].n_unique() == together.height:
        return NONE_APART
    often = together.filter(pl.col(HASH).is_duplicated())
    return often.group_by(HASH).agg(pl.col(_HOME).unique().alias("places")).filter(pl.col("places").list.len() > 1)


def _note_stored_keys(table: Table, staging: Staging, lake: Lake, homes: pl.DataFrame) -> None:
    """Stage the places of stored keys that may also be in the load."""
    is_loaded = _mark_hashes(table, staging, len(lake.buckets))
    for bucket in lake.buckets:
        rows = lake.history(table.name, bucket, columns=[*table.key, "customer_id"])
        hashes = hash_keys(table, rows)
        rows = rows.with_columns(hashes).filter(pl.Series(is_loaded[(hashes % _SEEN).to_numpy()]))
        if not rows.is_empty():
            home = assign_places(rows["customer_id"], homes).alias(_HOME)
            where = (rows[HASH] % PLACES).cast(pl.Int32).alias(PLACE)
            staging.add(_name_stored_keys(table), pl.DataFrame([rows[HASH], home, where]))


def _mark_hashes(table: Table, staging: Staging, parts: int) -> NDArray[np.bool_]:
    is_loaded = np.zeros(_SEEN, dtype=np.bool_)
    for part in range(parts):
        here = staging.read(_name_keys(table), part, parts)
        if here is not None:
            is_loaded[(here[HASH] % _SEEN).to_numpy()] = True
    return is_loaded


def _name_keys(table: Table) -> str:
    return f"{table.name}.keys"


def _name_stored_keys(table: Table) -> str:
    return f"{table.name}.stored-keys"
