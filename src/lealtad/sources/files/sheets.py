"""The sheets of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.errors import DataError
from lealtad.sources.files.kinds import kind_of, unpacked_name
from lealtad.sources.files.unpacking import on_disk

if TYPE_CHECKING:
    from pathlib import Path


def sheets_of(path: Path) -> list[str | None]:
    """Return the names of a workbook's sheets; None alone for a file that has none, or one sheet only.

    Raises
    ------
    DataError
        If it is a damaged workbook.
    """
    if kind_of(unpacked_name(path.name)) != "excel":
        return [None]
    import fastexcel

    try:
        with on_disk(path) as file:
            names = fastexcel.read_excel(file).sheet_names
    except fastexcel.FastExcelError as error:
        raise DataError(
            table="file",
            expected="a workbook",
            found=f"{path.name}: {str(error).splitlines()[0]}",
            mend="Save it again.",
        ) from None
    return list(names) if len(names) > 1 else [None]
