"""Open a source by its name or its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.errors import SettingsError
from lealtad.sources import completejourney, folder

if TYPE_CHECKING:
    import polars as pl

_NAMED = {"completejourney": completejourney.read}


def read(source: str) -> dict[str, pl.DataFrame]:
    """Read the tables of a source, by table name, in the contract's column names.

    Parameters
    ----------
    source
        The name of a public dataset (`completejourney`), or a folder with one CSV or Parquet file per table.

    Raises
    ------
    SettingsError
        If the source is neither.
    DataError
        If a file cannot be read, or the folder lacks what every source needs.
    """
    if source in _NAMED:
        return _NAMED[source]()
    if Path(source).is_dir():
        return folder.read(Path(source))
    raise SettingsError(
        place="source",
        expected=f"{' or '.join(_NAMED)}, or a folder with a file per table",
        found=f"'{source}'",
        mend="Check the name; a folder needs customers.csv or .parquet and one table of facts.",
    )
