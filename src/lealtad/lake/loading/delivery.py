"""What a source delivers for one table of the lake."""

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
    """What a source delivers for one table of the lake.

    Attributes
    ----------
    readers
        Functions that each read a part of the table, a batch at a time; they can be called again.
    files
        The fingerprint of each file to read, by origin.
    unchanged
        The files that are skipped because the lake has loaded them already.
    """

    table: Table
    readers: tuple[Callable[[], Iterable[Batch]], ...]
    files: Mapping[str, str]
    unchanged: tuple[str, ...]

    def batches(self) -> Iterator[Batch]:
        """Yield all batches."""
        return chain.from_iterable(reader() for reader in self.readers)
