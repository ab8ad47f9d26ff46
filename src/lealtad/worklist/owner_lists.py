"""A list per owner in separate folders, so that permissions on a folder decide who sees the list."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.job import move_into_place
from lealtad.base.private_files import make_private_folder, share_like_folder
from lealtad.base.spreadsheet import write_csv
from lealtad.worklist.columns import define_columns, select_team_columns
from lealtad.worklist.owners_page import write_owners_page
from lealtad.worklist.spreadsheet import write_spreadsheet
from lealtad.worklist.wording import translate_codes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lealtad.base.language import Language

FOLDER = "owners"
_NOBODY = "nobody"
_NAMES = ("worklist.csv", "worklist.xlsx", "worklist.html")


def write_owner_lists(  # noqa: PLR0913 - what the files tell of
    team: pl.DataFrame,
    folder: Path,
    language: Language,
    *,
    as_of: datetime,
    days: int,
    actions: Mapping[str, str] | None = None,
) -> dict[str, Path]:
    """Write the list of each owner to `owners/NAME/`, and return the folders by owner.

    Folders get mode 0700. A folder that was opened to a group keeps its permission, and its files are readable for
    that group. An owner without customers tonight gets an empty list, so that no older list stays.

    Parameters
    ----------
    team
        The team's columns, with codes.
    days
        The horizon of the churn model.
    actions
        By name of an action, its texts.
    """
    rows = select_team_columns(team)
    owners = rows["owner"].fill_null("").unique().sort().to_list() if "owner" in rows.columns else []
    folders = {owner: folder / FOLDER / name_folder(owner) for owner in owners}
    for owner, place in folders.items():
        of_owner = rows.filter(pl.col("owner").fill_null("") == owner)
        _write_list(of_owner, place, language, as_of, days, actions or {})
    for place in _list_folders(folder / FOLDER) - set(folders.values()):
        _write_list(rows.clear(), place, language, as_of, days, actions or {})
    return folders


def name_folder(owner: str) -> str:
    """Return the name of an owner's folder: letters, digits, - and _; other names get a hash appended.

    Examples
    --------
    >>> name_folder("retention"), name_folder(""), name_folder("../etc")
    ('retention', 'nobody', 'etc-53dac9b2')
    """
    safe = re.sub(r"[^\w-]+", "-", owner).strip("-")[:60]
    if not owner:
        return _NOBODY
    # names that differ only in other characters, or (on some disks) in capitals, must get different folders
    marked = f"{safe}-{blake2b(owner.encode(), digest_size=4).hexdigest()}".strip("-")
    return safe if safe == owner and safe == safe.lower() and safe != _NOBODY else marked


def _write_list(  # noqa: PLR0913, PLR0917 - as above
    rows: pl.DataFrame, place: Path, language: Language, as_of: datetime, days: int, actions: Mapping[str, str]
) -> None:
    make_private_folder(place)
    words = translate_codes(rows, language, actions)
    with move_into_place(*(place / name for name in _NAMES)) as [csv, xlsx, html]:
        write_csv(words, csv)
        definitions = define_columns(language, days=days, currency=language.currency)
        write_spreadsheet(words, definitions, xlsx, language, as_of)
        write_owners_page(html, rows, language, as_of=as_of, actions=actions)
        for path in (csv, xlsx, html):
            share_like_folder(path)


def _list_folders(folder: Path) -> set[Path]:
    """Return the folders that hold a list, without symbolic links, which are not ours."""
    if not folder.is_dir():
        return set()
    return {place for place in folder.iterdir() if place.is_dir() and not place.is_symlink()}
