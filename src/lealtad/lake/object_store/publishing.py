"""Fetching the files of a run from its address, and publishing them there: all files of a job, or none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from mimetypes import guess_type
from typing import TYPE_CHECKING
from uuid import uuid4

from lealtad.base.errors import SettingsError
from lealtad.base.private_files import make_private_folder, write_private
from lealtad.lake.manifest import LOCK
from lealtad.lake.object_store import connection
from lealtad.lake.object_store.leading_page import INDEX, write_leading_page
from lealtad.lake.object_store.lease import require_lease
from lealtad.lake.object_store.place import NOTE
from lealtad.lake.object_store.published import SETS, Published, PublishedFile
from lealtad.lake.object_store.working_folder import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lealtad.lake.object_store.address import Address

_AT_ONCE = 8  # parallel transfers
_CARRIED = "mlartifacts/"  # no page links to them, so unchanged ones stay in the set where they were written


def fetch(address: Address, folder: Path) -> Published:
    """Bring a working folder to the state published last, plus the notes since; return the set.

    Files that are already there are not transferred. Files of an interrupted job are removed.
    """
    published = Published.read(address)
    here = dict(_sum_files(folder))
    for path in here.keys() - published.files.keys():
        (folder / path).unlink()
    lacking = [(path, each) for path, each in published.files.items() if here.get(path, ("",))[0] != each.digest]

    def bring(file: tuple[str, PublishedFile]) -> None:
        path, each = file
        _write(folder / path, each.check((address / each.key).read_bytes(), address))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(bring, lacking))
    for note in (address / NOTES).iterdir():
        _write(folder / note.name, note.read_bytes())
    return published


def publish(address: Address, folder: Path, before: Published) -> Published:
    """Publish all files of a working folder as one set; until then readers see the complete previous set.

    The previous set stays until the next one, for its current readers. After an erasure no earlier set stays.

    Parameters
    ----------
    before
        The set that the working folder was made from.

    Raises
    ------
    BusyError
        If another run published meanwhile, or the lease of this one ended.
    SettingsError
        If a lake is in the working folder, where no other machine would see it.
    """
    if (folder / "lake" / "lake.json").is_file():
        raise SettingsError(
            place="--out",
            expected="a lake at an address",
            found=f"one in {folder / 'lake'}",
            fix="Load the sources with lealtad ingest and the same --out, which places the lake.",
        )
    place = f"{SETS}/{before.number + 1:06d}-{uuid4().hex[:8]}"
    files = {path: _place_file(path, sums, place, before) for path, sums in _sum_files(folder)}
    by_digest = {each.digest: each.key for each in before.files.values()}

    def send(file: tuple[str, PublishedFile]) -> None:
        path, each = file
        if each.digest in by_digest:
            connection.copy(address / by_digest[each.digest], address / each.key)
        else:
            connection.write(address / each.key, (folder / path).read_bytes(), guess_type(path)[0])

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(send, [(path, each) for path, each in files.items() if each != before.files.get(path)]))
    require_lease(address / LOCK)
    published = Published(before.number + 1, place, files, before.tag)
    published.write(address)
    connection.write(address / INDEX, write_leading_page(published).encode(), "text/html; charset=utf-8")
    _remove_outdated(address, published, before if _is_erased(files) <= _is_erased(before.files) else Published())
    return published


def _place_file(path: str, sums: tuple[str, int], place: str, before: Published) -> PublishedFile:
    digest, size = sums
    standing = before.files.get(path)
    if standing is not None and standing.digest == digest and path.startswith(_CARRIED):
        return standing
    return PublishedFile(f"{place}/{path}", size, digest)


def _is_erased(files: Mapping[str, PublishedFile]) -> set[str]:
    """Return the receipts of erasures."""
    return {path for path in files if path.startswith("erasures/")}


def _remove_outdated(address: Address, now: Published, before: Published) -> None:
    """Delete the objects of earlier sets, and notes that are now part of this set."""
    needed = {address / each.key for published in (now, before) for each in published.files.values()}
    stored = [path for path in (address / SETS).rglob("*") if path not in needed]
    for path in (*stored, *(address / NOTES).iterdir()):
        require_lease(address / LOCK)
        path.unlink()


def _sum_files(folder: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the files of a run with digest and size; of its lake only the note with the address."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("lake/") and name != f"lake/{NOTE}":
            continue
        if path.is_file() and not path.is_symlink() and not path.name.endswith(LOCK):
            data = path.read_bytes()
            yield name, (sha256(data).hexdigest(), len(data))


def _write(path: Path, data: bytes) -> None:
    make_private_folder(path.parent)
    write_private(path, data)
