"""The lock of a lake in an object store: a lease with a holder and an end, renewed while its run is active."""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lealtad.base.errors import BusyError, StoreError
from lealtad.base.seal import open_seal, seal
from lealtad.lake.object_store import connection
from lealtad.lake.object_store.connection import TakenError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.lake.object_store.address import Address

SECONDS = 60.0  # that a lease lasts, unless it is renewed
_SKEW = 5.0  # seconds that clocks of two machines may differ
_TRIES = 5
_EVERY = SECONDS / 3  # between renewals
_HELD: dict[str, _Renewal] = {}  # by key of the lease, those of this process


@contextmanager
def hold_lease(lock: Address, state: Address, what: str = "lake") -> Iterator[None]:
    """Hold the lease of a lake or a run; a killed run loses it at its end, or at once on its own machine.

    If a lease was not given back, the run that takes it over marks the state of the lake. So the former holder can
    no longer commit, even if it is still running: its condition fails.

    Parameters
    ----------
    lock
        The key of the lease.
    state
        The key of the manifest.
    what
        What is locked, for messages.

    Raises
    ------
    BusyError
        If another run holds it; the message names its holder, and when its lease ends.
    """
    token = uuid4().hex
    tag = _acquire(lock, state, token, what)
    ended = Event()
    renewal = _HELD[str(lock)] = _Renewal(lock, token, tag, ended)
    renewal.start()
    try:
        yield
    finally:
        if _HELD.get(str(lock)) is renewal:
            del _HELD[str(lock)]
        ended.set()
        renewal.join()
        renewal.release()


def require_lease(lock: Address) -> None:
    """Refuse to go on if the lease of this run has ended, for example because the machine was suspended.

    Steps after a commit need it: deletions are not protected by a condition of the store.

    Raises
    ------
    BusyError
        If it has ended, or was never held.
    """
    renewal = _HELD.get(str(lock))
    if renewal is None or time.time() > renewal.ends_at:
        fix = "The lease of this run ended before its work did. Run the command again; it completes the work."
        raise BusyError(path=lock.parent, what="lake", fix=fix)


class _Renewal(Thread):
    """Renews a lease until its run ends."""

    def __init__(self, lock: Address, token: str, tag: str, ended: Event) -> None:
        super().__init__(daemon=True)
        self._lock, self._token, self._tag, self._ended = lock, token, tag, ended
        self.ends_at = time.time() + SECONDS

    def run(self) -> None:
        while not self._ended.wait(_EVERY):
            start = time.time()
            try:
                self._tag = connection.write_if(self._lock, _describe(self._token), self._tag)
                self.ends_at = start + SECONDS
            except TakenError:
                return  # another run took over: the commit will fail
            except StoreError:
                continue  # it is tried again before the lease ends

    def release(self) -> None:
        """Give the lease back, unless another run took it over."""
        try:
            connection.write_if(self._lock, _describe(self._token, seconds=0.0, holder=None), self._tag)
        except (TakenError, StoreError):
            return


def _acquire(lock: Address, state: Address, token: str, what: str) -> str:
    for _ in range(_TRIES):
        try:
            before, tag = connection.read(lock)
        except FileNotFoundError:
            before, tag = b"{}", None
        lease = json.loads(before or b"{}")
        if not _is_over(lease):
            raise _name_holder(lock, lease, what)
        try:
            tag = connection.write_if(lock, _describe(token), tag)
        except TakenError:
            continue
        if lease.get("holder") is not None:
            _mark_state(state, token)
        return tag
    raise BusyError(path=lock.parent, what=what, fix="Other runs took it meanwhile. Wait, then try again.")


def _mark_state(state: Address, token: str) -> None:
    """Give the manifest another tag without changing its content."""
    for _ in range(_TRIES):
        try:
            data, tag = connection.read(state)
        except FileNotFoundError:
            return
        values = {**open_seal(data.decode(), required=False), "taken_over_by": token}
        try:
            connection.write_if(state, seal(values).encode(), tag)
        except TakenError:
            continue
        return
    raise BusyError(
        path=state.parent, what="lake", fix="Another run commits again and again. Wait, then try again."
    )


def _describe(token: str, *, seconds: float | None = None, holder: str | None = "") -> bytes:
    now = time.time()
    lease = {
        "holder": f"{socket.gethostname()}:{os.getpid()}" if holder == "" else holder,
        "token": token,
        "written_at": now,
        "ends_at": now + (SECONDS if seconds is None else seconds),
    }
    return json.dumps(lease).encode()


def _is_over(lease: dict[str, Any]) -> bool:
    if lease.get("holder") is None:
        return True
    machine, _, process = lease["holder"].rpartition(":")
    if machine == socket.gethostname() and not _is_alive(int(process)):
        return True
    return bool(time.time() > lease["ends_at"] + _SKEW)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _name_holder(lock: Address, lease: dict[str, Any], what: str) -> BusyError:
    seconds = max(0.0, lease["ends_at"] + _SKEW - time.time())
    return BusyError(
        path=lock.parent,
        what=what,
        fix=f"{lease['holder']} holds it, for {seconds:.0f} s unless it renews the lease. Wait, then try again.",
    )
