"""A pending erasure: its customers, in a private file until no trace of them is left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lealtad.base.errors import DamageError
from lealtad.base.private_files import keep_private
from lealtad.base.seal import open_seal, seal
from lealtad.base.syncing import replace_synced, sync
from lealtad.lake.object_store.working_folder import send_note

if TYPE_CHECKING:
    from pathlib import Path

PENDING = ".erasure.json"


@dataclass(frozen=True)
class Erasure:
    """An erasure: its customers, and why.

    Attributes
    ----------
    number
        The number of the receipt.
    ids
        All ids of the persons, including those of merges.
    persons
        Number of persons.
    because
        The reason, in the words of the person who asked for it.
    at
        Time of the request (ISO 8601, UTC).
    """

    number: int
    ids: tuple[str, ...]
    persons: int
    because: str
    at: str

    def begin(self, out: Path) -> None:
        """Note the start of the erasure; from now on an interruption is completed later."""
        with keep_private():
            replace_synced(out / PENDING, seal(asdict(self)))
        send_note(out / PENDING)

    @staticmethod
    def end(out: Path) -> None:
        """Delete the note with its customers."""
        (out / PENDING).unlink(missing_ok=True)
        sync(out)


def read_pending(out: Path) -> Erasure | None:
    """Return the unfinished erasure of a run directory; None if there is none.

    Raises
    ------
    DamageError
        If the file was altered.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> Erasure(1, ("C1",), 1, "asked by mail", "2026-01-31T00:00:00+00:00").begin(folder)
    >>> read_pending(folder).ids
    ('C1',)
    >>> Erasure.end(folder)
    >>> read_pending(folder)
    """
    path = out / PENDING
    try:
        plain = open_seal(path.read_text(encoding="utf-8"))
        return Erasure(plain["number"], tuple(plain["ids"]), plain["persons"], plain["because"], plain["at"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise DamageError(
            path=path,
            expected="an erasure that was begun",
            found=str(error),
            fix="Delete it, then run lealtad erase with the same ids again.",
        ) from None
