"""The desk's server: one process on SQLite, one per core on PostgreSQL, all behind one port of this machine."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
from importlib import import_module
from typing import Any

import waitress
from django.conf import settings
from django.db import Error, close_old_connections, connections

from lealtad.base.errors import SettingsError
from lealtad.base.private_files import keep_private
from lealtad.desk.outbox import send_waiting
from lealtad.desk.wsgi import application

_THREADS = 2  # of one interpreter: more would not answer more, and make some requests wait longer
_MOST_PROCESSES = 8
_WAITING = 1024  # connections that may wait for a process
_OUTBOX_SECONDS = 10
_WATCH_SECONDS = 1
_FORWARDED = {"x-forwarded-for", "x-forwarded-proto"}


def serve(port: int) -> None:
    """Serve the desk on this machine until it is ended; the outbox is sent beside it.

    Behind a proxy the scheme and the address of a request are those that the proxy, on this machine, reports.

    Raises
    ------
    SettingsError
        If another program has the port.
    """
    import_module("lealtad.desk.urls")  # so that the first request does not wait for it
    listener = _listen(port)
    connections.close_all()  # a connection belongs to one process
    gc.freeze()  # what is imported stays: no collection looks through it again
    is_first = _start_processes()
    proxy = (
        {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": _FORWARDED} if settings.DESK_BEHIND_PROXY else {}
    )
    with keep_private():
        server = waitress.create_server(
            application, sockets=[listener], threads=_THREADS, ident=None, asyncore_use_poll=True, **proxy
        )
        _accept_when_free(server)
        if is_first:
            threading.Thread(target=_send_outbox, daemon=True, name="outbox").start()
        server.run()


def _accept_when_free(server: Any) -> None:
    """Leave new connections to a process that is free while this one has requests waiting."""
    is_readable, waiting = server.readable, server.task_dispatcher.queue
    server.readable = lambda: is_readable() and not waiting


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server(("127.0.0.1", port), backlog=_WAITING)
    except OSError as error:
        raise SettingsError(
            place="--port",
            expected="a port that nobody uses",
            found=f"{port} ({error.strerror})",
            fix="Name another one with --port.",
        ) from None
    listener.setblocking(False)
    return listener


def _start_processes() -> bool:
    """Start the other processes; True in the first one. SQLite has one writer, so one process is enough."""
    if connections["default"].vendor == "sqlite" or not hasattr(os, "fork"):
        return True
    first = os.getpid()
    for _ in range(min(os.cpu_count() or 1, _MOST_PROCESSES) - 1):
        if os.fork() == 0:
            threading.Thread(target=_end_with, args=(first,), daemon=True, name="watch").start()
            return False
    return True


def _end_with(first: int) -> None:
    """End this process when the first one has ended, however it ended."""
    while os.getppid() == first:
        time.sleep(_WATCH_SECONDS)
    os._exit(0)


def _send_outbox() -> None:
    while settings.DESK_WEBHOOK:
        try:
            send_waiting()
        except Error as error:
            print(f"desk: the outbox waits: {error}", file=sys.stderr)  # noqa: T201 - the server's own log
        close_old_connections()
        time.sleep(_OUTBOX_SECONDS)
