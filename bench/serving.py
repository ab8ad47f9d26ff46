"""One row per request from 50 clients: `lealtad serve` against `mlflow models serve`, in turns, with equal
answers.

It needs a run with a champion: `LEALTAD_RUN=reports/demo python -m bench serving`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.rows import Row

CLIENTS = 50
SECONDS = float(os.environ.get("LEALTAD_SERVING_SECONDS", "10"))
TURNS = int(os.environ.get("LEALTAD_SERVING_TURNS", "3"))
ROWS = 500


def run() -> list[Row]:
    """Measure both servers in turns."""
    folder = Path(os.environ.get("LEALTAD_RUN", "reports/demo")).absolute()
    if not (folder / "lake").is_dir():
        print(f"serving: no run in {folder}; name one with a champion in LEALTAD_RUN")
        return []
    bodies, store, address = _prepare(folder)
    environment = os.environ | {
        "MLFLOW_TRACKING_URI": store,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    own_command = [
        sys.executable,
        "-m",
        "lealtad.jobs.command_line",
        "serve",
        "--out",
        str(folder),
        "--model",
        "churn",
    ]
    mlflow_command = [
        str(Path(sys.executable).with_name("mlflow")),
        "models",
        "serve",
        "-m",
        address,
        "--env-manager",
        "local",
    ]
    with _start(own_command, environment) as port, _start(mlflow_command, environment) as other:
        same = all(
            asyncio.run(_ask_once(port, body)) == asyncio.run(_ask_once(other, body)) for body in bodies[:50]
        )
        turns = [(asyncio.run(_load(port, bodies)), asyncio.run(_load(other, bodies))) for _ in range(TURNS)]
    if not same:
        sys.exit("serving: expected the same answers of both servers, found others")
    return _describe(turns)


def _describe(turns: list[tuple[list[float], list[float]]]) -> list[Row]:
    ratios = [len(own) / len(peer) for own, peer in turns]
    rows: list[Row] = [
        {
            "name": "serving: throughput, times that of mlflow models serve",
            "value": float(np.median(ratios)),
            "unit": "×",
            "goal": 4.0,
            "better": "higher",
            "low": min(ratios),
            "high": max(ratios),
            "repeats": len(ratios),
        }
    ]
    for side, label in ((0, "lealtad"), (1, "mlflow")):
        waits = np.concatenate([turn[side] for turn in turns]) * 1000
        print(
            f"{label}: {len(waits) / (SECONDS * len(turns)):.0f} requests/s, {len(waits):,} requests, "
            f"p50 {np.percentile(waits, 50):.0f} ms, p99 {np.percentile(waits, 99):.0f} ms"
        )
    return rows


def _prepare(folder: Path) -> tuple[list[bytes], str, str]:
    import lealtad
    from lealtad.base.job import find_store
    from lealtad.models import registry

    store = find_store("", folder)
    champion = registry.load_champion(store, "churn")
    lake = lealtad.Lake.open(folder / "lake")
    rows = lake.read("features", 0).tail(ROWS).select(champion.contract["columns"])
    requests = [{"dataframe_split": {"columns": rows.columns, "data": [row]}} for row in rows.rows()]
    return [json.dumps(request).encode() for request in requests], store, champion.address


async def _load(port: int, bodies: list[bytes]) -> list[float]:
    """Return the seconds of each request that was answered in the time."""
    waits: list[float] = []
    end = time.perf_counter() + SECONDS
    await asyncio.gather(*(_ask_on(port, bodies, number, end, waits) for number in range(CLIENTS)))
    return waits


async def _ask_on(port: int, bodies: list[bytes], number: int, end: float, waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (start := time.perf_counter()) < end:
        await _exchange(reader, writer, bodies[number % len(bodies)])
        waits.append(time.perf_counter() - start)
        number += CLIENTS
    writer.close()


def _ask(port: int, body: bytes) -> object:
    return asyncio.run(_ask_once(port, body))


async def _ask_once(port: int, body: bytes) -> object:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = json.loads(await _exchange(reader, writer, body))
    writer.close()
    return answer


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> bytes:
    head = [
        "POST /invocations HTTP/1.1",
        "Host: a",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not answer.startswith(b"http/1.1 200"):
        raise RuntimeError(answer.decode())
    length = int(answer.split(b"content-length:")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


@contextmanager
def _start(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 - our own servers
        [*command, "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(2_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"no server on port {port}")
