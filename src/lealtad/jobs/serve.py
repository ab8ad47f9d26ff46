"""The champion over HTTP, on this machine only."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import read_settings_in_force
from lealtad.jobs.options import MODEL, OUT, Model, Out, Store
from lealtad.lake import Lake

_TOKEN, _HERE = "LEALTAD_SERVE_TOKEN", ("127.0.0.1", "::1", "localhost")
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]


Host = Annotated[str, typer.Option(help="Address to listen on; all but 127.0.0.1 need LEALTAD_SERVE_TOKEN.")]


def serve(
    out: Out = OUT, model: Model = MODEL, tracking_uri: Store = "", port: Port = 5001, host: Host = "127.0.0.1"
) -> None:
    """Serve the champion over HTTP, on this machine only unless a token is set; Ctrl-C ends it.

    POST rows as JSON to http://127.0.0.1:PORT/invocations; docs/models.md shows one. Nothing is unpickled.
    """
    from lealtad.models import registry

    if host not in _HERE and not os.environ.get(_TOKEN):
        raise SettingsError(
            place="--host",
            expected="127.0.0.1, or a token that clients must send",
            found=f"{host} without a token",
            fix=f"Set it where lealtad runs: export {_TOKEN}=…; TLS is for a proxy before it.",
        )
    tables = Lake.open(out / "lake").versions if not model.name else ()
    name, store = ModelDefinition.choose(model, tables).name, job.find_store(tracking_uri, out)
    champion = registry.load_champion(store, name)
    job.show(f"serve: {name}/{champion.version} on http://{host}:{port}", sys.stderr)
    if getattr(champion, "season", None) is not None:
        job.show(
            "serve: churn varies by season; answers are at the usual level, and the nightly scores at that of the "
            "night (summary.json, level)",
            sys.stderr,
        )
    # serve the files that were checked, not the alias or an address in the store, which may change
    address = ["-m", champion.address, "--host", host, "--port", str(port)]
    address += ["--name", f"{name}/{champion.version}"]
    most = read_settings_in_force(out).settings.limits.request_bytes
    environment = {"MLFLOW_TRACKING_URI": store, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    os.execve(  # noqa: S606 - our own server, without a shell; it takes this process's place and its signals
        sys.executable,
        [sys.executable, "-m", "lealtad.models.registry.serving", "--most", str(most), *address],
        {**os.environ, **environment},
    )
