"""Writing in the background while the next rows are read: one task at a time, in order."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class BackgroundWorker:
    """Runs one task in the background; submitting the next one waits until the current one has finished.

    So the data of at most two tasks are in memory: the one being written, and the one being prepared.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._doing: Future[None] | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Start a task once the previous one has finished, and raise the error of the previous one, if any."""
        self.wait()
        self._doing = self._thread.submit(work)

    def wait(self) -> None:
        """Wait until everything has finished, and raise the error if a task failed."""
        if self._doing is not None:
            doing, self._doing = self._doing, None
            doing.result()

    def __enter__(self) -> Self:
        """Enter a block that ends when everything has finished."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for the running task; of two errors the first counts."""
        try:
            if kind is None:
                self.wait()
        finally:
            self._thread.shutdown()
