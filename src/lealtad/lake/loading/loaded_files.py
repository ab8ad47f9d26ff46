"""Files that a lake has already loaded: unchanged ones are skipped without being parsed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from lealtad.lake import Draft, Lake
    from lealtad.lake.loading.delivery import Delivery
    from lealtad.sources import SourceFile

_NOTE = "files"


def read_known_files(lake: Lake, table: str) -> dict[str, str]:
    """Return the fingerprint of each file of a table that was loaded without rejects, by origin."""
    return dict(json.loads(lake.notes(table).get(_NOTE, "{}")))


def fingerprint_files(files: Mapping[str, SourceFile]) -> dict[str, str]:
    """Return the fingerprint of each file, by origin."""
    return {origin: file.fingerprint() for origin, file in files.items()}


def remember_files(draft: Draft, deliveries: Mapping[str, Delivery], rejected: pl.DataFrame) -> None:
    """Note with each table the files that need not be read again while they are unchanged.

    A file with rejected rows is read again, since missing data may arrive. If rows contradicted one another, no
    file is noted: reading only the later of two would turn a rejected contradiction into a correction.
    """
    for name, delivery in deliveries.items():
        if delivery.files and draft.lake.has(name):
            rejected_here = rejected.filter(table=name)
            contradicted = rejected_here["rules"].str.split(";").list.contains("key_is_unique").any()
            doubtful = set(delivery.files) if contradicted else set(rejected_here["source"])
            unchanged = {
                origin: fingerprint
                for origin, fingerprint in {**read_known_files(draft.lake, name), **delivery.files}.items()
                if origin not in delivery.files or origin not in doubtful
            }
            draft.note(name, {**draft.lake.notes(name), _NOTE: json.dumps(unchanged, sort_keys=True)})
