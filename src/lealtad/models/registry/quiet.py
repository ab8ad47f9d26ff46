"""Keep MLflow's advice and progress out of the job's output; its errors still come through."""

from __future__ import annotations

import io
import logging
import warnings
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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
