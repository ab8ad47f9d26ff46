"""Reading any file of a company, with one error for any defect."""

from __future__ import annotations

import csv
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from lealtad.base.errors import DataError
from lealtad.sources.files.delimited import read_delimited
from lealtad.sources.files.event_log import read_event_log
from lealtad.sources.files.excel import read_excel
from lealtad.sources.files.fixed_width import read_fixed_width
from lealtad.sources.files.html_tables import read_html
from lealtad.sources.files.json_documents import read_json_document
from lealtad.sources.files.json_lines import read_json_lines
from lealtad.sources.files.layout import trim_edges
from lealtad.sources.files.parquet import read_parquet
from lealtad.sources.files.signatures import find_file_kind
from lealtad.sources.files.text_encoding import find_encoding
from lealtad.sources.files.totals import drop_totals
from lealtad.sources.files.unreadable import Unreadable
from lealtad.sources.limits import USUAL, Limits
from lealtad.sources.secret import hide_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# All exceptions that readers raise on damaged files; they are converted here, and nowhere else.
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
    """The layout of a file, as far as the file does not state it; None is detected.

    Attributes
    ----------
    sheet
        The name of the sheet of a workbook.
    encoding, separator
        The encoding of text, and the separator of CSV. Among several encodings, the first that fits the whole file
        is used.
    header_row
        The line of text, or the row of a sheet, with the header, counted from 1.
    skip_rows, skip_footer
        Number of rows just below the header, and at the end, that are not data.
    widths
        Characters per column, for text in columns of fixed width.
    records
        The dotted name of the list with the rows of a JSON document.
    skip_totals
        A column whose cell begins with a word such as Total or Subtotal in rows that sum others.
    limits
        Limits on the size of the file.
    """

    sheet: str | None = None
    encoding: str | tuple[str, ...] | None = None
    separator: str | None = None
    header_row: int = 1
    skip_rows: int = 0
    skip_footer: int = 0
    widths: tuple[int, ...] = ()
    records: str | None = None
    skip_totals: str | None = None
    limits: Limits = USUAL

    def choose_encoding(self, path: Path) -> FileOptions:
        """Return the options of one file, with the first of several encodings that fits it.

        Raises
        ------
        Unreadable
            If none of them fits.
        """
        if self.encoding is None or isinstance(self.encoding, str):
            return self
        return replace(self, encoding=find_encoding(path, self.encoding))


def read_file(path: Path, table: str, options: FileOptions = FileOptions()) -> Iterator[pl.DataFrame]:
    r"""Read a file in batches and in order: every row, in the file's own columns.

    The extension decides the format: CSV and similar, JSON, XES, Parquet or a workbook, compressed or not. A web
    page or text with the name of a workbook is read as what it is. Text stays text. A row that could not be split
    into columns is null; its text is in `source_text`. The first batch may be empty, to show the columns.

    Parameters
    ----------
    path
        The file.
    table
        The table of the contract that the rows are for; errors name it.
    options
        The layout of the file, as far as it does not state it.

    Returns
    -------
    Frames in the columns of the file, including `source_text` if a row could not be split.

    Raises
    ------
    DataError
        If the format is unknown, or the file is empty, damaged or not text in its encoding. Damage may only be
        found after some frames.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "orders.csv"
    ...     _ = path.write_text("Pedido;Importe\n7;12,50\n")
    ...     [frame.rows() for frame in read_file(path, "orders") if frame.height]
    [[('7', '12,50')]]
    """
    try:
        frames = _READERS[find_file_kind(path)](path, options.choose_encoding(path))
        trimmed = trim_edges(frames, options.skip_rows, options.skip_footer)
        yield from drop_totals(trimmed, options.skip_totals)
    except Unreadable as fault:
        raise DataError(
            table=table, expected=fault.expected, found=f"{path.name}: {fault.found}", fix=fault.fix
        ) from None
    except _DAMAGES as damage:
        raise DataError(
            table=table,
            expected=f"a whole, readable file {path.name}",
            found=hide_values((str(damage).splitlines() or [type(damage).__name__])[0]),
            fix="Export or copy it again.",
        ) from None


def _read_delimited(path: Path, how: FileOptions) -> Iterator[pl.DataFrame]:
    if how.widths:
        return read_fixed_width(path, _single_encoding(how), how.widths, how.header_row)
    return read_delimited(path, _single_encoding(how), how.separator, how.header_row)


def _single_encoding(how: FileOptions) -> str | None:
    return how.encoding if isinstance(how.encoding, str) else None


_READERS: dict[str, Callable[[Path, FileOptions], Iterator[pl.DataFrame]]] = {
    "delimited": _read_delimited,
    "json lines": lambda path, how: read_json_lines(path, _single_encoding(how)),
    "json document": lambda path, how: read_json_document(path, _single_encoding(how), how.records),
    "event log": lambda path, _: read_event_log(path),
    "parquet": lambda path, how: read_parquet(path, how.limits),
    "excel": lambda path, how: read_excel(path, how.sheet, how.header_row, how.limits),
    "web page": lambda path, how: read_html(path, _single_encoding(how), how.header_row, how.limits),
}
