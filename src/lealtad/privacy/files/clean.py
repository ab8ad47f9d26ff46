"""Removing customers from a file of any kind; a file that cannot be cleaned is deleted."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from lealtad.base.job import move_into_place
from lealtad.base.private_files import keep_private
from lealtad.privacy.files.databases import ERASED, clean_database
from lealtad.privacy.files.documents import clean_json
from lealtad.privacy.files.pages import clean_page
from lealtad.privacy.files.tables import clean_csv, clean_frame
from lealtad.privacy.files.workbooks import clean_workbook
from lealtad.privacy.search.needles import Needles
from lealtad.privacy.search.search import search_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Quote = Callable[[str], bool]


class Change(NamedTuple):
    """The change of a file.

    Attributes
    ----------
    path
        The file.
    how
        `shortened`: rows, elements or members were removed. `removed`: the file was deleted.
    number
        Number of rows, elements or members.
    """

    path: Path
    how: str
    number: int


def clean_file(path: Path, folder: Path, needles: Needles, is_quote: Quote = lambda _: False) -> Change | None:
    """Remove customers from a file in place; None if it named none.

    The file is searched afterwards. If an id is still in it or in its name, the file is deleted.

    Parameters
    ----------
    folder
        The run directory, below which names are searched.
    is_quote
        Returns whether a text without an id quotes one of the customers.
    """
    data = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    if data.startswith(b"SQLite format 3\x00"):
        return _clean_in_place(path, name, needles)
    # only few of many ids are in a file
    ids_here = Needles.from_ids(trace.customer_id for trace in search_data(path, name, data, needles))
    if not ids_here.ids and not _may_quote(path):
        return None
    clean, count = _clean_safely(path.name, data, ids_here, is_quote)
    if not ids_here.ids and not count:
        return None
    if any(True for _ in search_data(path, name, clean, needles)):
        path.unlink()
        return Change(path, "removed", 1)
    with keep_private(), move_into_place(path) as [beside]:
        beside.write_bytes(clean)
    return Change(path, "shortened", count)


def _clean_in_place(path: Path, name: str, needles: Needles) -> Change | None:
    logs = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    files = [each for each in (path, *logs) if each.is_file()]
    if not any(True for each in files for _ in search_data(each, name, each.read_bytes(), needles)):
        return None
    return Change(path, "shortened", clean_database(path, needles))


def _may_quote(path: Path) -> bool:
    return path.suffix in {".html", ".xlsx"}


def _clean_safely(name: str, data: bytes, needles: Needles, is_quote: Quote) -> tuple[bytes, int]:
    """Return the file without the customers; unchanged if it cannot be read."""
    try:
        return clean_data(name, data, needles, is_quote)
    except Exception:  # any error of a damaged file, which is then deleted
        return data, 0


def clean_data(  # noqa: PLR0911 - a way for each kind
    name: str, data: bytes, needles: Needles, is_quote: Quote
) -> tuple[bytes, int]:
    """Return the bytes of a file without the customers, and how many rows, elements or members were removed."""
    if data.startswith((b"PAR1", b"ARROW1")):
        return clean_frame(data, needles)
    if data.startswith(b"\x1f\x8b"):
        inner, count = clean_data(name.removesuffix(".gz"), gzip.decompress(data), needles, is_quote)
        return gzip.compress(inner, mtime=0), count
    if data.startswith(b"PK\x03\x04"):
        return (
            clean_workbook(data, needles, is_quote)
            if b"xl/worksheets/" in data
            else _clean_zip(data, needles, is_quote)
        )
    if name.endswith(".csv"):
        return clean_csv(data, needles)
    start = data.lstrip()[:1]
    if start in (b"{", b"["):
        return clean_json(data, needles)
    if start == b"<":
        return clean_page(data, needles, is_quote)
    return _clean_text(data, needles)


def _clean_zip(data: bytes, needles: Needles, is_quote: Quote) -> tuple[bytes, int]:
    written, total = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for info in archive.infolist():
            if needles.contains(info.filename):
                total += 1
                continue
            content, count = clean_data(info.filename, archive.read(info), needles, is_quote)
            new.writestr(info.filename, content)
            total += count
    return written.getvalue(), total


def _clean_text(data: bytes, needles: Needles) -> tuple[bytes, int]:
    text = data.decode(errors="surrogateescape")
    lines = text.split("\n")
    clean = [needles.blank(line, ERASED) if needles.contains(line) else line for line in lines]
    count = sum(before != after for before, after in zip(lines, clean, strict=True))
    return "\n".join(clean).encode(errors="surrogateescape"), count
