"""A process before an object store that fails as stores do: `python faulty_proxy.py PORT STORE_PORT`.

POST /__faults takes JSON, which holds from then on:

- `delay`: seconds that each answer takes
- `refuse`: every how manyth request is answered 503 and goes nowhere
- `lose`: every how manyth write is carried out and answered 503
- `heed`: false takes conditions out of writes
- `expired`: true answers as S3 does to a token that has expired
- `count`: true answers with the requests and bytes since the last such call
"""

import json
import sys
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock

FAULTS = {"delay": 0.0, "refuse": 0, "lose": 0, "heed": True, "expired": False}
TALLY = {"requests": 0, "read": 0, "written": 0, "GET": 0, "PUT": 0, "HEAD": 0, "DELETE": 0, "POST": 0}
NUMBERS, WRITES, LOCK = count(1), count(1), Lock()
EXPIRED = b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
HOP = {"connection", "transfer-encoding", "keep-alive"}


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/__faults":
            return self._change(json.loads(body))
        time.sleep(FAULTS["delay"])
        if FAULTS["expired"]:
            return self._answer(403, body=EXPIRED)
        if FAULTS["refuse"] and next(NUMBERS) % FAULTS["refuse"] == 0:
            return self._answer(503)
        leave = HOP if FAULTS["heed"] else HOP | {"if-match", "if-none-match"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in leave}
        store = HTTPConnection("127.0.0.1", int(sys.argv[2]))
        store.request(self.command, self.path, body, headers)
        answer = store.getresponse()
        data = answer.read()
        store.close()
        with LOCK:
            TALLY["requests"] += 1
            TALLY[self.command] += 1
            TALLY["read"] += len(data)
            TALLY["written"] += len(body)
        if FAULTS["lose"] and self.command == "PUT" and next(WRITES) % FAULTS["lose"] == 0:
            return self._answer(503)
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
        return self._answer(answer.status, kept, data)

    def _change(self, wanted):
        with LOCK:
            content = json.dumps(TALLY).encode() if wanted.pop("count", False) else b"{}"
            if content != b"{}":
                TALLY.update(dict.fromkeys(TALLY, 0))
            FAULTS.update(wanted)
        self._answer(200, body=content)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass_on  # noqa: N815 - the names that http.server calls

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Proxy).serve_forever()
