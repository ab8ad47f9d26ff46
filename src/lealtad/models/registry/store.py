"""The MLflow store: one clear error where it does not answer, and no advice of MLflow in a job's output."""

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

# by what SQLite says of a file
_FIXES = {
    "locked": "Wait until the other program, such as mlflow ui, lets go of the file.",
    "disk is full": "Free space on the disk.",
    "readonly": "Grant the permission to write to the file and its folder.",
    "disk I/O error": "Check the disk and its free space.",
    "unable to open": "Check the disk, its free space and the permissions of the folder.",
    "schema": "Run mlflow db upgrade, after a backup.",
}
_FIX = "Restore {} from a backup (docs/how_to/backup_and_restore.md), or move it away and train again."

# MLflow's own seven would keep a job waiting for four minutes before it says that the server is down
_RETRIES = "3"
_CHECK = "warn_dependency_requirement_mismatches"


@contextmanager
def connect_to_store(tracking_uri: str, model: str) -> Iterator[MlflowClient]:
    """Talk to the store at `tracking_uri`, about the model of that name.

    A server that does not answer is asked three times more (`MLFLOW_HTTP_REQUEST_MAX_RETRIES` says otherwise).

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
        with _silence_database():
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
    """Return the message of the database itself, or else the first line of the error."""
    lines = (str(error) or type(error).__name__).splitlines()
    return next((line for line in lines if line.startswith("(sqlite3.")), lines[0])


def _advise(database: Path | None, error: Exception) -> str:
    """Return what to do about a store that does not answer: a server, or a file."""
    if database is None:
        return "Start the server, or give another --tracking-uri."
    text = str(error)
    return next((fix for words, fix in _FIXES.items() if words in text), _FIX.format(database))


@contextmanager
def _silence_database() -> Iterator[None]:
    """Silence the traceback that MLflow logs before it raises an error of its database."""
    logger = logging.getLogger("mlflow.store.db.utils")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def silence_mlflow() -> Iterator[None]:
    """Silence warnings and information while MLflow sets up a store, logs, registers or loads a model."""
    logger = logging.getLogger("mlflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()), _skip_requirement_check():
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def _skip_requirement_check() -> Iterator[None]:
    """Save MLflow a look at every file of every installed package: all it comes to is a warning, silenced here."""
    from mlflow.utils import environment

    check = getattr(environment, _CHECK, None)
    if check is None:  # a private name, which another version may not have
        yield
        return
    setattr(environment, _CHECK, lambda _requirements: None)
    try:
        yield
    finally:
        setattr(environment, _CHECK, check)
