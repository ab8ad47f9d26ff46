"""One thread of BLAS per fit: fits run side by side, and threads of one would wait for those of the others."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def use_one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that does the same with one thread of BLAS; the number before it comes back afterwards.

    Examples
    --------
    >>> @use_one_thread
    ... def square(number):
    ...     return number**2
    >>> square(3)
    9
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        with threadpool_limits(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited
