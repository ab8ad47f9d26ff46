"""The champion over HTTP, on this machine alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lealtad.base import job
from lealtad.company.model_definition import ModelDefinition
from lealtad.jobs.options import MODEL, OUT, Model, Out, Store
from lealtad.lake import Lake

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]


def serve(out: Out = OUT, model: Model = MODEL, tracking_uri: Store = "", port: Port = 5001) -> None:
    """Answer over HTTP as the champion, on this machine alone; Ctrl-C ends it.

    POST rows as JSON to http://127.0.0.1:PORT/invocations; docs/models.md shows one. Nothing is unpickled.
    """
    from lealtad.models import registry

    tables = Lake.open(out / "lake").versions if not model.name else ()
    name, store = ModelDefinition.choose(model, tables).name, job.find_store(tracking_uri, out)
    champion = registry.load_champion(store, name)
    job.show(f"serve: {name}/{champion.version} on http://127.0.0.1:{port}", sys.stderr)
    # not by its alias, which may move, nor by an address in the store: the very files that were checked
    address = ["-m", champion.address, "--host", "127.0.0.1", "--port", str(port)]
    # MLflow starts its server by name: the one beside this Python, wherever PATH points
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {"MLFLOW_TRACKING_URI": store, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "PATH": beside}
    os.execve(  # noqa: S606 - our own server, without a shell; it takes this process's place and its signals
        sys.executable,
        [sys.executable, "-m", "mlflow", "models", "serve", "--env-manager", "local", *address],
        {**os.environ, **environment},
    )
