"""The offers of a night as an MLflow model in a folder: text code, one Parquet file, no pickle."""

from __future__ import annotations

import hashlib
import tempfile
from importlib.metadata import version
from pathlib import Path

import mlflow
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from mlflow.types.schema import Array, DataType

from lealtad.base.private_files import write_private
from lealtad.models.registry.store import silence_mlflow

_SERVING = Path(__file__).with_name("served_offers.py")
_NEEDS = ("mlflow", "pandas", "pyarrow")


def save_offers_model(offers: Path, folder: Path) -> None:
    """Save a model that returns the ten offers of each task, replacing the previous one.

    Parameters
    ----------
    offers
        `recommendations.parquet`; its hash is stored, and an altered file is refused.
    folder
        The folder for `mlflow models serve -m`.
    """
    products = ColSpec(Array(DataType.string), "buy_again"), ColSpec(Array(DataType.string), "goes_with")
    signature = ModelSignature(
        Schema([ColSpec("string", "customer_id")]), Schema([ColSpec("string", "customer_id"), *products])
    )
    with tempfile.TemporaryDirectory(dir=folder.parent) as work, silence_mlflow():
        serving, saved = Path(work) / _SERVING.name, Path(work) / "model"
        write_private(serving, _SERVING.read_bytes())  # MLflow copies the mode of a file, too
        mlflow.pyfunc.save_model(
            path=str(saved),
            python_model=str(serving),
            artifacts={"offers": str(offers)},
            signature=signature,
            model_config={"offers_sha256": hashlib.sha256(offers.read_bytes()).hexdigest()},
            pip_requirements=[f"{package}=={version(package)}" for package in _NEEDS],
        )
        if folder.exists():
            folder.rename(Path(work) / "before")
        saved.rename(folder)
