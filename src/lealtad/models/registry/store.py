"""The MLflow store: one clear error where it does not answer, and no advice of MLflow in a job's output."""

from __future__ import annotations

import io
import logging
import os
import warnings
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from requests.exceptions import RequestException
from sqlalchemy.exc import SQLAlchemyError

from lealtad.base.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

# MLflow's own seven would keep a job waiting for four minutes before it says that the server is down
_RETRIES = "3"


@contextmanager
def connect_to_store(tracking_uri: str, model: str) -> Iterator[MlflowClient]:
    """Talk to the store at `tracking_uri`, about the model of that name.

    A server that does not answer is asked three times more (`MLFLOW_HTTP_REQUEST_MAX_RETRIES` says otherwise).

    Raises
    ------
    ModelError
        If the store cannot be reached, or stops answering.
    """
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", _RETRIES)
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # stdout is for results
    mlflow.set_tracking_uri(tracking_uri)
    try:
        with silence_mlflow():  # a new store makes its tables
            client = MlflowClient()
        yield client
    except (MlflowException, RequestException, SQLAlchemyError, ConnectionError) as error:
        raise ModelError(
            model=model,
            expected=f"an MLflow store that answers at {tracking_uri}",
            found=(str(error) or type(error).__name__).splitlines()[0],
            fix="Start the server, or give another --tracking-uri; then run the same command again.",
        ) from error


@contextmanager
def silence_mlflow() -> Iterator[None]:
    """Silence warnings and information while MLflow sets up a store, logs, registers or loads a model."""
    logger = logging.getLogger("mlflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
