"""A file that cannot be read: what was expected, what was found, how to fix it."""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818 - becomes the error that people see once its table is known
    """A reader's error about its file; `read_file` adds the table and the file."""

    def __init__(self, *, expected: str, found: str, fix: str) -> None:
        super().__init__(expected, found, fix)
        self.expected, self.found, self.fix = expected, found, fix


_MOST_COLUMNS = 5_000


def check_names(names: list[str]) -> list[str]:
    """Return the names of a header, without line breaks and extra blanks; an empty name becomes its position.

    A repeated name is numbered: `Email`, `Email (2)`.

    Raises
    ------
    Unreadable
        If it is not a header.

    Examples
    --------
    >>> check_names(["Email", "", " Email "])
    ['Email', '(column 2)', 'Email (2)']
    """
    stripped = [" ".join(name.split()) or f"(column {position})" for position, name in enumerate(names, start=1)]
    if any("\0" in name for name in stripped) or len(stripped) > _MOST_COLUMNS:
        raise Unreadable(
            expected="a header line with the names of the columns",
            found="NUL bytes" if any("\0" in name for name in stripped) else f"{len(stripped):,} cells",
            fix='Export it again. For UTF-16 without a byte order mark, write encoding = "utf-16-le".',
        )
    return _number_repeats(stripped)


def _number_repeats(names: list[str]) -> list[str]:
    taken, apart, times = set(names), [], dict.fromkeys(names, 0)
    for name in names:
        times[name] += 1
        named = name
        while times[name] > 1 and (named := f"{name} ({times[name]})") in taken:
            times[name] += 1
        taken.add(named)
        apart.append(named)
    return apart
