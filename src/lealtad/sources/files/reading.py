"""Read any file of a company, whatever it is and whatever is wrong with it."""

from __future__ import annotations

import csv
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from lealtad.errors import DataError
from lealtad.sources.files.delimited import read_delimited
from lealtad.sources.files.excel import read_excel
from lealtad.sources.files.json_lines import read_json_lines
from lealtad.sources.files.kinds import kind_of
from lealtad.sources.files.parquet import read_parquet
from lealtad.sources.files.unpacking import inner_name
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Whatever a damaged file makes its reader raise; the border behind which no other exception comes from a file.
_DAMAGES: tuple[type[BaseException], ...] = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    MemoryError,
    OverflowError,
    csv.Error,
    zlib.error,
    zipfile.BadZipFile,
    pa.ArrowException,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
)


@dataclass(frozen=True)
class FileOptions:
    """What a file does not say of itself; None is found out.

    Attributes
    ----------
    sheet
        Of Excel, the name of the sheet.
    encoding, separator
        Of text, how letters are written; of CSV, what stands between cells.
    """

    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None


def read_file(path: Path, table: str, options: FileOptions = FileOptions()) -> Iterator[pl.DataFrame]:
    """Read a file in batches, in order, in its own columns; all of its rows, and none twice.

    Text stays text. What could not be cut into columns stands in `source_text`, beside nulls. The first batch
    may be empty, to say which columns there are.

    Parameters
    ----------
    table
        The table that the rows are for, for errors.

    Raises
    ------
    DataError
        If the file cannot be read, at once or in the middle.
    """
    try:
        yield from _READERS[kind_of(inner_name(path))](path, options)
    except Unreadable as fault:
        raise DataError(
            table=table, expected=fault.expected, found=f"{path.name}: {fault.found}", mend=fault.mend
        ) from None
    except _DAMAGES as damage:
        raise DataError(
            table=table,
            expected=f"a whole, readable file {path.name}",
            found=(str(damage).splitlines() or [type(damage).__name__])[0],
            mend="Export or copy it again.",
        ) from None


_READERS: dict[str, Callable[[Path, FileOptions], Iterator[pl.DataFrame]]] = {
    "delimited": lambda path, how: read_delimited(path, how.encoding, how.separator),
    "json lines": lambda path, how: read_json_lines(path, how.encoding),
    "parquet": lambda path, _: read_parquet(path),
    "excel": lambda path, how: read_excel(path, how.sheet),
}
