"""Opening files that may be compressed by gzip or zip, with a limit on their expansion."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from lealtad.sources.files.kinds import PACKED
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TIMES, MOST_BYTES = 200, 1 << 30  # a file that exceeds both is refused
_BLOCK = 1 << 20


class _Watched(io.RawIOBase):
    """A compressed stream that stops at the limits."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, packed_bytes: int) -> None:
        self._inner, self._packed, self._read = inner, packed_bytes, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._inner.read(len(buffer))
        self._read += len(block)
        _refuse_bomb(self._packed, self._read)
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def open_unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open the bytes of a file, decompressed while reading.

    Raises
    ------
    Unreadable
        If a zip contains no file or several, or, while reading, if it exceeds the limits.
    """
    size = path.stat().st_size
    with path.open("rb") as raw:
        if path.suffix.lower() == ".gz":
            with gzip.open(raw) as packed:
                yield io.BufferedReader(_Watched(packed, size), _BLOCK)
        elif path.suffix.lower() == ".zip":
            with zipfile.ZipFile(raw) as archive, archive.open(archive.getinfo(find_member(path))) as packed:
                yield io.BufferedReader(_Watched(packed, size), _BLOCK)
        else:
            yield raw


@contextmanager
def unpack_to_disk(path: Path) -> Iterator[Path]:
    """Yield a seekable file: the file itself, or a temporary decompressed copy."""
    if path.suffix.lower() not in PACKED:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="lealtad-") as folder, open_unpacked(path) as packed:
        copy = Path(folder) / PurePosixPath(find_inner_name(path)).name
        with copy.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, _BLOCK)
        yield copy


def find_inner_name(path: Path) -> str:
    """Return the name of the data in a file: the member of a zip, the name without `.gz`, else its own.

    Raises
    ------
    Unreadable
        If a zip contains no file or several.
    """
    if path.suffix.lower() == ".zip":
        return find_member(path)
    return path.stem if path.suffix.lower() == ".gz" else path.name


def find_member(path: Path) -> str:
    """Return the one file in a zip.

    Raises
    ------
    Unreadable
        If it holds none or several.
    """
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    data = [
        name for name in names if not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith(".")
    ]
    if len(data) != 1:
        raise Unreadable(
            expected="a zip with one file of data in it",
            found=f"{', '.join(data[:8])}{' and more' if len(data) > 8 else ''}" if data else "none",  # noqa: PLR2004
            fix="Unpack it, and name each file for its table.",
        )
    return data[0]


def refuse_packed_bomb(path: Path) -> None:
    """Refuse a workbook (a zip) that decompresses beyond the limits; other files are left to their reader.

    Raises
    ------
    Unreadable
        If it does.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(path.stat().st_size, sum(info.file_size for info in archive.infolist()))


def _refuse_bomb(packed: int, unpacked: int) -> None:
    if unpacked > MOST_BYTES and unpacked > MOST_TIMES * packed:
        raise Unreadable(
            expected=f"data that unpack to at most {MOST_TIMES} times their size",
            found=f"{packed:,} bytes that become more than {MOST_BYTES:,}",
            fix="If you trust the file, unpack it first.",
        )
