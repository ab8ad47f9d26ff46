"""The receipt of an erasure: how much was removed where, and what is out of reach. It names no customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.base.private_files import keep_private, make_private_folder
from lealtad.base.seal import seal
from lealtad.base.syncing import replace_synced
from lealtad.privacy.erasing.places import RECEIPTS

if TYPE_CHECKING:
    from pathlib import Path

OUT_OF_REACH = (
    "backups and snapshots of the run directory, until they are rotated out",
    "the company's own systems that the tables are loaded from",
    "what other machines keep of a lake or a run at an address, until their next job there",
    "files and lists that people copied, printed or mailed",
    "systems that the desk's webhook or the CRM's table handed customers on to",
    "models: they keep sums over many customers and no row of one; train again where the law asks for more",
)


def next_number(out: Path) -> int:
    """Return the number of the next receipt, from 1."""
    numbers = [int(path.stem) for path in (out / RECEIPTS).glob("[0-9]*.json")]
    return max(numbers, default=0) + 1


def write_receipt(out: Path, number: int, facts: dict[str, Any]) -> Path:
    """Write a receipt as sealed JSON, and return its path."""
    make_private_folder(out / RECEIPTS)
    path = out / RECEIPTS / f"{number:06d}.json"
    with keep_private():
        replace_synced(path, seal({"number": number, **facts, "out_of_reach": list(OUT_OF_REACH)}))
    return path
