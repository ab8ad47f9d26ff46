"""What a request may be: the server reads no more of it than the limit, however its length is stated."""

import asyncio
import json

import pytest

from lealtad.models.registry.serving import BoundedBody


async def answer(scope, receive, send):
    """Stand for the model: say how many bytes came."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(body)).encode()})


def ask(chunks, most=1_000, headers=()):
    sent, taken = [], []

    async def receive():
        taken.append(len(taken))
        number = len(taken)
        return {"type": "http.request", "body": chunks[number - 1], "more_body": number < len(chunks)}

    async def send(message):
        sent.append(message)

    asyncio.run(BoundedBody(answer, most)({"type": "http", "headers": list(headers)}, receive, send))
    return sent[0]["status"], sent[1]["body"], len(taken)


def test_a_request_within_the_limit_arrives_whole():
    assert ask([b"x" * 400, b"y" * 600]) == (200, b"1000", 2)


def test_a_stated_length_beyond_the_limit_is_refused_unread():
    status, answer, read = ask([b"x" * 2_000], headers=[(b"content-length", b"2000")])
    assert (status, read) == (413, 0)
    assert "at most 1,000 bytes (limits.request_bytes)" in json.loads(answer)["message"]


@pytest.mark.parametrize("stated", [[], [(b"content-length", b"10")], [(b"transfer-encoding", b"chunked")]])
def test_bytes_are_counted_as_they_come_and_no_more_is_read(stated):
    status, _, read = ask([b"x" * 600] * 50, headers=stated)
    assert (status, read) == (413, 2)


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"many", b"0x10"])
def test_a_length_that_is_none_is_refused(length):
    assert ask([b"x"], headers=[(b"content-length", length)])[0] == 413


def test_a_body_of_a_hundred_thousand_brackets_is_one_answer():
    body = b'{"dataframe_records": ' + b"[" * 400 + b"]" * 400 + b"}"
    assert ask([body])[0] == 400
    assert ask([b'{"dataframe_records": [{"a": [1]}]}'])[0] == 200


def test_what_is_no_request_passes():
    passed = []

    async def app(scope, _receive, _send):
        passed.append(scope["type"])

    asyncio.run(BoundedBody(app, 10)({"type": "lifespan"}, None, None))
    assert passed == ["lifespan"]
