"""An MLflow store in one SQLite file: created atomically, checked before use, and sealed to detect damage."""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from lealtad.base.errors import DamageError
from lealtad.base.seal import open_seal, seal
from lealtad.base.syncing import make_beside, replace_synced

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEME = "sqlite:///"
_HEADER = b"SQLite format 3\0"
_COUNTER = 24  # offset of SQLite's counter of transactions that changed the file
_SEALED = ".seal"
_RESTORE = "Restore it from a backup (docs/how_to/backup_and_restore.md)"
_SECONDS = 5  # to wait for a lock of another program
_PATIENCE = 120  # seconds to wait while another run creates the store


def find_database(tracking_uri: str) -> Path | None:
    """Return the file of a file store; None for a server or another database.

    Examples
    --------
    >>> find_database("sqlite:////srv/run/mlflow.db"), find_database("http://mlflow:5000")
    (PosixPath('/srv/run/mlflow.db'), None)
    """
    if not tracking_uri.startswith(_SCHEME):
        return None
    path = tracking_uri.removeprefix(_SCHEME).partition("?")[0]
    return Path(path).absolute() if path and path != ":memory:" else None


def prepare_database(path: Path, make: Callable[[str], object]) -> None:
    """Create a store that is missing or was left incomplete by a killed run; refuse a damaged one.

    Parameters
    ----------
    make
        Creates the tables of a new store at an address. It is called with a temporary path, so that a killed run
        leaves nothing that looks like a store.

    Raises
    ------
    DamageError
        If the file is not a store, or was altered since a job sealed it.
    """
    if path.is_file():
        _check_seal(path)  # before anything in it is used
    if path.is_dir() or not _is_half_made(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE):
        if _is_half_made(path):  # check again, as another run may have completed it
            with make_beside(path) as beside:
                _remove(beside)
                make(f"{_SCHEME}{beside}")
                # journals of the incomplete store would be applied to the new one
                _remove(path)


def seal_database(path: Path) -> None:
    """Note the hash of the file if a transaction changed it; in a read-only folder none did."""
    with suppress(OSError, sqlite3.Error):
        counter, digest = _measure(path)
        sealed = _read_seal(path)
        # a damaged file keeps its old seal, so that it is refused the next time, too
        if sealed is None or sealed[0] != counter:
            replace_synced(_locate_seal(path), seal({"transactions": counter, "content": digest}))


def _remove(path: Path) -> None:
    for ending in ("-journal", "-wal", "-shm", ".seal", ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _is_half_made(path: Path) -> bool:
    """Return whether there is no store, or one whose creation by MLflow was interrupted."""
    if not path.exists() or not path.stat().st_size:
        return True
    with closing(_connect(path)) as connection:
        try:
            tables = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            logged = [name for name in ("runs", "registered_models") if name in tables]
            used = (connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in logged)  # noqa: S608
            if any(used):
                return False
            # a complete store has every table, no running migration, and the first experiment
            whole = {"alembic_version", "experiments", "runs", "registered_models", "model_versions"} <= tables
            cut = any(name.startswith("_alembic_tmp") for name in tables)
            return not whole or cut or not _has_newest_schema(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if "locked" in str(error):
                raise
            raise DamageError(
                path=path, expected="an MLflow store", found=str(error), fix=f"{_RESTORE}, or move it away."
            ) from None


def _has_newest_schema(connection: sqlite3.Connection) -> bool:
    """Return whether all migrations ended: MLflow's newest revision is noted, and its first experiment exists."""
    from mlflow.store.db.utils import _get_latest_schema_revision  # MLflow has no public function

    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return bool(version and version[0] == _get_latest_schema_revision())


def _check_seal(path: Path) -> None:
    sealed = _read_seal(path)
    if sealed is None or not path.stat().st_size:
        return
    counter, digest = _measure(path)
    # a transaction by another program raises the counter; damage does not
    if sealed[0] == counter and sealed[1] != digest:
        raise DamageError(
            path=path,
            expected="the MLflow store as the last job left it",
            found="altered bytes, and no transaction that explains them",
            fix=f"{_RESTORE}.",
        )


def _read_seal(path: Path) -> tuple[int, str] | None:
    try:
        values = open_seal(_locate_seal(path).read_text())
        return values["transactions"], values["content"]
    except (OSError, ValueError, KeyError):  # if the seal is missing or damaged, the next job seals again
        return None


def _measure(path: Path) -> tuple[int, str]:
    """Return SQLite's counter of transactions and the hash of the file, read consistently."""
    with closing(_connect(path)) as connection:
        connection.execute("BEGIN")
        connection.execute("PRAGMA user_version").fetchone()  # takes a read lock without parsing the schema
        with path.open("rb") as file:
            head = file.read(len(_HEADER) + 12)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return struct.unpack_from(">I", head, _COUNTER)[0], digest


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.as_uri() + "?mode=rw", uri=True, timeout=_SECONDS)


def _locate_seal(path: Path) -> Path:
    return path.with_name(path.name + _SEALED)
