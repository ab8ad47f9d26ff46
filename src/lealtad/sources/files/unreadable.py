"""A file that cannot be read: what was expected, what was found, how to mend it."""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818 - becomes the error that people see once its table is known
    """What a reader says of its file; `read_file` adds which table and file it is."""

    def __init__(self, *, expected: str, found: str, mend: str) -> None:
        super().__init__(expected, found, mend)
        self.expected, self.found, self.mend = expected, found, mend


_MOST_COLUMNS = 5_000


def checked_names(names: list[str]) -> list[str]:
    """Return the names of a header, without line breaks and needless blanks; an empty one by its position.

    Raises
    ------
    Unreadable
        If one stands twice, or the header is none.
    """
    stripped = [" ".join(name.split()) or f"(column {position})" for position, name in enumerate(names, start=1)]
    if any("\0" in name for name in stripped) or len(stripped) > _MOST_COLUMNS:
        raise Unreadable(
            expected="a header line with the names of the columns",
            found="NUL bytes" if any("\0" in name for name in stripped) else f"{len(stripped):,} cells",
            mend='Export it again; of UTF-16 without a byte order mark say encoding = "utf-16-le".',
        )
    twice = sorted({name for name in stripped if stripped.count(name) > 1})
    if twice:
        raise Unreadable(
            expected="a header that names each column once",
            found=f"{', '.join(repr(name) for name in twice)} more than once",
            mend="Rename the columns in the export.",
        )
    return stripped
