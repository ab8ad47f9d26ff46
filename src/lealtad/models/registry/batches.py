"""Batching: concurrent requests for predictions are answered by one call of the model."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

_ROWS = 1_000  # most rows per call of the model
_SPLIT = "dataframe_split"
_MIME = b"application/json"


@dataclass(frozen=True)
class Question:
    """The rows of a request, and a future for its answer; None means that it must be answered individually."""

    columns: str
    rows: list[Any]
    answer: asyncio.Future[bytes | None]


class Batches:
    """An ASGI application that batches concurrent requests for predictions, and passes all others on.

    Requests wait while the model is busy. All waiting requests with the same columns and parameters form its next
    call. If that fails, each is passed on individually, so that a bad row affects no other request, and errors are
    unchanged.

    Parameters
    ----------
    app
        The application that answers a single request.
    predict
        Takes the JSON of a request and returns the JSON of its answer; None if it fails. It runs in a thread.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], predict: Callable[[bytes], bytes | None]) -> None:
        self._app, self._predict = app, predict
        self._waiting: dict[str, list[Question]] = defaultdict(list)
        self._worker: asyncio.Task[None] | None = None

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]
    ) -> None:
        """Answer a request in a batch, or pass it on."""
        if not _asks_for_predictions(scope):
            await self._app(scope, receive, send)
            return
        first = await receive()
        body = first.get("body", b"")
        question = None if first.get("more_body") else _parse_question(body)
        answer = None if question is None else await self._wait_for(question)
        if answer is not None:
            await _send_json(send, answer)
            return
        parts = iter([first])

        async def replay() -> Any:
            return next(parts, None) or await receive()

        await self._app(scope, replay, send)

    async def _wait_for(self, question: Question) -> bytes | None:
        self._waiting[question.columns].append(question)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await question.answer

    async def _work(self) -> None:
        while self._waiting:
            columns = next(iter(self._waiting))
            batch = _take(self._waiting, columns)
            answers: Sequence[bytes | None]
            try:
                answers = await asyncio.to_thread(self._ask, columns, batch)
            except Exception:  # whatever the error, each request is then answered individually
                answers = [None] * len(batch)
            for question, answer in zip(batch, answers, strict=True):
                if not question.answer.done():  # the client may have disconnected
                    question.answer.set_result(answer)

    def _ask(self, columns: str, batch: list[Question]) -> Sequence[bytes | None]:
        names, params = json.loads(columns)
        rows = [row for question in batch for row in question.rows]
        asked = {_SPLIT: {"columns": names, "data": rows}} | ({} if params is None else {"params": params})
        answer = self._predict(json.dumps(asked).encode())
        predictions = None if answer is None else json.loads(answer)["predictions"]
        if not isinstance(predictions, list) or len(predictions) != len(rows):
            return [None] * len(batch)
        answers, start = [], 0
        for question in batch:
            end = start + len(question.rows)
            answers.append(json.dumps({"predictions": predictions[start:end]}).encode())
            start = end
        return answers


def _take(waiting: dict[str, list[Question]], columns: str) -> list[Question]:
    """Take the oldest questions with the same columns, up to the maximum rows of a call."""
    questions, rows = waiting.pop(columns), 0
    for number, question in enumerate(questions):
        rows += len(question.rows)
        if rows > _ROWS and number:
            waiting[columns] = questions[number:]
            return questions[:number]
    return questions


def _asks_for_predictions(scope: MutableMapping[str, Any]) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != "/invocations":
        return False
    return bool(dict(scope["headers"]).get(b"content-type", b"") == _MIME)


def _parse_question(body: bytes) -> Question | None:
    """Return the rows of a request; None if it must be answered individually."""
    try:
        asked = json.loads(body)
        split = asked[_SPLIT]
        if set(asked) - {_SPLIT, "params"} or set(split) != {"columns", "data"}:
            return None
        rows, width = split["data"], len(split["columns"])
        if not 0 < len(rows) <= _ROWS or any(len(row) != width for row in rows):
            return None
        columns = json.dumps([split["columns"], asked.get("params")])
    except (ValueError, KeyError, TypeError):
        return None
    return Question(columns, rows, asyncio.get_running_loop().create_future())


async def _send_json(send: Callable[..., Any], body: bytes) -> None:
    headers = [(b"content-type", _MIME), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
