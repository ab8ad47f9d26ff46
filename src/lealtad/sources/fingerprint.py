"""Fingerprints of files, which change if the files or the way of reading them change."""

from __future__ import annotations

from hashlib import blake2b, file_digest
from typing import TYPE_CHECKING

from lealtad.base.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def compute_fingerprint(table: str, files: Sequence[Path], how: str) -> str:
    """Return the fingerprint of the bytes of files, and of how they are read.

    Raises
    ------
    DataError
        If a file cannot be opened.
    """
    digest = blake2b(how.encode(), digest_size=16)
    for path in files:
        try:
            with path.open("rb") as file:
                digest.update(file_digest(file, blake2b).digest())
        except OSError as error:
            raise DataError(
                table=table,
                expected=f"a readable file {path.name}",
                found=error.strerror or "none",
                fix="Check that the file is there and may be read.",
            ) from None
    return digest.hexdigest()
