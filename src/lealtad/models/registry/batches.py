"""Requests that wait for a model are answered together, by one call of it."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

_ROWS = 1_000  # that one call of the model takes at most
_SPLIT = "dataframe_split"
_MIME = b"application/json"


@dataclass(frozen=True)
class Question:
    """The rows of a request, and where its answer goes; None says that it is to be asked alone."""

    columns: str
    rows: list[Any]
    answer: asyncio.Future[bytes | None]


class Batches:
    """An ASGI application that joins concurrent requests for predictions, and hands all others on.

    While the model works, requests wait. All that wait with the same columns and parameters are its next call. If
    that fails, each is handed on by itself: so a bad row spoils no other request, and errors read as ever.

    Parameters
    ----------
    app
        What answers a single request.
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
        """Answer a request with others, or hand it on."""
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
            except Exception:  # whatever it is, each request meets it alone
                answers = [None] * len(batch)
            for question, answer in zip(batch, answers, strict=True):
                if not question.answer.done():  # its client may have gone
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
    """Take the questions about the same columns that came first, up to the most rows of a call."""
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
    """Return the rows of a request; None for one that is to be asked alone."""
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
