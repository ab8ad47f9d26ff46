"""The server of a model: MLflow's server with a limit on the size of requests.

Run as `python -m lealtad.models.registry.serving --most BYTES -m MODEL --host HOST --port PORT`.
"""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.models.registry.batches import Batches
from lealtad.models.registry.serving_middleware import ServingMiddleware

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

TOKEN = "LEALTAD_SERVE_TOKEN"  # noqa: S105 - the name of the variable, not its value
_OK, _BAD, _TOO_LARGE = 200, 400, 413
_AT_ONCE = 1_000  # connections; further ones get 503
_DEEPEST = 64  # lists and objects within one another


class BoundedBody:
    """An ASGI application that answers 413 to a body of more than `most` bytes, without reading it all.

    A request whose stated length is too large is refused at once; otherwise the bytes are counted while reading.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], most: int) -> None:
        self._app, self._most = app, most

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]
    ) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > self._most:
            await self._refuse_size(send)
            return
        body = await self._read(receive)
        if body is None:
            await self._refuse_size(send)
            return
        if _measure_depth(body) > _DEEPEST:
            message = f"expected at most {_DEEPEST} lists and objects within one another, found more. Send rows."
            await _refuse(send, _BAD, message)
            return
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replay() -> Any:
            return next(parts, None) or await receive()

        await self._app(scope, replay, send)

    async def _read(self, receive: Callable[[], Awaitable[Any]]) -> bytes | None:
        """Return the whole body; None if it is too large."""
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > self._most:
                return None
        return b"".join(chunks)

    async def _refuse_size(self, send: Callable[..., Any]) -> None:
        message = f"expected at most {self._most:,} bytes (limits.request_bytes), found more. Send fewer rows."
        await _refuse(send, _TOO_LARGE, message)


async def _refuse(send: Callable[..., Any], status: int, message: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"message": message}).encode()})


def _measure_depth(body: bytes) -> int:
    """Return the nesting depth of brackets, including brackets in texts."""
    signs = np.frombuffer(body, dtype=np.uint8)
    opened = np.isin(signs, list(b"[{")).astype(np.int32) - np.isin(signs, list(b"]}"))
    return int(np.cumsum(opened).max(initial=0))


def main() -> None:
    """Serve the model named on the command line."""
    import uvicorn
    from mlflow.pyfunc import scoring_server

    options = argparse.ArgumentParser()
    options.add_argument("--most", type=int, default=1 << 22, help="bytes of a request")
    options.add_argument("-m", dest="model", required=True)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--name", default="", help="what /metrics calls the model")
    chosen = options.parse_args()
    model = scoring_server.load_model_with_mlflow_config(chosen.model)
    schema = model.metadata.get_input_schema()

    def predict(body: bytes) -> bytes | None:
        answer = scoring_server.invocations(body, "application/json", model, schema)
        return answer.response.encode() if answer.status == _OK else None

    app = BoundedBody(Batches(scoring_server.init(model), predict), chosen.most)
    guarded = ServingMiddleware(app, chosen.name, os.environ.get(TOKEN, ""))
    uvicorn.run(guarded, host=chosen.host, port=chosen.port, log_level="warning", limit_concurrency=_AT_ONCE)


if __name__ == "__main__":
    main()
