"""SQL over the rows of files, for sources whose rows do not correspond to rows of the contract."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files.kinds import strip_packing
from lealtad.sources.locked_duckdb import lock, open_scratch, select_batches
from lealtad.sources.secret import hide_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ROWS = 500_000


def run_query(table: str, files: Mapping[str, Iterable[pl.DataFrame]], query: str) -> Iterator[pl.DataFrame]:
    """Run a query over the table `rows` of all files, and over each file by its stem; yield its result in batches.

    It runs in DuckDB over a temporary copy, within 1 GB of memory, and cannot access other files. Rows that could
    not be split into columns follow its result.

    Parameters
    ----------
    table
        The table that the result is for, for errors.
    files
        The frames of each file, by the name of its own table.

    Raises
    ------
    DataError
        If the query cannot be run.
    """
    with tempfile.TemporaryDirectory(prefix="lealtad-") as name:
        folder = Path(name)
        uncut = [
            rows for number, frames in enumerate(files.values()) for rows in _copy_frames(frames, folder, number)
        ]
        names = {
            stem: f"{number:06}-*.parquet" for number, stem in enumerate(files) if stem in query and stem != "rows"
        }
        yield from _read_result(table, folder, query, names)
        yield from uncut


def make_table_name(name: str) -> str:
    """Return the table name of a file in queries: its name without extensions, in letters, digits and _.

    Examples
    --------
    >>> make_table_name("exports/Clientes 2024.csv.gz"), make_table_name("pedidos.csv")
    ('Clientes_2024', 'pedidos')
    """
    return re.sub(r"\W+", "_", Path(strip_packing(name)).stem).strip("_") or "file"


def _copy_frames(frames: Iterable[pl.DataFrame], folder: Path, file: int) -> list[pl.DataFrame]:
    """Write frames as files of a folder, and return rows that could not be split, which queries do not see."""
    uncut = []
    for number, frame in enumerate(frames):
        whole = frame
        if SOURCE_TEXT in frame.columns:
            uncut.append(frame.filter(pl.col(SOURCE_TEXT).is_not_null()).select(SOURCE_TEXT))
            whole = frame.filter(pl.col(SOURCE_TEXT).is_null()).drop(SOURCE_TEXT)
        whole.write_parquet(folder / f"{file:06}-{number:06}.parquet", compression="lz4")
    return uncut


def _read_result(table: str, folder: Path, query: str, names: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    import duckdb

    try:
        with open_scratch(folder) as con:
            # a column that one file lacks is null there; of two types their common supertype is used
            con.read_parquet(str(folder / "*.parquet"), union_by_name=True).create("rows")
            for name, files in names.items():
                con.read_parquet(str(folder / files), union_by_name=True).create(name)
            lock(con)
            yield from select_batches(con, query, _ROWS)
    except (duckdb.Error, ValueError) as error:
        raise DataError(
            table=table,
            expected="a query that reads the table rows, or a file by its stem",
            found=hide_values(next(iter(str(error).strip().splitlines()), "none")),
            fix="Fix the query of the section; it is written in the SQL of DuckDB.",
        ) from None
