"""Commands whose --out is an address: they work in a private folder, whose files are published all at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from lealtad.base import job
from lealtad.base.errors import BusyError, ExitCode, SettingsError
from lealtad.base.private_files import FILE, keep_private
from lealtad.lake.manifest import LOCK
from lealtad.lake.object_store.abilities import require_conditions
from lealtad.lake.object_store.address import SCHEMES, is_address, make_address
from lealtad.lake.object_store.lease import hold_lease
from lealtad.lake.object_store.published import NAME
from lealtad.lake.object_store.publishing import fetch, publish
from lealtad.lake.object_store.working_folder import make_working_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lealtad.lake.object_store.address import Address

_READING = {"serve"}  # it replaces this process, and writes nothing
_AT_DISK = {"desk": "its database needs a disk of its own, with one writer at a time"}
# after these exit codes all files are complete: the answer was no, or only a delivery failed
_WHOLE = {None, ExitCode.DONE, ExitCode.NO, ExitCode.NOT_DELIVERED, ExitCode.NOT_DRAWN}


def run_at_address(run: Callable[[], object], name: str, place: str) -> None:
    """Run a command whose --out is an address, and publish its files; see `publish`.

    A command that fails publishes nothing, so that the previous set stays in force.
    """
    with job.explain_errors(name), keep_private():
        address = _parse(name, place)
        folder = make_working_folder(address)
        sys.argv = list(_replace_out(sys.argv, place, str(folder)))
        with job.show_as(str(folder), str(address)):
            if name in _READING:
                fetch(address, folder)
                run()
                return
            _run_and_publish(run, address, folder)


def _run_and_publish(run: Callable[[], object], address: Address, folder: Path) -> None:
    require_conditions(address)
    with _hold_folder(address, folder), hold_lease(address / LOCK, address / NAME, "run"):
        before = fetch(address, folder)
        try:
            run()
        except SystemExit as ended:
            if ended.code in _WHOLE:
                publish(address, folder, before)
            raise


def _hold_folder(address: Address, folder: Path) -> FileLock:
    """Lock the working folder: a lease can pass on while threads of a killed process still write."""
    lock = FileLock(folder.with_suffix(".lock"), timeout=0, mode=FILE)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(path=address) from None
    return lock


def _parse(name: str, place: str) -> Address:
    if not is_address(place):
        raise SettingsError(
            place="--out",
            expected="a directory, or an address with " + ", ".join(f"{scheme}://" for scheme in SCHEMES),
            found=place,
            fix="Name one of them.",
        )
    if name in _AT_DISK:
        raise SettingsError(
            place="--out",
            expected=f"a directory of this machine: {_AT_DISK[name]}",
            found=place,
            fix="Keep the run in a directory, and only its lake at an address ([lake] in lealtad.toml).",
        )
    return make_address(place)


def _replace_out(words: list[str], place: str, folder: str) -> Iterator[str]:
    for before, word in zip(["", *words], words, strict=False):
        if before == "--out" and word == place:
            yield folder
        else:
            yield f"--out={folder}" if word == f"--out={place}" else word
