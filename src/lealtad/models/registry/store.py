"""The MLflow store: one clear error if it does not answer, and none of MLflow's advice in a job's output."""

from __future__ import annotations

import io
import logging
import os
import sqlite3
import warnings
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from requests.exceptions import RequestException
from sqlalchemy.exc import SQLAlchemyError

from lealtad.base.errors import ModelError
from lealtad.models.registry.addresses import adopt_artifacts
from lealtad.models.registry.database import find_database, prepare_database, seal_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# by SQLite's error message
_FIXES = {
    "locked": "Wait until the other program, such as mlflow ui, lets go of the file.",
    "disk is full": "Free space on the disk.",
    "readonly": "Grant the permission to write to the file and its folder.",
    "disk I/O error": "Check the disk and its free space.",
    "unable to open": "Check the disk, its free space and the permissions of the folder.",
    "schema": "Run mlflow db upgrade, after a backup.",
}
_FIX = "Restore {} from a backup (docs/how_to/backup_and_restore.md), or move it away and train again."

# with MLflow's default of seven retries, a job would wait four minutes for a server that is down
_RETRIES = "3"


@contextmanager
def connect_to_store(tracking_uri: str, model: str) -> Iterator[MlflowClient]:
    """Connect to the store at `tracking_uri`, for the model of that name.

    A server that does not answer gets three retries (`MLFLOW_HTTP_REQUEST_MAX_RETRIES` changes that).

    Raises
    ------
    ModelError
        If the store cannot be reached, or stops answering.
    """
    database = find_database(tracking_uri)
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", _RETRIES)
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # stdout is for results
    mlflow.set_tracking_uri(tracking_uri)
    try:
        if database is not None:
            prepare_database(database, _make_tables)
            adopt_artifacts(database)
        with silence_mlflow():
            client = MlflowClient()
        # MLflow logs a traceback before it raises a database error
        with _raise_level("mlflow.store.db.utils", logging.CRITICAL):
            yield client
    except (MlflowException, RequestException, SQLAlchemyError, sqlite3.Error, ConnectionError) as error:
        raise ModelError(
            model=model,
            expected=f"an MLflow store that answers at {tracking_uri}",
            found=_find_cause(error),
            fix=f"{_advise(database, error)} Then run the same command again.",
        ) from error
    finally:
        if database is not None:
            seal_database(database)


def _make_tables(address: str) -> None:
    with silence_mlflow():
        MlflowClient(address).search_experiments()


def _find_cause(error: Exception) -> str:
    """Return the database's own message, or else the first line of the error."""
    lines = (str(error) or type(error).__name__).splitlines()
    return next((line for line in lines if line.startswith("(sqlite3.")), lines[0])


def _advise(database: Path | None, error: Exception) -> str:
    """Return how to fix a store that does not answer, for a server or a file."""
    if database is None:
        return "Start the server, or give another --tracking-uri."
    text = str(error)
    return next((fix for words, fix in _FIXES.items() if words in text), _FIX.format(database))


@contextmanager
def silence_mlflow() -> Iterator[None]:
    """Silence warnings and information while MLflow sets up a store, logs, registers or loads a model."""
    quiet = warnings.catch_warnings(action="ignore")
    with _raise_level("mlflow", logging.ERROR), quiet, redirect_stderr(io.StringIO()):
        yield


@contextmanager
def _raise_level(logger_name: str, level: int) -> Iterator[None]:
    """Set the level of a logger."""
    logger = logging.getLogger(logger_name)
    before = logger.level
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.setLevel(before)
