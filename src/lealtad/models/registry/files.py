"""The files of a run and of a model's version: their location, and their comparison with registered hashes."""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow

from lealtad.base.errors import ModelError
from lealtad.base.syncing import sync_files
from lealtad.models.registry.addresses import BESIDE, TAG, resolve
from lealtad.models.registry.database import find_database
from lealtad.models.registry.store import silence_mlflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlflow.tracking import MlflowClient

# everything that is read when a model is loaded; other files name packages, or the time of a download
MODEL_FILES = (
    "MLmodel",
    "served.py",
    "artifacts/booster.txt",
    "artifacts/contract.json",
    "artifacts/learner.py",
)
_EVIDENCE = {".csv", ".json", ".md"}  # text evidence of a run; charts are for people only


@dataclass(frozen=True)
class LoggedModel:
    """A logged model: its address in the store, and its run."""

    uri: str
    run_id: str


@contextmanager
def open_model_folder(client: MlflowClient, tracking_uri: str, name: str, version: Any) -> Iterator[Path]:
    """Provide the folder with the files of a version; a server's are fetched, and removed after the block."""
    database = find_database(tracking_uri)
    if database is not None:
        address = client.get_model_version_download_uri(name, version.version)
        yield resolve(database, address, is_beside=_is_beside(client, version.run_id))
        return
    with tempfile.TemporaryDirectory() as folder, silence_mlflow():
        yield Path(mlflow.artifacts.download_artifacts(f"models:/{name}/{version.version}", dst_path=folder))


@contextmanager
def open_run_folder(client: MlflowClient, tracking_uri: str, run_id: str, path: str = "") -> Iterator[Path]:
    """Provide the folder with the artifacts of a run; from a server only those below `path` are fetched."""
    database = find_database(tracking_uri)
    if database is not None:
        address = client.get_run(run_id).info.artifact_uri
        yield resolve(database, address, is_beside=_is_beside(client, run_id))
        return
    with tempfile.TemporaryDirectory() as folder, silence_mlflow():
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=path, dst_path=folder)
        yield Path(folder)


def hash_logged_model(client: MlflowClient, tracking_uri: str, model: LoggedModel) -> dict[str, str]:
    """Return the SHA-256 of each file that is read when a model is loaded, by its path.

    It also waits until the files are on disk.
    """
    database = find_database(tracking_uri)
    if database is None:
        with tempfile.TemporaryDirectory() as fetched, silence_mlflow():
            return _hash_files(Path(mlflow.artifacts.download_artifacts(model.uri, dst_path=fetched)), MODEL_FILES)
    address = client.get_logged_model(model.uri.rpartition("/")[2]).artifact_location
    folder = resolve(database, address, is_beside=_is_beside(client, model.run_id))
    sync_files(path for path in folder.rglob("*") if path.is_file())
    return _hash_files(folder, MODEL_FILES)


def digest_hashes(hashes: Mapping[str, str]) -> str:
    """Combine several hashes into one."""
    return hashlib.sha256(json.dumps(dict(hashes), sort_keys=True).encode()).hexdigest()


def hash_evidence(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each text and table that a run logged, by path, and wait until they are on disk."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in _EVIDENCE)
    sync_files(paths)
    return _hash_files(folder, (path.name for path in paths))


def check_files(name: str, version: str, folder: Path, hashes: Mapping[str, str], paths: Iterable[str]) -> None:
    """Compare files with the hashes of a version before any of them is read.

    Raises
    ------
    ModelError
        If a file is missing or differs from the registered one.
    """
    for path in paths:
        digest = _hash_file(folder / path) if (folder / path).is_file() else "no such file"
        if digest != hashes[path]:
            state = "is missing" if digest == "no such file" else "was altered"
            raise ModelError(
                model=name,
                expected=f"{path} of version {version} with SHA-256 {hashes[path]}",
                found=digest,
                fix=f"The file {state}: restore {folder / path} from a backup, train again, or roll back with "
                "lealtad promote --to.",
            )


def _is_beside(client: MlflowClient, run_id: str) -> bool:
    experiment = client.get_experiment(client.get_run(run_id).info.experiment_id)
    return bool(experiment.tags.get(TAG) == BESIDE)


def _hash_files(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    return {path: _hash_file(folder / path) for path in paths}


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
