"""Loading a version: every file is checked against its hash first, and then read from the same place."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import mlflow

from lealtad.base.errors import ModelError
from lealtad.models.registry.database import find_database
from lealtad.models.registry.files import check_files, open_model_folder, open_run_folder
from lealtad.models.registry.store import silence_mlflow
from lealtad.models.registry.versions import EVIDENCE_TAG, FILES_TAG, PARAMS_TAG, hash_params

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlflow.tracking import MlflowClient


def load_model(client: MlflowClient, tracking_uri: str, name: str, version: Any) -> tuple[Any, str]:
    """Load the model of a version; return it with the address of the files that were checked.

    Raises
    ------
    ModelError
        If a file that would be read is missing, altered or unreadable.
    """
    with open_checked_folder(client, tracking_uri, name, version) as folder:
        try:
            with silence_mlflow():
                # MLflow's warnings, which are silenced anyway, would read the files of every installed package
                model = mlflow.pyfunc.load_model(str(folder), suppress_warnings=True)
        except (ValueError, KeyError, OSError) as error:
            raise ModelError(
                model=name,
                expected=f"readable files of version {version.version} in {tracking_uri}",
                found=str(error).splitlines()[0],
                fix="Train again, or roll back with lealtad promote --to.",
            ) from error
        is_local = find_database(tracking_uri) is not None
        return model, str(folder) if is_local else f"models:/{name}/{version.version}"


def check_version(client: MlflowClient, tracking_uri: str, name: str, version: Any) -> None:
    """Compare everything that is read from a version with what was registered: model, evidence and parameters.

    Raises
    ------
    ModelError
        If something is missing or altered.
    """
    with open_checked_folder(client, tracking_uri, name, version):
        pass
    hashes = list_evidence(version)
    if hashes:
        with open_run_folder(client, tracking_uri, version.run_id) as folder:
            check_files(name, version.version, folder, hashes, hashes)
    check_params(client, name, version)


@contextmanager
def open_checked_folder(client: MlflowClient, tracking_uri: str, name: str, version: Any) -> Iterator[Path]:
    """Provide the folder of a version's model after checking its files.

    Raises
    ------
    ModelError
        If a file is missing or altered.
    """
    # older versions have no separate file for the learner
    hashes: dict[str, str] = json.loads(version.tags.get(FILES_TAG, "{}"))
    with open_model_folder(client, tracking_uri, name, version) as folder:
        check_files(name, version.version, folder, hashes, hashes)
        yield folder


def check_params(client: MlflowClient, name: str, version: Any) -> None:
    """Compare the parameters of a version's run with what was registered.

    Raises
    ------
    ModelError
        If they were altered.
    """
    expected = version.tags.get(PARAMS_TAG)
    if expected is not None and hash_params(client, version.run_id) != expected:
        raise ModelError(
            model=name,
            expected=f"the parameters of version {version.version} as they were registered",
            found="others in the MLflow store",
            fix="Restore the store from a backup (docs/how_to/backup_and_restore.md), or train again.",
        )


def list_evidence(version: Any) -> dict[str, str] | None:
    """Return the SHA-256 of what a version's run logged, by path; None for older versions of lealtad."""
    text = version.tags.get(EVIDENCE_TAG)
    return None if text is None else dict(json.loads(text))
