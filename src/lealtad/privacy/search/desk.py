"""Searching the desk's database, in a file or on a server, like the files of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.desk import run as desk
from lealtad.privacy.search.databases import unpack_session
from lealtad.privacy.search.search import Trace

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.privacy.search.needles import Needles


def search_desk(out: Path, needles: Needles) -> list[Trace]:
    """Search every text of the desk's database for ids; yield nothing if a run has no desk.

    The search of files cannot reach a database on a server. Session data are unpacked.

    Returns
    -------
    A trace per id, table and column; its path is the desk's folder.
    """
    if not desk.has_desk(out):
        return []
    return [
        Trace(out / desk.FOLDER / "database", f"table {table} column {column}", customer_id)
        for table, column, texts in desk.list_texts(out)
        for customer_id in needles.list_in([unpack_session(text) for text in texts], column)
    ]
