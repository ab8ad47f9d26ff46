"""What several measures of the same rows need, such as tickets, computed once within a block."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

Result = TypeVar("Result")

# by what was computed, of which frame and how: the frame, so that its id stays its own, and the result
_SHARED: ContextVar[dict[tuple[str, int, Hashable], tuple[Any, Any]] | None] = ContextVar("shared", default=None)


@contextmanager
def share_work() -> Iterator[None]:
    """Let the measures within the block share what they compute of the very same frame.

    Frames must not be changed in place meanwhile. A block within another shares with it, and all is forgotten at
    the end of the outer one.
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
    """Return what is computed of a frame; within `share_work` each combination is computed once.

    Parameters
    ----------
    name
        What is computed.
    frame
        What it is computed of: the same object, not an equal one.
    how
        All else that it depends on.

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
