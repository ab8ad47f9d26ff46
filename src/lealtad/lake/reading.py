"""Reading rows from the lake: files are checked first, then read, then sorted. No other code reads data files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import LakeError
from lealtad.base.failures import describe_failure
from lealtad.lake import delta
from lealtad.lake.damage import check_files
from lealtad.lake.order import sort_rows
from lealtad.lake.request import find_entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from lealtad.lake.manifest import Manifest


def read_rows(  # noqa: PLR0913, PLR0917 - where, what and how
    root: Path,
    manifest: Manifest,
    name: str,
    bucket: int | None,
    plan: Callable[[pl.LazyFrame], pl.LazyFrame],
    needed: frozenset[str] | None = None,
) -> pl.DataFrame:
    """Run a query plan on the stored rows of a table, or of one bucket, and sort its result.

    Parameters
    ----------
    needed
        All columns that the plan uses; other columns are not checked. None: all.

    Raises
    ------
    LakeError
        If the lake has no such table, or its files cannot be read.
    DamageError
        If a file was altered.
    """
    entry = find_entry(root, manifest, name)
    check_files(root, name, manifest, bucket, needed)
    try:
        return sort_rows(name, plan(delta.scan(root / name, entry, bucket, needed)).collect())
    except delta.BROKEN as error:
        raise LakeError(
            path=root,
            expected=f"readable files of table '{name}' version {entry.version}",
            found=describe_failure(error),
            fix="lealtad lake verify names what is damaged; restore it from a backup.",
        ) from error
