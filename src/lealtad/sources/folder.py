"""A folder with one CSV or Parquet file per table, named after the contract's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract import TABLES
from lealtad.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lealtad.contract import Table


def _csv(path: Path) -> pl.DataFrame:
    # every column as text: the contract converts, so that what it cannot read is rejected and not lost
    return pl.read_csv(path, infer_schema=False)


_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {".csv": _csv, ".parquet": pl.read_parquet}


def read(folder: Path) -> dict[str, pl.DataFrame]:
    """Read every table that the folder has a file for.

    Raises
    ------
    DataError
        If `customers` or every table of facts is missing, or a file cannot be read.
    """
    found = {table.name: path for table in TABLES if (path := _file(folder, table))}
    if "customers" not in found:
        raise _missing("customers", folder)
    if len(found) == 1:
        raise _missing("orders", folder)
    return {name: _read(name, path) for name, path in found.items()}


def _file(folder: Path, table: Table) -> Path | None:
    paths = (folder / f"{table.name}{ending}" for ending in _READERS)
    return next((path for path in paths if path.is_file()), None)


def _read(name: str, path: Path) -> pl.DataFrame:
    try:
        return _READERS[path.suffix](path)
    except pl.exceptions.NoDataError:
        return pl.DataFrame()
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise DataError(
            table=name,
            expected=f"a readable {path.suffix[1:]} file",
            found=f"{path.name}: {str(error).splitlines()[0]}",
            mend="Export it again, in UTF-8 with one header line.",
        ) from None


def _missing(name: str, folder: Path) -> DataError:
    files = sorted(path.name for path in folder.iterdir())
    return DataError(
        table=name,
        expected=f"a file {name}.csv or {name}.parquet in {folder}",
        found=", ".join(files[:8]) or "an empty folder",
        mend="Every source needs customers and one table of facts, such as orders.",
    )
