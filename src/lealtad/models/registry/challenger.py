"""Make a model the challenger, which the gate judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.models.registry.store import connect_to_store
from lealtad.models.registry.versions import CHALLENGER, register

if TYPE_CHECKING:
    from lealtad.models.registry.artifact import ModelContract
    from lealtad.models.registry.files import LoggedModel


def register_challenger(tracking_uri: str, name: str, model: LoggedModel, contract: ModelContract) -> str:
    """Register the logged model of a run as the challenger, unless it is registered already.

    Parameters
    ----------
    tracking_uri
        Address of the MLflow store.
    name
        The name of the model's definition.
    model
        The model that the training run logged.
    contract
        Columns, hashes and versions that a scorer checks.

    Returns
    -------
    Number of the version, as text.

    Raises
    ------
    ModelError
        If the store does not answer. Nothing is left half registered; the next call completes it.
    """
    with connect_to_store(tracking_uri, name) as client:
        return register(client, tracking_uri, name, model, contract)


def name_challenger(tracking_uri: str, name: str, version: str) -> None:
    """Make a version the challenger again, so that the gate can judge it.

    Raises
    ------
    ModelError
        If the store does not answer.
    """
    with connect_to_store(tracking_uri, name) as client:
        client.set_registered_model_alias(name, CHALLENGER, version)
