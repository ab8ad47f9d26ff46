"""The errors of lealtad. Each class words its message: what was expected, what was found, how to fix it."""

from __future__ import annotations

import difflib
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


_LISTED = 20  # most names that a message lists, for example of time zones


def suggest_name(word: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests the nearest known word, or lists all of them.

    Examples
    --------
    >>> suggest_name("horizon_day", ["horizon_days", "lead_days"])
    "Did you mean 'horizon_days'?"
    >>> suggest_name("zzz", ["horizon_days", "lead_days"])
    'Known: horizon_days, lead_days.'
    """
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Known: {', '.join(names[:_LISTED])}{' and others' if len(names) > _LISTED else ''}."


class ExitCode(IntEnum):
    """Exit codes, the same for every command."""

    DONE = 0
    NO = 1  # it ran, and the answer is no: not enough data, a leak, a model that the gate refuses
    FIX = 2  # something to fix: the message states what, why and how
    NOT_DELIVERED = 3  # the list is built; the CRM, or the mail server or webhook for alerts, did not accept it
    NOT_DRAWN = 4  # the list is built; a page next to it could not be drawn
    BUSY = 75  # EX_TEMPFAIL of sysexits: another run is using the directory, try again later


class LealtadError(Exception):
    """Any error that the person who runs lealtad can fix; jobs print it and exit with its code."""

    exit_code = ExitCode.FIX

    def __reduce__(self) -> tuple[object, ...]:
        # an error from another process is rebuilt from its message, not from the arguments of its class
        return _restore_error, (type(self), str(self), self.__dict__)


def _restore_error(kind: type[LealtadError], said: str, more: dict[str, object]) -> LealtadError:
    error = kind.__new__(kind, said)
    error.args = (said,)
    error.__dict__.update(more)
    return error


class DataError(LealtadError):
    """A table that cannot be read at all. A single wrong row is rejected with its reason instead."""

    def __init__(self, *, table: str, column: str | None = None, expected: str, found: str, fix: str) -> None:
        self.table, self.column = table, column
        self.expected, self.found, self.fix = expected, found, fix
        place = f"table '{table}'" + (f", column '{column}'" if column else "")
        super().__init__(f"{place}: expected {expected}, found {found}. {fix}")


class SettingsError(LealtadError):
    """A setting, a definition or an argument that is unknown or impossible."""

    def __init__(self, *, place: str, expected: str, found: str, fix: str) -> None:
        super().__init__(f"{place}: expected {expected}, found {found}. {fix}")


class NotPermittedError(LealtadError):
    """Settings that run code or call an address without permission."""

    def __init__(self, *, what: str, command: str) -> None:
        self.command = command
        super().__init__(
            f"permission: expected only what was permitted, found what was not or has changed since: {what}. "
            f"If you trust it, run: {command}"
        )


class LakeError(LealtadError):
    """A directory that is not a lake, or a lake that lacks what was requested."""

    def __init__(self, *, path: Path, expected: str, found: str, fix: str) -> None:
        super().__init__(f"lake {path}: expected {expected}, found {found}. {fix}")


class DamageError(LealtadError):
    """A file of the run was altered after a job wrote it; nothing is computed from it."""

    def __init__(self, *, path: Path, expected: str, found: str, fix: str) -> None:
        self.found = found
        super().__init__(f"{path}: expected {expected}, found {found}. {fix}")


class FailureError(LealtadError):
    """A failure of disk, permissions or memory during a job; committed data are kept."""

    def __init__(self, *, place: str, found: str, fix: str) -> None:
        self.found = found
        super().__init__(f"{place}: {found}. Nothing half-written counts. {fix}")


class StoreError(LealtadError):
    """An object store that does not answer, refuses a request, or lacks files of a lake."""

    def __init__(self, *, place: object, found: str, fix: str) -> None:
        self.found = found
        super().__init__(f"object store {place}: {found}. {fix}")


class TooLittleDataError(LealtadError):
    """Too few rows, or too few outcomes of one kind, for an honest model."""

    def __init__(self, *, what: str, needed: int, found: int, fix: str) -> None:
        super().__init__(f"{what}: expected at least {needed}, found {found}. {fix}")


class ModelError(LealtadError):
    """A model that is missing, altered, or trained on features that the data lack."""

    def __init__(self, *, model: str, expected: str, found: str, fix: str) -> None:
        super().__init__(f"model '{model}': expected {expected}, found {found}. {fix}")


class SinkError(LealtadError):
    """The CRM's database did not accept the list; the list is kept in its files."""

    exit_code = ExitCode.NOT_DELIVERED

    def __init__(self, *, table: str, expected: str, found: str, fix: str) -> None:
        self.table = table
        super().__init__(f"sink '{table}': expected {expected}, found {found}. {fix}")


class AlertError(LealtadError):
    """A mail server or a webhook did not accept alerts; they are sent again the next night."""

    exit_code = ExitCode.NOT_DELIVERED

    def __init__(self, *, way: str, found: str) -> None:
        super().__init__(
            f"alerts: expected {way} to take them, found {found}. They are on the page, and are sent again the "
            "next night; lealtad alerts sends them now."
        )


class DrawingError(LealtadError):
    """A page could not be drawn; the list is built and delivered without it."""

    exit_code = ExitCode.NOT_DRAWN

    def __init__(self, *, page: str, why: str) -> None:
        super().__init__(f"{page}: expected a page that can be drawn, found: {why} The list is made without it.")


class BusyError(LealtadError):
    """Another run is using the same directory."""

    exit_code = ExitCode.BUSY

    def __init__(
        self,
        *,
        path: Path,
        what: str = "",
        fix: str = "Wait until it ends, or name another directory with --out.",
    ) -> None:
        place = f"{what} {path}".strip()
        super().__init__(f"{place}: another run is using it. {fix}")
