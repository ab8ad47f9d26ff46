"""What a look at files or at a database found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.sources.recognition.proposal import SourceTable


@dataclass(frozen=True)
class SourceScan:
    """Tables of theirs; and by name what cannot be read or has no shape, with the reason."""

    tables: tuple[SourceTable, ...]
    unknown: tuple[tuple[str, str], ...]
