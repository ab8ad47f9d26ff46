"""What a source gives of one table of the lake."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lealtad.sources import Batch
    from lealtad.sources.contract import Table


@dataclass(frozen=True)
class Delivery:
    """What a source gives of one table of the lake.

    Attributes
    ----------
    readers
        Read it again, a batch at a time.
    files
        The fingerprint of each file that is read, by origin.
    unchanged
        The files that are not read.
    """

    table: Table
    readers: tuple[Callable[[], Iterable[Batch]], ...]
    files: Mapping[str, str]
    unchanged: tuple[str, ...]

    def batches(self) -> Iterator[Batch]:
        """Read everything."""
        return chain.from_iterable(reader() for reader in self.readers)
