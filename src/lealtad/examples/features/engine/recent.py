"""What was worked out recently, kept for the next question: features ask few measures over many windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Answer = TypeVar("Answer")


class AnswerCache(Generic[Answer]):
    """The latest answers, by question.

    Examples
    --------
    >>> squares = AnswerCache[int](keeps=2)
    >>> squares.get(3, lambda: 9), squares.get(3, lambda: 0)
    (9, 9)
    """

    def __init__(self, keeps: int) -> None:
        self._keeps = keeps
        self._answers: dict[Hashable, Answer] = {}

    def get(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """Return the answer that is kept, or work it out; the question asked longest ago is forgotten."""
        result = self._answers.pop(question) if question in self._answers else answer()
        self._answers[question] = result
        if len(self._answers) > self._keeps:
            self._forget()
        return result

    def spare(self) -> Answer | None:
        """Forget the question asked longest ago, if one more is too many; return what was its answer."""
        return self._forget() if len(self._answers) == self._keeps else None

    def _forget(self) -> Answer:
        return self._answers.pop(next(iter(self._answers)))
