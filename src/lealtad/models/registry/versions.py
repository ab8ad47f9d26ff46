"""Versions of a model in the registry: add one, find one, and hold its files against their hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
from mlflow.exceptions import MlflowException

from lealtad.base.errors import ModelError
from lealtad.models.registry.store import silence_mlflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlflow.tracking import MlflowClient

    from lealtad.models.registry.artifact import ModelContract

CHAMPION, CHALLENGER = "champion", "challenger"
HASH_TAG, FILES_TAG = "model_hash", "files_sha256"
# everything that is read when a model is loaded; the rest names packages, or the time of a download
_READ = (
    "MLmodel",
    "served.py",
    "artifacts/booster.txt",
    "artifacts/contract.json",
    "artifacts/learner.py",
)


def register(client: MlflowClient, name: str, model_uri: str, contract: ModelContract) -> str:
    """Register a logged model as the challenger and return its version; the champion stays who it is.

    The same text with the same contract are the same model: training again on the same data registers nothing.
    A registration that was cut off is completed by the next one of the same model.
    """
    registered = find_same_model(client, name, contract.model_hash)
    if registered is None:
        with silence_mlflow():
            tags = {HASH_TAG: contract.model_hash, FILES_TAG: json.dumps(hash_files(model_uri))}
            registered = mlflow.register_model(model_uri, name, tags=tags)
    champion = find_by_alias(client, name, CHAMPION)
    if champion is None or champion.version != registered.version:
        client.set_registered_model_alias(name, CHALLENGER, registered.version)
    return str(registered.version)


def find_same_model(client: MlflowClient, name: str, model_hash: str) -> Any:
    """Return the newest version that is ready and has this very text and contract; None if there is none."""
    same = [
        version
        for version in client.search_model_versions(f"name='{name}'")
        if version.tags.get(HASH_TAG) == model_hash and version.status == "READY"
    ]
    return max(same, key=lambda one: int(one.version), default=None)


def find_by_alias(client: MlflowClient, name: str, alias: str) -> Any:
    """Return the version that an alias points at; None if there is none."""
    return _find_or_none(lambda: client.get_model_version_by_alias(name, alias))


def find_by_number(client: MlflowClient, name: str, version: str) -> Any:
    """Return a version by its number; None if there is none."""
    return _find_or_none(lambda: client.get_model_version(name, version))


def unknown_version_error(client: MlflowClient, name: str, version: str) -> ModelError:
    """Return the error that names the versions there are."""
    numbers = sorted(
        (int(entry.version) for entry in client.search_model_versions(f"name='{name}'")), reverse=True
    )
    return ModelError(
        model=name,
        expected="a version of the registry",
        found=f"{version}; it holds {', '.join(map(str, numbers[:10])) or 'none'}",
        fix="Name one of them.",
    )


def hash_files(model_uri: str, paths: Iterable[str] = _READ) -> dict[str, str]:
    """Return the SHA-256 of each file that is read when the model is loaded, by its path in the model."""
    folder = Path(mlflow.artifacts.download_artifacts(model_uri))
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths}


def check_files(name: str, version: Any) -> None:
    """Hold the files of a version against what was registered, before any of them is read.

    Raises
    ------
    ModelError
        If a file is not the one that was registered.
    """
    expected = json.loads(version.tags.get(FILES_TAG, "{}"))
    # versions from before learners had a file of their own name none
    hashes = hash_files(f"models:/{name}/{version.version}", expected) if expected else {}
    for path, wanted in expected.items():
        if hashes[path] != wanted:
            raise ModelError(
                model=name,
                expected=f"{path} of version {version.version} with SHA-256 {wanted}",
                found=hashes[path],
                fix="The file was altered: train again, or roll back with lealtad promote --to.",
            )


def _find_or_none(ask: Any) -> Any:
    try:
        return ask()
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
