"""Writing goes on while the next rows are read: one piece of work at a time, in order."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class BackgroundWorker:
    """Does one piece of work while its caller goes on; whoever gives it the next waits for the last.

    So no more than two pieces are in memory: the one that is done, and the one that is being made.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._doing: Future[None] | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Start this as soon as the piece before is done, and raise what went wrong with that one."""
        self.wait()
        self._doing = self._thread.submit(work)

    def wait(self) -> None:
        """Wait until everything is done, and raise what went wrong."""
        if self._doing is not None:
            doing, self._doing = self._doing, None
            doing.result()

    def __enter__(self) -> Self:
        """Use it in a block that ends when everything is done."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for what is being done; of two errors the first counts."""
        try:
            if kind is None:
                self.wait()
        finally:
            self._thread.shutdown()
