"""`published.json`: the objects that are the files of a run at an address. Replacing it publishes all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from lealtad.base.errors import DamageError
from lealtad.base.seal import open_seal, seal
from lealtad.lake.object_store.state import read_state, replace_state

if TYPE_CHECKING:
    from lealtad.lake.object_store.address import Address

NAME = "published.json"
SETS = "sets"


@dataclass(frozen=True)
class PublishedFile:
    """A file of a run, as it was published.

    Attributes
    ----------
    key
        Where its object is, below the address of the run.
    size
        Bytes.
    digest
        SHA-256 of its content, in hexadecimal.
    """

    key: str
    size: int
    digest: str

    def check(self, data: bytes, address: Address) -> bytes:
        """Return the content of the object after comparing it with its digest.

        Raises
        ------
        DamageError
            If it was altered.
        """
        if sha256(data).hexdigest() != self.digest:
            raise DamageError(
                path=address / self.key,
                expected="a file as it was published",
                found="another content",
                fix="Restore the object from a backup, or run the job that writes it again.",
            )
        return data


@dataclass(frozen=True)
class Published:
    """A set of files that was published.

    Attributes
    ----------
    number
        Number of the set within the run, from 1; 0: none was published yet.
    folder
        Where the files of this set are, below the address.
    files
        By path below the run directory.
    tag
        The version of `published.json` that it was read from, which the next set replaces.
    """

    number: int = 0
    folder: str = ""
    files: dict[str, PublishedFile] = field(default_factory=dict)
    tag: str | None = field(default=None, compare=False, repr=False)

    @classmethod
    def read(cls, address: Address) -> Published:
        """Return what is published at an address; an empty set if nothing is.

        Raises
        ------
        DamageError
            If the manifest was altered.
        """
        try:
            text, tag = read_state(address / NAME)
        except FileNotFoundError:
            return cls()
        try:
            plain = open_seal(text)
            files = {path: PublishedFile(*row) for path, row in plain["files"].items()}
            return cls(plain["number"], plain["folder"], files, tag)
        except (ValueError, KeyError, TypeError) as error:
            raise DamageError(
                path=address / NAME,
                expected="the files of a run, as a job published them",
                found=str(error),
                fix="Restore it from a backup, or delete it and run the jobs again.",
            ) from None

    def write(self, address: Address) -> None:
        """Publish this set in place of the one it was made from.

        Raises
        ------
        BusyError
            If another run published meanwhile.
        """
        files = {path: [each.key, each.size, each.digest] for path, each in sorted(self.files.items())}
        plain = {"number": self.number, "folder": self.folder, "files": files}
        replace_state(address / NAME, seal(plain), self.tag, "run")
