"""`lealtad init`: read a company's files or database, and write a starter `lealtad.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lealtad.base import job
from lealtad.base.errors import SettingsError
from lealtad.sources.configuration import FILE_NAME
from lealtad.sources.recognition import (
    list_missing_tables,
    propose_sections,
    render_settings,
    scan_database,
    scan_folder,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition import Proposal, SourceScan


def init(
    folder: Annotated[Path, typer.Argument(help="The folder with the company's exports.")] = Path(),
    *,
    database: Annotated[
        str,
        typer.Option(help="Read a database instead, such as '${CRM_URL}'; the file is written to the folder."),
    ] = "",
) -> None:
    """Write a starter lealtad.toml for exports or a database.

    It maps what it recognises and asks about the rest. It names no customer and never overwrites a file.
    """
    path = folder / FILE_NAME
    _refuse_to_overwrite(path)
    looked = scan_database(database, folder) if database else scan_folder(folder)
    proposals = propose_sections(looked.tables)
    text = render_settings(proposals, looked.unknown, looked_at=_describe_place(folder, database), data=str(path))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(
            place=str(path),
            expected="a file that can be written",
            found=str(error.strerror),
            fix="Name another folder.",
        ) from None
    job.show("\n".join(_describe_proposals(path, looked, proposals)))


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise SettingsError(
            place=str(path),
            expected="no such file yet",
            found="one",
            fix="It is never overwritten: move it away, or name another folder.",
        )


def _describe_place(folder: Path, database: str) -> str:
    return f"the database {database}" if database else f"the files in {folder.resolve().name}"


def _describe_proposals(path: Path, looked: SourceScan, proposals: Sequence[Proposal]) -> list[str]:
    lines = [f"{proposal.place.name:<40} → {proposal.table}" for proposal in proposals]
    lines += [f"{name:<40}   {why.split('. ')[0].rstrip('.')}" for name, why in looked.unknown]
    return [*lines, *list_missing_tables(proposals), "", f"Wrote {path}. Read it, then: lealtad check {path}"]
