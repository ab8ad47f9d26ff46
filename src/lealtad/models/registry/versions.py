"""Versions of a model in the registry: adding, finding, and comparing files with hashes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import mlflow
from mlflow.exceptions import MlflowException

from lealtad.base.errors import ModelError
from lealtad.models.registry.files import hash_evidence, hash_logged_model, open_run_folder
from lealtad.models.registry.store import silence_mlflow

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlflow.tracking import MlflowClient

    from lealtad.models.registry.artifact import ModelContract
    from lealtad.models.registry.files import LoggedModel

CHAMPION, CHALLENGER = "champion", "challenger"
HASH_TAG, FILES_TAG = "model_hash", "files_sha256"
EVIDENCE_TAG, PARAMS_TAG = "evidence_sha256", "params_sha256"


def register(
    client: MlflowClient, tracking_uri: str, name: str, model: LoggedModel, contract: ModelContract
) -> str:
    """Register a logged model as the challenger and return its version; the champion is unchanged.

    A model with the same text and contract is the same model, so training again on the same data registers
    nothing. A run with evidence that was missing before, such as a leak check, is registered as a new version. An
    interrupted registration is completed by the next one of the same model.
    """
    with open_run_folder(client, tracking_uri, model.run_id) as folder:
        evidence = hash_evidence(folder)
    registered = find_same_model(client, name, contract.model_hash, evidence)
    if registered is None:
        with silence_mlflow():
            tags = {
                HASH_TAG: contract.model_hash,
                FILES_TAG: json.dumps(hash_logged_model(client, tracking_uri, model)),
                EVIDENCE_TAG: json.dumps(evidence),
                PARAMS_TAG: hash_params(client, model.run_id),
            }
            registered = mlflow.register_model(model.uri, name, tags=tags)
    champion = find_by_alias(client, name, CHAMPION)
    if champion is None or champion.version != registered.version:
        client.set_registered_model_alias(name, CHALLENGER, registered.version)
    return str(registered.version)


def find_same_model(client: MlflowClient, name: str, model_hash: str, evidence: Collection[str] = ()) -> Any:
    """Return the newest ready version with the same text and contract; None if there is none.

    Parameters
    ----------
    evidence
        The names of evidence that its run must have logged.
    """
    same = [
        version
        for version in client.search_model_versions(f"name='{name}'")
        if version.tags.get(HASH_TAG) == model_hash
        and version.status == "READY"
        and (EVIDENCE_TAG not in version.tags or set(evidence) <= set(json.loads(version.tags[EVIDENCE_TAG])))
    ]
    return max(same, key=lambda candidate: int(candidate.version), default=None)


def hash_params(client: MlflowClient, run_id: str) -> str:
    """Return the SHA-256 of a run's parameters."""
    params = client.get_run(run_id).data.params
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


def find_by_alias(client: MlflowClient, name: str, alias: str) -> Any:
    """Return the version that an alias points at; None if there is none."""
    return _find_or_none(lambda: client.get_model_version_by_alias(name, alias))


def find_by_number(client: MlflowClient, name: str, version: str) -> Any:
    """Return a version by its number; None if there is none."""
    return _find_or_none(lambda: client.get_model_version(name, version))


def unknown_version_error(client: MlflowClient, name: str, version: str) -> ModelError:
    """Return an error that names the existing versions."""
    numbers = sorted(
        (int(entry.version) for entry in client.search_model_versions(f"name='{name}'")), reverse=True
    )
    return ModelError(
        model=name,
        expected="a version of the registry",
        found=f"{version}; it holds {', '.join(map(str, numbers[:10])) or 'none'}",
        fix="Name one of them.",
    )


def _find_or_none(ask: Any) -> Any:
    try:
        return ask()
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
