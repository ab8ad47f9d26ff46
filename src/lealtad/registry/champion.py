"""The chosen model: promote it, find it, load it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mlflow
import pandas as pd
import polars as pl
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from lealtad.errors import ModelError
from lealtad.registry.quiet import quiet

if TYPE_CHECKING:
    from lealtad.registry.artifact import Contract

ALIAS, HASH_TAG = "champion", "model_hash"


@dataclass(frozen=True)
class Champion:
    """The model that is in charge.

    Attributes
    ----------
    version
        Its version in the registry.
    """

    name: str
    version: str
    run_id: str
    model: Any
    contract: dict[str, Any]

    def evidence(self, name: str) -> pl.DataFrame:
        """Return a table that was logged when the model was trained, such as `metrics` or `judged`.

        Raises
        ------
        ModelError
            If its run no longer holds it.
        """
        try:
            with quiet():
                text = mlflow.artifacts.load_text(f"runs:/{self.run_id}/{name}.csv")
            return pl.read_csv(text.encode())
        except (MlflowException, OSError) as error:
            raise ModelError(
                model=self.name,
                expected=f"{name}.csv in run {self.run_id}, which trained version {self.version}",
                found=str(error).splitlines()[0],
                mend="Train again.",
            ) from error

    def probabilities(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the calibrated probability of each row."""
        return pd.Series(self.model.predict(rows)["churn_probability"])

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds of each row."""
        return pd.DataFrame(self.model.unwrap_python_model().contributions(rows))


def promote(name: str, model_uri: str, contract: Contract) -> str:
    """Register a logged model and make it champion; return its version.

    The same trees with the same contract are the same model: training again on the same data registers nothing.
    """
    client = MlflowClient()
    current = _champion(client, name)
    if current is not None and current.tags.get(HASH_TAG) == contract.model_hash:
        return str(current.version)
    with quiet():
        registered = mlflow.register_model(model_uri, name, tags={HASH_TAG: contract.model_hash})
    client.set_registered_model_alias(name, ALIAS, registered.version)
    return str(registered.version)


def load_champion(tracking_uri: str, name: str) -> Champion:
    """Load `models:/name@champion`.

    Raises
    ------
    ModelError
        If there is no champion, or its files were altered.
    """
    mlflow.set_tracking_uri(tracking_uri)
    address = f"models:/{name}@{ALIAS}"
    try:
        with quiet():
            found = _champion(MlflowClient(), name)
            model = mlflow.pyfunc.load_model(address) if found is not None else None
    except (MlflowException, ValueError, OSError) as error:
        raise ModelError(
            model=name,
            expected=f"a readable {address} in {tracking_uri}",
            found=str(error).splitlines()[0],
            mend="Train again, or promote another version.",
        ) from error
    if found is None or model is None:
        raise ModelError(
            model=name,
            expected=f"a champion ({address}) in {tracking_uri}",
            found="none",
            mend="Run python -m pipelines.train first, or give the --tracking-uri it used.",
        )
    return Champion(name, str(found.version), found.run_id, model, model.unwrap_python_model().contract)


def _champion(client: MlflowClient, name: str) -> Any:
    try:
        return client.get_model_version_by_alias(name, ALIAS)
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise
