"""The search: each file of a folder is decoded, and each id in it is returned with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from lealtad.lake.object_store.address import is_address
from lealtad.privacy.search.decoding import Texts, decode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from lealtad.privacy.search.needles import Needles


class Trace(NamedTuple):
    """A place where an id appears.

    Attributes
    ----------
    path
        The file.
    place
        Where in the file: a column, a key, a member of an archive, `name` for the file's own name.
    customer_id
        The id.
    """

    path: Path
    place: str
    customer_id: str


def search_folder(folder: Path, needles: Needles, skip: Collection[Path] = ()) -> list[Trace]:
    r"""Search every file below a folder, or every object below an address, including hidden files and names.

    A database and its write-ahead log are searched separately, the log as raw bytes.

    Parameters
    ----------
    skip
        Files and folders that are not searched.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from lealtad.privacy.search import Needles
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "list.csv").write_text("customer_id\nC0000491\n")
    >>> [(trace.path.name, trace.place) for trace in search_folder(folder, Needles.from_ids(["C0000491"]))]
    [('list.csv', ''), ('list.csv', 'column customer_id')]
    """
    return [trace for path in list_files(folder, skip) for trace in search_file(path, folder, needles)]


def list_files(folder: Path, skip: Collection[Path] = ()) -> Iterator[Path]:
    """Yield the files below a folder, in order, except skipped files and those in skipped folders."""
    for path in sorted(folder.rglob("*")):
        is_there = is_address(path) or (path.is_file() and not path.is_symlink())
        if is_there and not any(each in (path, *path.parents) for each in skip):
            yield path


def search_file(path: Path, folder: Path, needles: Needles) -> Iterator[Trace]:
    """Yield the ids in a file and in its path below the folder."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:  # a library removed it in the meantime
        return
    yield from search_data(path, "/".join(path.parts[len(folder.parts) :]), data, needles)


def search_data(path: Path, name: str, data: bytes, needles: Needles) -> Iterator[Trace]:
    """Yield the ids in the bytes of a file, and in its name."""
    for texts in (Texts("name", "", pl.Series([name])), *decode(path.name, data)):
        for customer_id in needles.list_in(texts.values, texts.column):
            yield Trace(path, texts.place, customer_id)
