"""Opening a source by its name or its folder."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.sources import completejourney
from lealtad.sources.configuration import FILE_NAME, read_sources
from lealtad.sources.configured import open_configured
from lealtad.sources.folder import holds_tables, open_folder
from lealtad.sources.simulated import Scenario, simulate
from lealtad.sources.simulated.economy import PUBLISHED
from lealtad.sources.source import Source, wrap_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def open_source(source: str) -> Source:
    r"""Open a source by its name, its folder or its settings, without reading its tables yet.

    Parameters
    ----------
    source
        `completejourney` for a public dataset, or `simulated` for the simulated company. Else a folder with one
        file per table, or a `lealtad.toml` (or its folder) whose `[sources]` name the tables.

    Returns
    -------
    The source, with a reader per table that returns rows a batch at a time.

    Raises
    ------
    SettingsError
        If the source is unknown, or its settings have an error.
    DataError
        If a file is missing, or a folder without settings lacks customers or any table of facts.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "customers.csv").write_text("customer_id\nc1\n")
    ...     orders = "order_id,customer_id,ordered_at,amount\n1,c1,2026-01-05,9.5\n"
    ...     _ = (Path(folder) / "orders.csv").write_text(orders)
    ...     source = open_source(folder)
    ...     sorted(source.tables), [batch.rows.height for batch in source.tables["orders"]()]
    (['customers', 'orders'], [1])
    """
    if source in _NAMED:
        return _NAMED[source]()
    path = Path(source)
    if path.is_dir():
        settings = path / FILE_NAME
        if not settings.is_file():
            return open_folder(path)
        return open_configured(settings) if _names_tables(settings, path) else open_folder(path)
    if path.suffix == ".toml":
        return open_configured(path)
    raise SettingsError(
        place="source",
        expected=f"{' or '.join(_NAMED)}, a folder with a file per table, or a {FILE_NAME}",
        found=f"'{source}'",
        fix="Check the name. For a folder of your own exports, run `lealtad init FOLDER` first.",
    )


def _names_tables(settings: Path, folder: Path) -> bool:
    """Return whether settings name tables; if their `[sources]` are empty, the folder must hold the tables.

    Raises
    ------
    SettingsError
        If neither has any.
    """
    if read_sources(settings).tables:
        return True
    if "sources" in tomllib.loads(settings.read_text("utf-8")) and not holds_tables(folder):
        raise SettingsError(
            place=str(settings),
            expected="[sources] with a table, such as [sources.orders]",
            found="none",
            fix="Name the table of a file. The comments there state which table is nearest, and what it lacks.",
        )
    return False


def read(source: str) -> dict[str, pl.DataFrame]:
    """Read a source into memory: one frame per table.

    Parameters
    ----------
    source
        The name, the folder or the settings; see `open_source`.

    Returns
    -------
    By table name, all rows in the contract's column names, not yet checked; `lealtad.split` checks them.

    Raises
    ------
    SettingsError, DataError
        As `open_source`; also if a file cannot be read.
    """
    tables = open_source(source).tables
    return {
        name: pl.concat([batch.rows for batch in rows()], how="diagonal_relaxed") for name, rows in tables.items()
    }


def _wrap_tables(
    tables: Mapping[str, pl.DataFrame], ground_truth: Mapping[str, pl.DataFrame] | None = None
) -> Source:
    return Source({name: wrap_frame(rows, name) for name, rows in tables.items()}, ground_truth or {})


def _open_simulated() -> Source:
    company = simulate(scenario=Scenario(economy=PUBLISHED))
    tables = {**company.tables, "identities": company.identities}
    filled = {name: rows for name, rows in tables.items() if not rows.is_empty()}
    return _wrap_tables(filled, {"truth": company.truth})


_NAMED: dict[str, Callable[[], Source]] = {
    "completejourney": lambda: _wrap_tables(completejourney.read()),
    "simulated": _open_simulated,
}
