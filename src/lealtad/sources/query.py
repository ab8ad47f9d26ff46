"""SQL over the rows of files, where one row of theirs is not one row of the contract."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.tables import SOURCE_TEXT
from lealtad.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROWS = 500_000
_MEMORY = "1GB"


def queried(table: str, frames: Iterable[pl.DataFrame], query: str) -> Iterator[pl.DataFrame]:
    """Give the result of a query over the table `rows` that holds all frames, in batches.

    It runs in DuckDB, over a copy in a folder for the time being, within 1 GB of memory, and can reach no other
    file. Rows that could not be cut into columns come after its result.

    Parameters
    ----------
    table
        The table that the result is for, for errors.

    Raises
    ------
    DataError
        If the query cannot be run.
    """
    with tempfile.TemporaryDirectory(prefix="lealtad-") as name:
        folder = Path(name)
        uncut = _copied(frames, folder)
        yield from _result(table, folder, query)
        yield from uncut


def _copied(frames: Iterable[pl.DataFrame], folder: Path) -> list[pl.DataFrame]:
    """Write frames as the files of a folder, and return the rows that could not be cut: no query knows of them."""
    uncut = []
    for number, frame in enumerate(frames):
        whole = frame
        if SOURCE_TEXT in frame.columns:
            uncut.append(frame.filter(pl.col(SOURCE_TEXT).is_not_null()).select(SOURCE_TEXT))
            whole = frame.filter(pl.col(SOURCE_TEXT).is_null()).drop(SOURCE_TEXT)
        whole.write_parquet(folder / f"{number:06}.parquet", compression="lz4")
    return uncut


def _result(table: str, folder: Path, query: str) -> Iterator[pl.DataFrame]:
    import duckdb

    limits: dict[str, str | int | float | list[str]] = {
        "temp_directory": str(folder / "spilled"),
        "memory_limit": _MEMORY,
        "threads": 2,
    }
    try:
        with duckdb.connect(folder / "rows.duckdb", config=limits) as con:
            # a column that one file lacks is null there; of two types the one that holds both is taken
            con.read_parquet(str(folder / "*.parquet"), union_by_name=True).create("rows")
            con.execute("set enable_external_access = false; set lock_configuration = true")
            result = con.sql(query)
            if result is None:
                raise ValueError("a statement that gives no rows")  # noqa: TRY301 - said like what DuckDB says
            reader = result.to_arrow_reader(_ROWS)
            yield pl.DataFrame(pl.from_arrow(reader.schema.empty_table()))
            for batch in reader:
                yield pl.DataFrame(pl.from_arrow(batch))
    except (duckdb.Error, ValueError) as error:
        raise DataError(
            table=table,
            expected="a query that reads the table rows",
            found=next(iter(str(error).strip().splitlines()), "none"),
            mend="Mend the query; it is written in the SQL of DuckDB.",
        ) from None
