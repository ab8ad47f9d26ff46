"""One BLAS thread per fit, since fits run in parallel and their threads would compete."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def use_one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function to run with one BLAS thread, and restore the number of threads afterwards.

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
