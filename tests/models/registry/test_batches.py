"""Concurrent requests are answered together, as each would be alone; what is not for a batch is handed on."""

import asyncio
import json

from lealtad.models.registry.batches import Batches
from lealtad.models.registry.serving_middleware import ServingMiddleware

CALLS = []


def double(body):
    """A model of one column, whose call fails if any row holds a text."""
    rows = json.loads(body)["dataframe_split"]["data"]
    CALLS.append(len(rows))
    if any(isinstance(value, str) for row in rows for value in row):
        return None
    return json.dumps({"predictions": [2 * row[0] for row in rows]}).encode()


async def alone(scope, receive, send):
    message = await receive()
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


async def ask(app, body, path="/invocations", headers=(), parts=None):
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(b"content-type", b"application/json"), *headers],
    }
    sent = []
    messages = parts or [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        if not messages:
            await asyncio.sleep(60)
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def rows(*values, columns=("x",)):
    return json.dumps(
        {"dataframe_split": {"columns": list(columns), "data": [[value] for value in values]}}
    ).encode()


def run(*bodies, app=None):
    async def all_at_once():
        served = app or Batches(alone, double)
        return await asyncio.gather(*(ask(served, body) for body in bodies))

    CALLS.clear()
    return asyncio.run(all_at_once())


def test_each_gets_its_own_rows_and_few_calls_are_made():
    answers = run(*(rows(i, i + 100) for i in range(50)))
    assert [json.loads(body)["predictions"] for _, body in answers] == [[2 * i, 2 * i + 200] for i in range(50)]
    assert sum(CALLS) == 100
    assert len(CALLS) <= 3


def test_a_bad_row_spoils_only_its_own_request():
    good, bad = rows(1), rows("text")
    answers = run(bad, columns_of("y", 3), good)
    assert answers[0] == (418, bad)
    assert json.loads(answers[1][1]) == {"predictions": [6]}


def columns_of(name, value):
    return rows(value, columns=(name,))


def test_what_is_not_rows_is_handed_on():
    for body in (
        b"no json",
        b"[1]",
        b'{"dataframe_records": [{"x": 1}]}',
        rows(),
        b'{"dataframe_split": {"columns": 3}}',
    ):
        assert run(body) == [(418, body)]


def test_a_call_takes_a_thousand_rows():
    run(*(rows(*range(400)) for _ in range(6)))
    assert max(CALLS) <= 1000
    assert sum(CALLS) == 2400


def test_a_token_is_demanded_but_for_health_and_all_is_counted():
    app = ServingMiddleware(alone, "churn/1", token="s3cret")  # noqa: S106 - of a test

    async def try_all():
        shown = [(b"authorization", b"Bearer s3cret")]
        return (
            await ask(app, b"{}"),
            await ask(app, b"{}", headers=[(b"authorization", b"Bearer other")]),
            await ask(app, b"{}", headers=shown),
            await ask(app, b"", path="/health"),
            await ask(app, b"", path="/metrics"),
            await ask(app, b"", path="/metrics", headers=shown),
        )

    without, other, right, health, hidden, metrics = asyncio.run(try_all())
    assert [without[0], other[0], right[0], health[0], hidden[0], metrics[0]] == [401, 401, 418, 200, 401, 200]
    assert b"s3cret" not in metrics[1]
    assert b'lealtad_requests_total{status="418"} 1' in metrics[1]
    assert b"lealtad_request_seconds_count 1" in metrics[1]


def test_a_body_that_does_not_arrive_is_refused():
    app = ServingMiddleware(alone_when_whole, "churn/1", patience=0.05)
    parts = [{"type": "http.request", "body": b"{", "more_body": True}]
    status, _ = asyncio.run(ask(app, b"", parts=parts))
    assert status == 408


async def alone_when_whole(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
