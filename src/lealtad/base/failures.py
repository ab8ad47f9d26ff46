"""Failures of the system in one sentence: a full disk, a read-only folder, too little memory."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING

from lealtad.base.errors import FailureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OS_ERROR = re.compile(r"\(os error (\d+)\)")  # as libraries written in Rust print it
_FIXES = {
    errno.ENOSPC: "Free space on the disk, then run the command again.",
    errno.EDQUOT: "Free space in your quota, then run the command again.",
    errno.EROFS: "Name a directory that can be written to with --out.",
    errno.EACCES: "Grant the permission, or name another directory with --out.",
    errno.EPERM: "Grant the permission, or name another directory with --out.",
    errno.EIO: "Check the disk (dmesg names it); then run lealtad lake verify, and restore what is damaged.",
    errno.EMFILE: "Allow more open files (ulimit -n 4096), then run the command again.",
    errno.ENFILE: "Close other programs, then run the command again.",
    errno.ENOMEM: "Free memory, then run the command again.",
    errno.EISDIR: "Move the directory away, then run the command again.",
    errno.ENOTDIR: "Move the file away, or name another directory with --out.",
}
_NO_MEMORY = "Free memory, or use fewer processes (LOKY_MAX_CPU_COUNT=1), then run the command again."


def explain_failure(error: BaseException) -> FailureError | None:
    """Return an error that describes the failure; None if it is not one of disk, memory or permissions.

    Examples
    --------
    >>> print(explain_failure(OSError(errno.ENOSPC, "No space left on device", "lake/a.parquet")))
    lake/a.parquet: No space left on device. Nothing half-written counts. Free space on the disk, then run ...
    >>> explain_failure(ValueError("a mistake of ours")) is None
    True
    """
    for cause in _list_causes(error):
        if isinstance(cause, MemoryError):
            return FailureError(place="memory", found="no more memory", fix=_NO_MEMORY)
        number, place = _find_number(cause)
        if number:
            fix = _FIXES.get(number, "Fix what is named, then run the command again.")
            return FailureError(place=place, found=os.strerror(number), fix=fix)
    return None


def describe_failure(error: BaseException) -> str:
    """Return a library's error message in one line."""
    failure = explain_failure(error)
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0] if failure is None else failure.found


def _find_number(error: BaseException) -> tuple[int, str]:
    if isinstance(error, OSError) and error.errno and not isinstance(error, ConnectionError):
        return error.errno, str(error.filename or "disk")
    match = _OS_ERROR.search(str(error))
    return (int(match[1]), "disk") if match else (0, "")


def _list_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its causes."""
    now: BaseException | None = error
    while now is not None:
        yield now
        now = now.__cause__ or now.__context__
