"""How far a long piece of work has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
_WAIT_SECONDS = 2.0  # work that is done sooner draws no bar


def track(
    items: Iterable[Item], total: int, what: str, say: Callable[[str], None] = lambda _: None, every: int = 1
) -> Iterator[Item]:
    """Hand the items on, and show how many are done.

    On a terminal a bar is drawn once the work takes two seconds. Elsewhere `say` is given a line after every so
    many items, and none for the last: the job says itself when it is done.

    Parameters
    ----------
    what
        The items in the plural, such as "buckets written".

    Examples
    --------
    >>> list(track("abcd", 4, "letters read", print, every=2))
    2 of 4 letters read
    ['a', 'b', 'c', 'd']
    """
    if sys.stderr.isatty():
        yield from tqdm(items, desc=what, total=total, delay=_WAIT_SECONDS, leave=False)
        return
    for number, item in enumerate(items, start=1):
        yield item
        if number % every == 0 and number < total:
            say(f"{number} of {total} {what}")
