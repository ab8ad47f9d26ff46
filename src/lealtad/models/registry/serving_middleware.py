"""Middleware in front of a served model: token, time-out for incoming requests, health and counters."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # upper bounds of the histogram
_OPEN = ("/health", "/ping")
_HTTP_OK, _UNAUTHORIZED, _TIMEOUT = 200, 401, 408


class ServingMiddleware:
    """An ASGI application that passes on requests with the token, and counts their results.

    Parameters
    ----------
    token
        Required in `Authorization: Bearer …`; if empty, all requests pass. `/health` and `/ping` need no token.
    patience
        Seconds within which the next part of a request must arrive.
    """

    def __init__(
        self, app: Callable[..., Awaitable[None]], name: str, token: str = "", patience: float = 10.0
    ) -> None:
        self._app, self._name, self._token, self._patience = app, name, token.encode(), patience
        self._answers: Counter[int] = Counter()
        self._durations: Counter[float] = Counter()
        self._seconds, self._bytes = 0.0, 0

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]
    ) -> None:
        """Answer a request or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in _OPEN:
            await _answer(send, _HTTP_OK, b"\n")
        elif not self._is_known(scope):
            await _answer(
                send, _UNAUTHORIZED, b'{"message": "expected Authorization: Bearer TOKEN, found another"}'
            )
            self._answers[_UNAUTHORIZED] += 1
        elif scope["path"] == "/metrics":
            await _answer(send, _HTTP_OK, self.describe().encode(), b"text/plain; version=0.0.4")
        else:
            await self._hand_on(scope, receive, send)

    def describe(self) -> str:
        """Return the counters in Prometheus' text format.

        Examples
        --------
        >>> print(ServingMiddleware(None, "churn/1").describe().splitlines()[1])
        lealtad_model_info{model="churn/1"} 1
        """
        lines = ["# TYPE lealtad_model_info gauge", f'lealtad_model_info{{model="{self._name}"}} 1']
        lines += ["# TYPE lealtad_requests_total counter"]
        lines += [
            f'lealtad_requests_total{{status="{status}"}} {count}'
            for status, count in sorted(self._answers.items())
        ]
        lines += ["# TYPE lealtad_request_bytes_total counter", f"lealtad_request_bytes_total {self._bytes}"]
        lines += ["# TYPE lealtad_request_seconds histogram"]
        total = self._durations.total()
        lines += [
            f'lealtad_request_seconds_bucket{{le="{bound}"}} '
            f"{sum(count for each, count in self._durations.items() if each <= bound)}"
            for bound in _SECONDS
        ]
        lines += [f'lealtad_request_seconds_bucket{{le="+Inf"}} {total}']
        lines += [f"lealtad_request_seconds_sum {self._seconds:.6f}", f"lealtad_request_seconds_count {total}"]
        return "\n".join(lines) + "\n"

    def _is_known(self, scope: MutableMapping[str, Any]) -> bool:
        shown = dict(scope["headers"]).get(b"authorization", b"")
        return not self._token or hmac.compare_digest(shown, b"Bearer " + self._token)

    async def _hand_on(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]
    ) -> None:
        started, status, is_read = time.perf_counter(), 0, False

        async def receive_soon() -> Any:
            nonlocal is_read
            # after the whole body, the next message is the disconnection of the client
            message = await (receive() if is_read else asyncio.wait_for(receive(), self._patience))
            is_read = not message.get("more_body", False)
            self._bytes += len(message.get("body", b""))
            return message

        async def send_noted(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive_soon, send_noted)
        except TimeoutError:
            if status:
                raise
            status = _TIMEOUT
            await _answer(
                send, status, b'{"message": "expected a whole request, found a part of it. Send it again."}'
            )
        took = time.perf_counter() - started
        self._answers[status] += 1
        self._seconds += took
        self._durations[next((bound for bound in _SECONDS if took <= bound), float("inf"))] += 1


async def _answer(send: Callable[..., Any], status: int, body: bytes, kind: bytes = b"application/json") -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
