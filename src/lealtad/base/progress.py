"""Progress of long tasks: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
_WAIT_SECONDS = 2.0  # shorter tasks draw no bar


def track(
    items: Iterable[Item], total: int, what: str, say: Callable[[str], None] = lambda _: None, every: int = 1
) -> Iterator[Item]:
    """Yield the items, and show how many are done.

    On a terminal a bar is drawn after two seconds. Elsewhere `say` is called with a line after every few items,
    but not after the last, because the job reports its own end.

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
