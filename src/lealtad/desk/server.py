"""The desk's server: one process on SQLite, one per core on PostgreSQL, all behind one port of this machine."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import threading
import time
from importlib import import_module
from typing import Any
from wsgiref.util import setup_testing_defaults

import waitress
from django.conf import settings
from django.db import Error, close_old_connections, connections

from lealtad.base.errors import SettingsError
from lealtad.base.private_files import keep_private
from lealtad.desk.outbox import send_waiting
from lealtad.desk.wsgi import application

_THREADS = 2  # more threads of one interpreter would not answer more, and delay some requests
_MOST_PROCESSES = 8
_WAITING = 1024  # connections that may wait for a process
_OUTBOX_SECONDS = 10
_WATCH_SECONDS = 1
_FORWARDED = {"x-forwarded-for", "x-forwarded-proto"}


def serve(port: int) -> None:
    """Serve the desk on this machine until it is stopped, and send the outbox in the background.

    Behind a proxy on this machine, scheme and address of a request are those that the proxy reports.

    Raises
    ------
    SettingsError
        If another program uses the port.
    """
    listener = _listen(port)
    threading.Thread(target=_send_outbox, daemon=True, name="outbox").start()
    if connections["default"].vendor == "sqlite" or os.name != "posix":
        _warm_up()
        _answer(listener)
        return
    shared = listener.fileno()
    command = [sys.executable, "-m", "lealtad.desk.process", str(shared), str(os.getpid())]
    process = subprocess.run(command, pass_fds=[shared], check=False)  # noqa: S603 - our own module
    if process.returncode:
        sys.exit("desk: the processes that answer have ended; start the desk again")


def serve_copies(listener: socket.socket, first: int) -> None:
    """Serve the desk at a socket by copies of this process, one per core, until the first process ends.

    Forked copies share memory, and so the processor's caches. They are forked before this process reads a data
    frame, because its threads would be missing in a copy.

    Parameters
    ----------
    first
        The number of the process that started this one.
    """
    _warm_up()
    ends_with, own = first, os.getpid()
    for _ in range(min(os.cpu_count() or 1, _MOST_PROCESSES) - 1):
        if os.fork() == 0:
            ends_with = own
            break
    threading.Thread(target=_end_with, args=(ends_with,), daemon=True, name="watch").start()
    _answer(listener)


def _answer(listener: socket.socket) -> None:
    proxy = (
        {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": _FORWARDED} if settings.DESK_BEHIND_PROXY else {}
    )
    with keep_private():
        server = waitress.create_server(
            application, sockets=[listener], threads=_THREADS, ident=None, asyncore_use_poll=True, **proxy
        )
        _accept_when_free(server)
        server.run()


def _warm_up() -> None:
    """Render the login page once, so that the first visitors do not wait for templates and translations."""
    import_module("lealtad.desk.urls")
    environ = {"PATH_INFO": "/login/", "HTTP_HOST": "localhost", "HTTP_X_FORWARDED_PROTO": "https"}
    setup_testing_defaults(environ)
    list(application(environ, lambda *_: lambda _: None))
    connections.close_all()  # a connection belongs to one process
    gc.freeze()  # imported objects stay, so garbage collections skip them


def _accept_when_free(server: Any) -> None:
    """Accept connections only while no request is waiting, so that free processes take them."""
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


def _end_with(first: int) -> None:
    """Stop this process when the first process has ended, for whatever reason."""
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
