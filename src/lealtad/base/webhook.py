"""Messages to other systems over HTTP: signed JSON, only to addresses that are encrypted or local."""

from __future__ import annotations

import hashlib
import hmac
import urllib.error
import urllib.request

_SECONDS = 10
_SAFE = ("https://", "http://127.0.0.1", "http://localhost")


def sign(body: bytes, moment: str, secret: str) -> str:
    """Return the signature of a message: HMAC-SHA256 of its time and body.

    Examples
    --------
    >>> sign(b"{}", "0", "s")[:8]
    'e79b1f68'
    """
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_confidential(url: str) -> bool:
    """Return whether an address is encrypted (https) or on this machine.

    Examples
    --------
    >>> is_confidential("https://hooks.example.com/1"), is_confidential("http://hooks.example.com/1")
    (True, False)
    """
    return url.startswith(_SAFE[0]) or any(
        url == safe or url.startswith((f"{safe}:", f"{safe}/")) for safe in _SAFE[1:]
    )


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a message and return the HTTP status; 0 without an answer, 400 if the address is not confidential."""
    if not is_confidential(url):
        return 400
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
