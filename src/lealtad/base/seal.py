"""JSON that contains its own hash, so that an altered file is refused."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_HASH = "sha256"


def seal(values: dict[str, Any]) -> str:
    """Return plain values as JSON text that contains its own hash.

    Examples
    --------
    >>> open_seal(seal({"a": 1.5}))
    {'a': 1.5}
    """
    plain = json.loads(json.dumps(values))
    return json.dumps({**plain, _HASH: _compute_hash(plain)}, indent=1) + "\n"


def open_seal(text: str, *, required: bool = True) -> dict[str, Any]:
    r"""Read the values of a text that `seal` wrote.

    Parameters
    ----------
    required
        Whether the hash must be present; False accepts texts of older versions of lealtad, which have none.

    Raises
    ------
    ValueError
        If it is not such a text, or was altered.

    Examples
    --------
    >>> open_seal(seal({"a": 1}).replace('"a": 1', '"a": 2'))
    Traceback (most recent call last):
    ValueError: altered since it was written
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - one kind of error for a text that is not ours
    number = values.pop(_HASH, None)
    if (required or number is not None) and number != _compute_hash(values):
        raise ValueError("altered since it was written")
    return values


def _compute_hash(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
