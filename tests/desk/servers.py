"""A desk as its own process, asked over HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from tests.desk import company

ROOT = Path(__file__).parents[2]
_FORGERY_TOKEN = "a" * 32
_START_SECONDS = 240


def prepare(out: Path, cards: int, people: int, quota: int | None = None, **environment: str) -> dict[str, str]:
    """Deliver a list of many customers, with a quota of the team; return the session of each person."""
    numbers = (cards, people, 10 * cards if quota is None else quota)
    command = [sys.executable, "-m", "tests.desk.prepare", str(out), *map(str, numbers)]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Desk:
    """A running server."""

    def __init__(self, out: Path, port: int, hosts: tuple[str, ...] = (), **environment: str) -> None:
        self.out, self.port, self.hosts, self.environment = out, port, hosts, environment
        self.process = None

    def start(self) -> None:
        """Start the server as its user would, with the clock of the list, and wait until it answers."""
        code = (
            "from datetime import datetime; from pathlib import Path; from lealtad.desk import run; "
            f"run.prepare_desk(Path({str(self.out)!r}), {self.hosts!r}, "
            f"clock_starts_at=datetime.fromisoformat({company.OPENS.isoformat()!r})); run.serve({self.port})"
        )
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | self.environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.get("/ready/").status in {200, 301}:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(self.out)

    def kill(self) -> None:
        """End the server without a word, and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def get(self, address: str, session: str = "", **headers: str):
        return self._ask("GET", address, session, None, headers)

    def post(self, address: str, session: str, **form: str):
        return self._ask("POST", address, session, form)

    def _ask(self, method, address, session, form, more=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"sessionid={session}; csrftoken={_FORGERY_TOKEN}"}
        headers |= {name.replace("_", "-"): value for name, value in (more or {}).items()}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": _FORGERY_TOKEN})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode()
            return answer
        finally:
            connection.close()


@contextmanager
def serve(out: Path, hosts: tuple[str, ...] = (), **environment: str):
    """Run a desk until the block ends."""
    desk = Desk(out, find_free_port(), hosts, **environment)
    desk.start()
    try:
        yield desk
    finally:
        desk.kill()
