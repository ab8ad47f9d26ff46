"""Find a model of the registry by its role or its number, and load it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.base.errors import ModelError
from lealtad.models.registry.loading import check_params, list_evidence, load_model
from lealtad.models.registry.registered_model import RegisteredModel
from lealtad.models.registry.store import connect_to_store
from lealtad.models.registry.versions import (
    CHALLENGER,
    CHAMPION,
    HASH_TAG,
    find_by_alias,
    find_by_number,
    unknown_version_error,
)

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient


def load_champion(tracking_uri: str, name: str) -> RegisteredModel:
    """Load the champion, `models:/name@champion`.

    Parameters
    ----------
    tracking_uri
        The MLflow store, such as `sqlite:///mlflow.db`.
    name
        Name of the model's definition, such as `churn`.

    Raises
    ------
    ModelError
        If there is no champion, its files were altered, or the store does not answer.
    """
    champion = _load(tracking_uri, name, CHAMPION)
    if champion is None:
        raise ModelError(
            model=name,
            expected=f"a champion (models:/{name}@{CHAMPION}) in {tracking_uri}",
            found="none",
            fix="Run lealtad train, then lealtad promote, or name another MLflow store with --tracking-uri.",
        )
    return champion


def find_champion(tracking_uri: str, name: str) -> RegisteredModel | None:
    """Load the champion of a model.

    Parameters
    ----------
    tracking_uri
        Address of the MLflow store, such as `sqlite:///reports/demo/mlflow.db`.
    name
        The name of the model's definition, such as `churn`.

    Returns
    -------
    The champion; None if no version was promoted yet.

    Raises
    ------
    ModelError
        If its files were altered, or the store does not answer.
    """
    return _load(tracking_uri, name, CHAMPION)


def find_challenger(tracking_uri: str, name: str) -> RegisteredModel | None:
    """Load the challenger, the model that awaits the gate.

    Parameters
    ----------
    tracking_uri
        Address of the MLflow store, such as `sqlite:///reports/demo/mlflow.db`.
    name
        The name of the model's definition, such as `churn`.

    Returns
    -------
    The challenger; None if there is none.

    Raises
    ------
    ModelError
        If its files were altered, or the store does not answer.
    """
    return _load(tracking_uri, name, CHALLENGER)


def load_version(tracking_uri: str, name: str, version: str) -> RegisteredModel:
    """Load one version, such as the one behind the scores of a past night.

    Parameters
    ----------
    version
        Its number, or `name/number` as scores and lists name it.

    Raises
    ------
    ModelError
        If there is no such version, its files were altered, or the store does not answer.
    """
    number = version.rpartition("/")[2]
    with connect_to_store(tracking_uri, name) as client:
        registered = find_by_number(client, name, number)
        if registered is None:
            raise unknown_version_error(client, name, number)
        return _build_model(client, tracking_uri, name, registered)


def _load(tracking_uri: str, name: str, alias: str) -> RegisteredModel | None:
    with connect_to_store(tracking_uri, name) as client:
        registered = find_by_alias(client, name, alias)
        return None if registered is None else _build_model(client, tracking_uri, name, registered)


def _build_model(client: MlflowClient, tracking_uri: str, name: str, found: Any) -> RegisteredModel:
    model, address = load_model(client, tracking_uri, name, found)
    check_params(client, name, found)
    return RegisteredModel(
        name=name,
        version=str(found.version),
        run_id=found.run_id,
        model=model,
        contract=model.unwrap_python_model().contract,
        model_hash=found.tags.get(HASH_TAG, ""),
        params=dict(client.get_run(found.run_id).data.params),
        tracking_uri=tracking_uri,
        evidence_hashes=list_evidence(found),
        address=address,
    )
