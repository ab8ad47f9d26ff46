"""The location of a store's artifacts: next to the store, even after its folder was copied, moved or restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

FOLDER = "mlartifacts"
TAG, BESIDE = "lealtad.artifacts", "beside the store"
_SECONDS = 5  # to wait for a lock of another program
_MARK = f"/{FOLDER}"
# every address that MLflow stores for an experiment: table, column, and how to find its rows
_ADDRESSES = (
    ("experiments", "artifact_location", "experiment_id = :experiment"),
    ("runs", "artifact_uri", "experiment_id = :experiment"),
    ("logged_models", "artifact_location", "experiment_id = :experiment"),
    (
        "model_versions",
        "storage_location",
        "run_id IN (SELECT run_uuid FROM runs WHERE experiment_id = :experiment)",
    ),
)


def locate_artifacts(database: Path) -> str:
    """Return the address of the artifacts of a file store: the folder next to it.

    Examples
    --------
    >>> locate_artifacts(Path("/srv/run/mlflow.db"))
    'file:///srv/run/mlartifacts'
    """
    return (database.parent / FOLDER).as_uri()


def adopt_artifacts(database: Path) -> None:
    """Update the addresses in a store that was copied, moved or restored, to the artifacts next to it.

    In a read-only folder they are unchanged; `resolve` still finds the artifacts.
    """
    with suppress(sqlite3.OperationalError), closing(_connect(database)) as connection, connection:
        for experiment, tag in _list_moved(connection, database):
            if tag == BESIDE or _has_runs_beside(connection, database, experiment):
                _rewrite_addresses(connection, database, experiment)


def resolve(database: Path, address: str, *, is_beside: bool) -> Path:
    """Return the folder of an address in a store.

    Parameters
    ----------
    is_beside
        Whether the experiment's artifacts are next to the store. Then no other place is tried: the original place
        of a copied run may hold another model by now.
    """
    _, mark, rest = address.rpartition(_MARK)
    beside = database.parent / FOLDER / unquote(rest).strip("/")
    if mark and (is_beside or beside.exists()):
        return beside
    return Path(unquote(urlsplit(address).path))


def _list_moved(connection: sqlite3.Connection, database: Path) -> list[tuple[int, str | None]]:
    """Return the experiments whose artifacts have another address, or none."""
    rows = connection.execute(
        "SELECT e.experiment_id, e.artifact_location, t.value FROM experiments e LEFT JOIN experiment_tags t "
        "ON t.experiment_id = e.experiment_id AND t.key = ?",
        (TAG,),
    ).fetchall()
    here = locate_artifacts(database)
    return [
        (number, tag)
        for number, address, tag in rows
        if (address or "").endswith(_MARK) and (address, tag) != (here, BESIDE)
    ]


def _has_runs_beside(connection: sqlite3.Connection, database: Path, experiment: int) -> bool:
    """Return whether an experiment of an older version of lealtad has its artifacts next to the store.

    Without runs it may. If the address that it names has a store of its own, this store is a copy: its artifacts
    are next to it, or missing.
    """
    [(address,)] = connection.execute(
        "SELECT artifact_location FROM experiments WHERE experiment_id = ?", (experiment,)
    )
    if (Path(unquote(urlsplit(address).path)).parent / database.name).exists():
        return True
    runs = connection.execute("SELECT run_uuid FROM runs WHERE experiment_id = ?", (experiment,)).fetchall()
    return not runs or any((database.parent / FOLDER / run).is_dir() for (run,) in runs)


def _rewrite_addresses(connection: sqlite3.Connection, database: Path, experiment: int) -> None:
    here = locate_artifacts(database)
    for table, column, where in _ADDRESSES:
        rows = connection.execute(
            f"SELECT rowid, {column} FROM {table} WHERE {where}",  # noqa: S608 - names of ours
            {"experiment": experiment},
        ).fetchall()
        changed = [
            (here + address.rpartition(_MARK)[2], row) for row, address in rows if address and _MARK in address
        ]
        connection.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", changed)  # noqa: S608 - likewise
    connection.execute(
        "INSERT OR REPLACE INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)",
        (TAG, BESIDE, experiment),
    )


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database.as_uri() + "?mode=rw", uri=True, timeout=_SECONDS)
