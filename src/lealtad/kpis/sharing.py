"""Intermediate results that several measures of the same rows share, such as tickets, computed once per block."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

Result = TypeVar("Result")

# key: what was computed, the id of the frame, and how. The frame is kept so that its id is not reused.
_SHARED: ContextVar[dict[tuple[str, int, Hashable], tuple[Any, Any]] | None] = ContextVar("shared", default=None)


@contextmanager
def share_work() -> Iterator[None]:
    """Let the measures within the block share what they compute from the same frame object.

    Do not change frames in place within the block. Nested blocks share results; the outermost block drops them at
    its end.
    """
    if _SHARED.get() is not None:
        yield
        return
    token = _SHARED.set({})
    try:
        yield
    finally:
        _SHARED.reset(token)


def compute_once(name: str, frame: Any, how: Hashable, compute: Callable[[], Result]) -> Result:
    """Return the result of a computation on a frame; within `share_work` it runs once per combination.

    Parameters
    ----------
    name
        What is computed.
    frame
        Its input, compared by identity, not by content.
    how
        Everything else that the result depends on.

    Examples
    --------
    >>> rows, calls = [3, 1], []
    >>> with share_work():
    ...     [compute_once("least", rows, None, lambda: calls.append(min(rows))) for _ in range(2)]
    [None, None]
    >>> calls
    [1]
    """
    shared = _SHARED.get()
    if shared is None:
        return compute()
    key = (name, id(frame), how)
    if key not in shared:
        shared[key] = (frame, compute())
    result: Result = shared[key][1]
    return result
