"""An object store of one's own: `moto_server` as a process, behind a process that fails on demand."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

PROXY = Path(__file__).with_name("faulty_proxy.py")
AVAILABLE = find_spec("moto") is not None and find_spec("obstore") is not None
NO_FAULTS = {"delay": 0.0, "refuse": 0, "lose": 0, "heed": True, "expired": False}


class Store:
    """A bucket that runs, and what goes wrong with it."""

    def __init__(self, port):
        self.port = port
        self.environment = {
            "AWS_ACCESS_KEY_ID": "lealtad",
            "AWS_SECRET_ACCESS_KEY": "of-a-test",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ALLOW_HTTP": "true",
        }
        self.ask("PUT", "/acme")

    def ask(self, method, path, body=b""):
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body)
        content = connection.getresponse().read()
        connection.close()
        return content

    def fail(self, **faults):
        self.ask("POST", "/__faults", json.dumps(faults).encode())

    def count(self):
        """What went over the wire since the last call."""
        return json.loads(self.ask("POST", "/__faults", b'{"count": true}'))

    def new_address(self):
        return f"s3://acme/{uuid4().hex}"


@contextmanager
def run_store():
    """Give a store whose addresses the environment of this process reaches."""
    ports = [_find_port(), _find_port()]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    commands = [["-m", "moto.server", "-p", str(ports[0])], [str(PROXY), *map(str, reversed(ports))]]
    processes = [subprocess.Popen([sys.executable, *each], **quiet) for each in commands]  # noqa: S603 - our own
    before = dict(os.environ)
    try:
        for port in ports:
            _wait_for(port)
        store = Store(ports[1])
        os.environ |= store.environment
        yield store
    finally:
        os.environ.clear()
        os.environ |= before
        for process in processes:
            process.kill()
            process.wait()


def _find_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port):
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")
