"""Open a source by its name or its folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.errors import SettingsError
from lealtad.sources import completejourney, folder
from lealtad.sources.simulated import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


@dataclass(frozen=True)
class Source:
    """What a source gave.

    Attributes
    ----------
    tables
        By table name, in the contract's column names, not yet checked.
    beside
        By name, what no company would know of itself, such as the truth of a simulated one. It is kept beside
        the lake, where no feature can read it.
    """

    tables: dict[str, pl.DataFrame]
    beside: dict[str, pl.DataFrame] = field(default_factory=dict)


def open_source(source: str) -> Source:
    """Open a source.

    Parameters
    ----------
    source
        The name of a public dataset (`completejourney`), `simulated` for the company that never existed, or a
        folder with one CSV or Parquet file per table.

    Raises
    ------
    SettingsError
        If the source is none of them.
    DataError
        If a file cannot be read, or the folder lacks what every source needs.
    """
    if source in _NAMED:
        return _NAMED[source]()
    if Path(source).is_dir():
        return Source(folder.read(Path(source)))
    raise SettingsError(
        place="source",
        expected=f"{' or '.join(_NAMED)}, or a folder with a file per table",
        found=f"'{source}'",
        mend="Check the name; a folder needs customers.csv or .parquet and one table of facts.",
    )


def read(source: str) -> dict[str, pl.DataFrame]:
    """Read the tables of a source, by table name; see `open_source`."""
    return open_source(source).tables


def _simulated() -> Source:
    company = simulate()
    return Source(company.tables, {"truth": company.truth, "identities": company.identities})


_NAMED: dict[str, Callable[[], Source]] = {
    "completejourney": lambda: Source(completejourney.read()),
    "simulated": _simulated,
}
