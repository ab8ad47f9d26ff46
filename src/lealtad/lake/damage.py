"""Damage to a lake's files: what was altered or lost, and which commit still has the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import DamageError, LakeError
from lealtad.lake.checksums import find_damage
from lealtad.lake.entries import WHOLE
from lealtad.lake.manifest import Manifest
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.chunks import fetch_chunks

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

RESTORE = "Restore the file from a backup (docs/how_to/backup_and_restore.md)"


def check_files(
    root: Path, name: str, manifest: Manifest, bucket: int | None, columns: Collection[str] | None
) -> None:
    """Compare the files to be read with the checksums of the manifest; files in a store are fetched first.

    Parameters
    ----------
    bucket
        None checks the files of all buckets.
    columns
        Check only these; None checks every byte.

    Raises
    ------
    DamageError
        If a file is missing or altered. It names the newest commit that still has the rows.
    """
    for path, sums in (manifest.tables[name].files or {}).items():
        if bucket is None or sums.bucket in {bucket, WHOLE}:
            place = root / name / path
            if isinstance(place, Address):
                damage = fetch_chunks(place, sums, columns)
            else:
                damage = find_damage(place, sums, columns)
            if damage is not None:
                raise DamageError(
                    path=root / name / path,
                    expected=f"table '{name}' as commit {manifest.number} wrote it",
                    found=f"the file {damage}",
                    fix=f"{RESTORE}. {describe_last_whole(root, name, manifest, sums.bucket)}",
                )


def describe_last_whole(root: Path, name: str, manifest: Manifest, bucket: int) -> str:
    """Describe which earlier commit still has a bucket of a table.

    Examples
    --------
    >>> from pathlib import Path
    >>> describe_last_whole(Path("lake"), "orders", Manifest(1), 0)
    'No earlier commit has these rows; lealtad lake verify lists all damage.'
    """
    number = find_last_whole(root, name, manifest, bucket)
    if number is None:
        return "No earlier commit has these rows; lealtad lake verify lists all damage."
    return (
        f"Commit {number} still has the rows it knew, whole: lealtad.Lake.open(PATH, commit={number}); "
        "lealtad lake verify lists all damage."
    )


def find_last_whole(root: Path, name: str, manifest: Manifest, bucket: int) -> int | None:
    """Return the newest commit before a state in which a bucket of a table is whole; None if there is none."""
    for number in range(manifest.number - 1, -1, -1):
        try:
            then = Manifest.read(root, number)
        except (LakeError, DamageError):  # removed by vacuum, or damaged itself
            continue
        files = then.tables[name].files if name in then.tables else None
        candidates = [(path, sums) for path, sums in (files or {}).items() if sums.bucket in {bucket, WHOLE}]
        if candidates and all(find_damage(root / name / path, sums) is None for path, sums in candidates):
            return number
    return None
