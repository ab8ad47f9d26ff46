"""Files and folders that only their owner may read; all files of lealtad are created here."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE, FOLDER = 0o600, 0o700
_OTHERS = 0o077  # permissions of group and others, which are withheld


@contextmanager
def keep_private() -> Iterator[None]:
    """Make everything that the block creates private (files 0600, folders 0700), including files of libraries.

    It can also be used as a decorator. The umask belongs to the process: its threads and child processes share it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> with TemporaryDirectory() as folder, keep_private():
    ...     path = Path(folder) / "list.csv"
    ...     _ = path.write_text("customer_id")
    ...     oct(path.stat().st_mode & 0o777)
    '0o600'
    """
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def open_private(path: Path, mode: str = "wb", **how: Any) -> IO[Any]:
    """Open a file to write, as `open` does; it becomes 0600 even if it existed with other permissions.

    Parameters
    ----------
    mode
        "w", "wb", "x", "xb", "a" or "ab".

    Raises
    ------
    OSError
        As `open` does.
    """
    file = open(path, mode, opener=_open_as_owner, **how)  # noqa: SIM115 - the caller closes it
    os.fchmod(file.fileno(), FILE)
    return file


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file with mode 0600; text as UTF-8 with line feeds.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> with TemporaryDirectory() as folder:
    ...     write_private(Path(folder) / "note.txt", "señal")
    ...     (Path(folder) / "note.txt").read_text(encoding="utf-8")
    'señal'
    """
    with open_private(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def make_private_folder(path: Path) -> None:
    """Make a folder and its missing parents, each 0700; existing folders keep their permissions.

    Raises
    ------
    OSError
        If it cannot be made, or a file of that name exists.
    """
    with keep_private():
        path.mkdir(parents=True, exist_ok=True)


def share_like_folder(path: Path) -> None:
    """Grant a file to the group that its folder is open to: a group that may list the folder may read the file.

    In a folder of 0700 it stays 0600. Group and others never get more than read permission. A group without the
    owner as a member gets nothing.
    """
    folder = path.parent.stat()
    shared = folder.st_mode & (stat.S_IRGRP | stat.S_IROTH)
    if shared & stat.S_IRGRP and path.stat().st_gid != folder.st_gid:
        try:
            os.chown(path, -1, folder.st_gid)
        except PermissionError:
            shared &= ~stat.S_IRGRP
    path.chmod(FILE | shared)


def _open_as_owner(path: str, flags: int) -> int:
    return os.open(path, flags, FILE)
