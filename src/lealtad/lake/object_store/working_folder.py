"""The private folder where the jobs of a run at an address work; its files are published as one set."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError
from lealtad.base.private_files import make_private_folder

if TYPE_CHECKING:
    from lealtad.lake.object_store.address import Address

VARIABLE = "LEALTAD_WORK"
NOTES = "notes"  # below the address: files that must not wait for the next set
_ADDRESSES: dict[Path, Address] = {}  # by working folder, in this process


def make_working_folder(address: Address) -> Path:
    """Return the folder where the jobs of a run at an address work on this machine.

    It is below `$LEALTAD_WORK`, or else below the user's cache. Files from earlier jobs need not be fetched again.

    Raises
    ------
    SettingsError
        If it cannot be made.
    """
    named = os.environ.get(VARIABLE)
    above = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "lealtad"
    folder = (above / sha256(str(address).encode()).hexdigest()[:16]).absolute()
    try:
        make_private_folder(folder)
    except OSError as error:
        raise SettingsError(
            place=VARIABLE,
            expected="a folder on this machine where jobs of a run at an address can work",
            found=f"{error.filename or folder} ({error.strerror})",
            fix=f"Name one that can be written to: export {VARIABLE}=/var/tmp/lealtad",
        ) from None
    _ADDRESSES[folder] = address
    return folder


def find_address(out: Path) -> Address | None:
    """Return the address of the run whose working folder this is; None for any other folder.

    Examples
    --------
    >>> find_address(Path("reports/demo"))
    """
    return _ADDRESSES.get(out.absolute()) if _ADDRESSES else None


def send_note(path: Path) -> None:
    """Upload a file of a working folder at once, in case this machine fails before the set is published."""
    address = find_address(path.parent)
    if address is not None:
        (address / NOTES / path.name).write_bytes(path.read_bytes())
