"""A folder with one file per table, named after the contract's tables, in the contract's columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lealtad.base.errors import DataError
from lealtad.sources.contract import GIVEN
from lealtad.sources.files import ENDINGS, read_file
from lealtad.sources.files.kinds import strip_packing
from lealtad.sources.fingerprint import compute_fingerprint
from lealtad.sources.source import Batch, Source, SourceFile, drop_empty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LISTED = 8


def open_folder(folder: Path) -> Source:
    """Open every table that the folder has a file for, such as `orders.csv.gz` or `orders.parquet`.

    A folder with only `interventions` is allowed: it reports outcomes of contacts with customers in the lake.

    Raises
    ------
    DataError
        If `customers` or every table of facts is missing, or two files claim to be the same table.
    """
    paths = {table.name: path for table in GIVEN if (path := _find_file(folder, table.name))}
    facts = [table.name for table in GIVEN if table.event_time]
    if "customers" not in paths and paths.keys() != {"interventions"}:
        raise _missing_table_error("customers", folder)
    if not paths.keys() & set(facts):
        raise _missing_table_error("orders", folder)
    return Source(
        {name: partial(_read_rows, name, path) for name, path in paths.items()},
        files={
            name: {
                path.name: SourceFile(
                    partial(compute_fingerprint, name, (path,), ""), partial(_read_rows, name, path)
                )
            }
            for name, path in paths.items()
        },
    )


def holds_tables(folder: Path) -> bool:
    """Whether a file in a folder is named like a table of the contract."""
    names = {table.name for table in GIVEN}
    return any(_parse_table_name(path) in names for path in folder.iterdir() if path.is_file())


def _read_rows(name: str, path: Path) -> Iterator[Batch]:
    first_row = 0
    for rows in drop_empty(read_file(path, name)):
        yield Batch(rows, path.name, first_row)
        first_row += rows.height


def _find_file(folder: Path, name: str) -> Path | None:
    paths = sorted(path for path in folder.iterdir() if path.is_file() and _parse_table_name(path) == name)
    if len(paths) > 1:
        raise DataError(
            table=name,
            expected="one file",
            found=", ".join(path.name for path in paths),
            fix="Leave one of them there, or name them in a lealtad.toml.",
        )
    return paths[0] if paths else None


def _parse_table_name(path: Path) -> str | None:
    unpacked = strip_packing(path.name)
    return next((unpacked[: -len(ending)] for ending in ENDINGS if unpacked.lower().endswith(ending)), None)


def _missing_table_error(name: str, folder: Path) -> DataError:
    files = sorted(path.name for path in folder.iterdir())
    return DataError(
        table=name,
        expected=f"a file {name}.csv, {name}.parquet, {name}.xlsx or the like in {folder}",
        found=", ".join(files[:_LISTED]) or "an empty folder",
        fix="Add customers and one table of facts there, or map your own exports with `lealtad init`.",
    )
