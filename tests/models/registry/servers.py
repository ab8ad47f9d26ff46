"""Real servers on loopback, each with all its children in one group that ends with it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

MLFLOW = Path(sys.executable).with_name("mlflow")
# the server starts others by name
PATH = f"{MLFLOW.parent}:{os.environ['PATH']}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """A process with its children, and the address it answers at."""

    def __init__(self, port, *arguments, log, **environment):
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
        with log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own server
                [MLFLOW, *map(str, arguments), "--host", "127.0.0.1", "--port", str(port)],
                env=kept | {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "PATH": PATH} | environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=log.parent,
            )

    def wait(self, path, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}{path}", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(self.log.read_text()[-3000:])

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def tracking(folder: Path, port: int) -> Server:
    """An MLflow server over a store in `folder`; started again it knows what it knew."""
    store = [
        "--backend-store-uri",
        f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination",
        folder / "artifacts",
    ]
    plain = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # seven more processes, for what is not used here
    return Server(port, "server", *store, "--workers", 1, log=folder / "tracking.log", **plain).wait("/health")


@contextmanager
def serving(tracking_uri: str, folder: Path, model: str = "models:/churn@champion"):
    """`mlflow models serve` of a model in a store."""
    arguments = ["models", "serve", "-m", model, "--env-manager", "local"]
    server = Server(free_port(), *arguments, log=folder / "serving.log", MLFLOW_TRACKING_URI=tracking_uri)
    try:
        yield server.wait("/ping")
    finally:
        server.kill()
