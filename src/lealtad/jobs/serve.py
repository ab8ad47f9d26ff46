"""The champion over HTTP, on this machine alone."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from lealtad.base import job
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import read_settings_in_force
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
    if champion.season is not None:
        job.show(
            "serve: churn varies by season; answers are at the usual level, and the nightly scores at that of the "
            "night (summary.json, level)",
            sys.stderr,
        )
    address = ["-m", f"models:/{name}@champion", "--host", "127.0.0.1", "--port", str(port)]
    most = read_settings_in_force(out).settings.limits.request_bytes
    environment = {"MLFLOW_TRACKING_URI": store, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    os.execve(  # noqa: S606 - our own server, without a shell; it takes this process's place and its signals
        sys.executable,
        [sys.executable, "-m", "lealtad.models.registry.serving", "--most", str(most), *address],
        {**os.environ, **environment},
    )
