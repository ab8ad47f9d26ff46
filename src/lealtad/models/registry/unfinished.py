"""Runs left open by a killed process, and finished runs that can be reused."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.models.registry.database import find_database
from lealtad.models.registry.store import silence_mlflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlflow.entities import Run
    from mlflow.tracking import MlflowClient

PROCESS_TAG, TRAINING_TAG, MODEL_TAG = "lealtad.process", "lealtad.training", "lealtad.model"
_START = 19  # the start time of a process, among the fields of /proc/PID/stat after the name


def name_process() -> str:
    """Return the identity of this process: host, number and start.

    Examples
    --------
    >>> name_process().split()[1] == str(os.getpid())
    True
    """
    return f"{socket.gethostname()} {os.getpid()} {_read_start(os.getpid())}"


def close_dead_runs(client: MlflowClient, tracking_uri: str, experiments: Iterable[str]) -> None:
    """Close as killed the runs that are open although their process has ended."""
    with silence_mlflow():
        for run in client.search_runs(list(experiments), "attributes.status = 'RUNNING'"):
            process = run.data.tags.get(PROCESS_TAG)
            if process is not None and _is_dead(process, is_local=find_database(tracking_uri) is not None):
                client.set_terminated(run.info.run_id, status="KILLED")


def find_finished_run(client: MlflowClient, experiment: str, training: str) -> Run | None:
    """Return the newest complete run of the same training; None if there is none."""
    with silence_mlflow():
        runs = client.search_runs(
            [experiment], f"attributes.status = 'FINISHED' and tags.`{TRAINING_TAG}` = '{training}'"
        )
    return next((run for run in runs if MODEL_TAG in run.data.tags), None)


def _is_dead(process: str, *, is_local: bool) -> bool:
    host, number, start = process.split(" ")
    if host != socket.gethostname():
        # runs from another container; on a server they may be from another machine
        return is_local
    return _read_start(int(number)) != start


def _read_start(process: int) -> str:
    """Return when a process started, in clock ticks; "gone" if it does not exist."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        return text.rpartition(")")[2].split()[_START]
    except OSError:
        pass
    try:
        os.kill(process, 0)  # signal 0 only checks that the process exists
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        pass
    return "unknown"
