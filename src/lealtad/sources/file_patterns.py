"""Matching files by pattern, with a limit on the number of folder entries read."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LOOKED_AT = 200_000  # files and folders; a pattern such as /** would walk the whole disk
_MAGIC = frozenset("*?[")


def match_files(table: str, path: Path, most: int) -> list[Path]:
    """Return the files that match a path with wildcards, sorted by name.

    `*`, `?` and `[…]` match within a name, `**` any folders. Hidden names are matched only by a pattern that
    starts with a dot. `**` follows no links.

    Parameters
    ----------
    table
        The table that they are for, for errors.
    most
        Maximum number of files.

    Raises
    ------
    DataError
        If there are more, or too many files and folders would have to be read.
    """
    if path.is_file():  # including a file with brackets in its name
        return [path]
    walk = _Walk(table, path)
    parts = path.parts[bool(path.anchor) :]
    chosen = sorted(set(islice(walk.expand(Path(path.anchor), parts), most + 1))) if parts else []
    if len(chosen) > most:
        raise DataError(
            table=table,
            expected=f"at most {most:,} files (limits.files)",
            found=f"more that match {path}",
            fix="Name fewer, or raise the limit in lealtad.toml.",
        )
    return chosen


class _Walk:
    """A walk through folders that counts the entries it reads."""

    def __init__(self, table: str, pattern: Path) -> None:
        self._table, self._pattern, self._seen = table, pattern, 0

    def expand(self, folder: Path, parts: tuple[str, ...]) -> Iterator[Path]:
        part, rest = parts[0], parts[1:]
        if part == "**":
            yield from self.expand(folder, rest or ("*",))
            for entry in self._list(folder):
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                    yield from self.expand(folder / entry.name, parts)
        elif _MAGIC & set(part):
            for entry in self._list(folder):
                if _is_match(entry.name, part):
                    yield from self._go_on(folder / entry.name, rest)
        else:
            yield from self._go_on(folder / part, rest)

    def _go_on(self, path: Path, rest: tuple[str, ...]) -> Iterator[Path]:
        if not rest and os.path.isfile(path):  # noqa: PTH113 - a Path raises where it may not look
            yield path
        elif rest and os.path.isdir(path):  # noqa: PTH112 - as above
            yield from self.expand(path, rest)

    def _list(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                listed = list(islice(entries, _MOST_LOOKED_AT + 1))
        except OSError:  # unreadable folders count as empty
            return []
        self._seen += len(listed)
        if self._seen > _MOST_LOOKED_AT:
            raise DataError(
                table=self._table,
                expected=f"a pattern that goes through at most {_MOST_LOOKED_AT:,} files and folders",
                found=f"more below {self._pattern}",
                fix="Name the folder of the exports before the first * of the pattern.",
            )
        return listed


def _is_match(name: str, part: str) -> bool:
    return fnmatchcase(name, part) and (part.startswith(".") or not name.startswith("."))
