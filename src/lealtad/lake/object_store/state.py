"""The commit of a lake in an object store: its manifest is replaced if it is still the one that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import BusyError

if TYPE_CHECKING:
    from lealtad.lake.object_store.address import Address


def read_state(path: Address) -> tuple[str, str | None]:
    """Return the text of a manifest, and the tag by which it can be replaced."""
    from lealtad.lake.object_store import connection

    data, tag = connection.read(path)
    return data.decode(), tag


def replace_state(path: Address, text: str, tag: str | None, what: str = "lake") -> None:
    """Replace the manifest that has that tag; with None, create it.

    Raises
    ------
    BusyError
        If another run committed in the meantime, or took the lake over.
    """
    from lealtad.lake.object_store import connection

    try:
        connection.write_if(path, text.encode(), tag)
    except connection.TakenError:
        fix = "It committed meanwhile, so nothing of this run counts. Run the command again."
        raise BusyError(path=path.parent, what=what, fix=fix) from None
