"""A model of the registry, loaded: the champion that is in charge, or the challenger that would be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mlflow
import pandas as pd
import polars as pl
from mlflow.exceptions import MlflowException

from lealtad.base.errors import ModelError
from lealtad.learning.season import Season
from lealtad.models.registry.store import connect_to_store, silence_mlflow
from lealtad.models.registry.versions import (
    CHALLENGER,
    CHAMPION,
    HASH_TAG,
    check_files,
    find_by_alias,
    find_by_number,
    register,
    unknown_version_error,
)

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

    from lealtad.models.registry.artifact import ModelContract


SEASON = "season.json"
STANDS_IN = "stands_in"  # the parameter that names the baseline a champion is, where no model passed the gate


@dataclass(frozen=True)
class RegisteredModel:
    """A registered model that can score.

    Attributes
    ----------
    version
        Its version in the registry.
    contract
        What is stored with its text.
    model_hash
        The hash of text and contract.
    params
        What its run was set to and read: settings, content hashes, versions of tables.
    tracking_uri
        The store it came from.
    """

    name: str
    version: str
    run_id: str
    model: Any
    contract: dict[str, Any]
    model_hash: str = ""
    params: dict[str, str] | None = None
    tracking_uri: str = ""

    @property
    def stands_in(self) -> str:
        """The baseline that it is, standing in for a model that the gate refused; empty for a model."""
        return (self.params or {}).get(STANDS_IN, "")

    def evidence(self, name: str) -> pl.DataFrame:
        """Return a table that was logged when the model was trained, such as `metrics` or `judged`.

        Raises
        ------
        ModelError
            If its run no longer holds it.
        """
        return pl.read_csv(self.read_artifact(f"{name}.csv").encode())

    def read_artifact(self, path: str) -> str:
        """Return a text that was logged when the model was trained, such as `card.md` or `leakcheck.json`.

        Raises
        ------
        ModelError
            If its run does not hold it.
        """
        try:
            with silence_mlflow():
                mlflow.set_tracking_uri(self.tracking_uri)
                return str(mlflow.artifacts.load_text(f"runs:/{self.run_id}/{path}"))
        except (MlflowException, OSError) as error:
            raise ModelError(
                model=self.name,
                expected=f"{path} in run {self.run_id}, which trained version {self.version}",
                found=str(error).splitlines()[0],
                fix="Train again.",
            ) from error

    @property
    def leakcheck(self) -> dict[str, Any] | None:
        """The leak check of the features it learned from; None if none was logged."""
        text = self.read_if_logged("leakcheck.json")
        return None if text is None else json.loads(text)

    @property
    def season(self) -> Season | None:
        """How levels moved over the dates it learned from; None if they did not, or nobody looked."""
        text = self.read_if_logged(SEASON)
        return None if text is None else Season.from_text(text)

    def read_if_logged(self, path: str) -> str | None:
        """Return a text that was logged when the model was trained; None if its run has none of that name."""
        with connect_to_store(self.tracking_uri, self.name) as client, silence_mlflow():
            names = {artifact.path for artifact in client.list_artifacts(self.run_id)}
        return self.read_artifact(path) if path in names else None

    def predictions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return `probability` and its 95 % interval `low, high` of each row; NaN where the model knows none."""
        # past MLflow's look at every column, which costs as much as scoring: the model checks them itself
        answer = self.model.unwrap_python_model().predict(None, rows)
        return pd.DataFrame(answer).reindex(columns=["probability", "low", "high"]).astype(float)

    def probabilities(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the calibrated probability of each row."""
        return pd.Series(self.predictions(rows)["probability"])

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds of each row."""
        return pd.DataFrame(self.model.unwrap_python_model().contributions(rows))


def register_challenger(tracking_uri: str, name: str, model_uri: str, contract: ModelContract) -> str:
    """Register a logged model as the challenger, unless it is there already; return its version.

    Raises
    ------
    ModelError
        If the store does not answer. Nothing is half registered then; the next call completes it.
    """
    with connect_to_store(tracking_uri, name) as client:
        return register(client, name, model_uri, contract)


def name_challenger(tracking_uri: str, name: str, version: str) -> None:
    """Make a version the challenger again, so that the gate can be asked about it.

    Raises
    ------
    ModelError
        If the store does not answer.
    """
    with connect_to_store(tracking_uri, name) as client:
        client.set_registered_model_alias(name, CHALLENGER, version)


def load_champion(tracking_uri: str, name: str) -> RegisteredModel:
    """Load the champion, `models:/name@champion`.

    Parameters
    ----------
    tracking_uri
        The MLflow store, such as `sqlite:///mlflow.db`.
    name
        That of the model's definition, such as `churn`.

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
            fix="Run lealtad train, then lealtad promote, or give their --tracking-uri.",
        )
    return champion


def find_champion(tracking_uri: str, name: str) -> RegisteredModel | None:
    """Load the champion; None if there is none yet.

    Raises
    ------
    ModelError
        If its files were altered, or the store does not answer.
    """
    return _load(tracking_uri, name, CHAMPION)


def find_challenger(tracking_uri: str, name: str) -> RegisteredModel | None:
    """Load the challenger, the model that waits for the gate; None if there is none.

    Raises
    ------
    ModelError
        If its files were altered, or the store does not answer.
    """
    return _load(tracking_uri, name, CHALLENGER)


def load_version(tracking_uri: str, name: str, version: str) -> RegisteredModel:
    """Load one version, such as the one that made the scores of a past night.

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
    check_files(name, found)
    try:
        with silence_mlflow():
            model = mlflow.pyfunc.load_model(f"models:/{name}/{found.version}")
    except (ValueError, OSError) as error:
        raise ModelError(
            model=name,
            expected=f"readable files of version {found.version} in {tracking_uri}",
            found=str(error).splitlines()[0],
            fix="Train again, or roll back with lealtad promote --to.",
        ) from error
    return RegisteredModel(
        name=name,
        version=str(found.version),
        run_id=found.run_id,
        model=model,
        contract=model.unwrap_python_model().contract,
        model_hash=found.tags.get(HASH_TAG, ""),
        params=dict(client.get_run(found.run_id).data.params),
        tracking_uri=tracking_uri,
    )
