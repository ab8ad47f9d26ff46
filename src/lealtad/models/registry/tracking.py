"""One MLflow run: its inputs, its results and its model."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

from lealtad.base.private_files import write_private
from lealtad.learning.learners import DEFAULT
from lealtad.models.registry import artifact
from lealtad.models.registry.addresses import BESIDE, TAG, locate_artifacts
from lealtad.models.registry.database import find_database
from lealtad.models.registry.files import LoggedModel, digest_hashes, hash_logged_model
from lealtad.models.registry.store import connect_to_store, silence_mlflow
from lealtad.models.registry.unfinished import (
    MODEL_TAG,
    PROCESS_TAG,
    close_dead_runs,
    find_finished_run,
    name_process,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl
    from matplotlib.figure import Figure
    from mlflow.tracking import MlflowClient

    from lealtad.learning.learners import AnyLearner

_SERVING = Path(__file__).with_name("served.py")
_DIGEST = 12
_KIND = {"mlflow.experimentKind": "custom_model_development"}  # so that the UI shows training, not chats
_NEEDS = ("mlflow", "numpy", "pandas")  # in addition to the learner's packages


@dataclass(frozen=True)
class MlflowRun:
    """An open MLflow run.

    Attributes
    ----------
    client
        The client of the store.
    run_id
        MLflow's name of the run.
    tracking_uri
        The address of the store.
    """

    client: MlflowClient
    run_id: str
    tracking_uri: str = ""

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log the settings of the run."""
        mlflow.log_params({name: str(value) for name, value in params.items()}, run_id=self.run_id)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log numbers; those that are not defined (NaN) are left out."""
        defined = {name: value for name, value in metrics.items() if value == value}  # noqa: PLR0124 - NaN
        mlflow.log_metrics(defined, step=step, run_id=self.run_id)

    def log_table(self, name: str, table: pl.DataFrame) -> None:
        """Log a table as CSV."""
        self.client.log_text(self.run_id, table.write_csv(), f"{name}.csv")

    def log_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Log plain values as JSON."""
        self.client.log_text(self.run_id, json.dumps(values, indent=1), f"{name}.json")

    def log_input(self, name: str, digest: str, context: str, facts: Mapping[str, Any]) -> None:
        """Log input rows: their name, the hash of their content, their purpose, and facts about them."""
        from mlflow.data.code_dataset_source import CodeDatasetSource
        from mlflow.data.meta_dataset import MetaDataset

        tags = {key: str(value) for key, value in facts.items()}
        rows = MetaDataset(CodeDatasetSource(tags=tags), name=name, digest=digest[:_DIGEST])
        mlflow.log_input(rows, context=context, tags=tags)

    def log_figure(self, name: str, figure: Figure) -> None:
        """Log a chart as PNG."""
        self.client.log_figure(self.run_id, figure, f"{name}.png")

    def log_text(self, path: str, text: str) -> None:
        """Log a text file."""
        self.client.log_text(self.run_id, text, path)

    def log_model(self, text: str, contract: artifact.ModelContract, learner: AnyLearner = DEFAULT) -> LoggedModel:
        """Log the model as text, with the code that reads it, and return its address."""
        columns = [
            ColSpec("string" if name in contract.levels else "double", name, required=False)
            for name in contract.columns
        ]
        answer = [ColSpec("double", name, required=False) for name in ("probability", "low", "high")]
        signature = ModelSignature(
            Schema(columns),
            Schema([*answer, ColSpec("string", "band", required=False)]),
            ParamSchema([ParamSpec("reasons", "long", 0)]),
        )
        with tempfile.TemporaryDirectory() as folder, silence_mlflow():
            serving = Path(folder) / _SERVING.name
            write_private(serving, _SERVING.read_bytes())  # MLflow copies the mode of a file, too
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(serving),
                artifacts=artifact.write_files(Path(folder), text, contract, learner),
                signature=signature,
                # the served code checks contract and learner against these hashes, and the model against its
                # contract
                model_config={
                    "contract_sha256": contract.sha256,
                    "learner_sha256": artifact.compute_digest(artifact.read_code(learner)),
                },
                pip_requirements=[
                    f"{package}=={version(package)}" for package in sorted({*_NEEDS, *learner.packages})
                ],
            )
        model = LoggedModel(str(logged.model_uri), self.run_id)
        hashes = hash_logged_model(self.client, self.tracking_uri, model)
        self.client.set_tag(self.run_id, MODEL_TAG, model.uri)
        self.client.set_tag(self.run_id, f"{MODEL_TAG}.sha256", digest_hashes(hashes))
        return model


def name_run(tracking_uri: str, run_id: str, name: str) -> None:
    """Set the name of a run in the UI.

    Raises
    ------
    ModelError
        If the store does not answer.
    """
    with connect_to_store(tracking_uri, name) as client:
        client.set_tag(run_id, "mlflow.runName", name)


@contextmanager
def open_run(
    tracking_uri: str, *, experiment: str, artifacts: Path, tags: Mapping[str, str]
) -> Iterator[MlflowRun]:
    """Open one run in the store at `tracking_uri`, and close it as finished or failed.

    Parameters
    ----------
    tracking_uri
        `sqlite:///…` for a file, or a server's address.
    artifacts
        The folder for artifacts of a store in memory. A file store has them next to it; a server decides for
        itself.

    Raises
    ------
    ModelError
        If the store cannot be reached, or no longer answers before the run ends.
    """
    project_run = os.environ.pop("MLFLOW_RUN_ID", None)
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
    tags = {**tags, PROCESS_TAG: name_process()}
    if project_run:
        tags["lealtad.project_run"] = project_run
    with connect_to_store(tracking_uri, experiment) as client:
        experiment_id = _find_experiment(client, experiment, tracking_uri, artifacts)
        with mlflow.start_run(experiment_id=experiment_id, tags=tags) as run:
            yield MlflowRun(client, run.info.run_id, tracking_uri)


def find_logged_model(tracking_uri: str, experiment: str, training: str) -> LoggedModel | None:
    """Return the model of a finished run of the same training; None if no such run has intact files.

    Open runs whose process has ended are closed as killed.

    Parameters
    ----------
    training
        The hash of the training, which is the run's tag `lealtad.training`.

    Raises
    ------
    ModelError
        If the store cannot be reached.
    """
    with connect_to_store(tracking_uri, experiment) as client:
        entry = client.get_experiment_by_name(experiment)
        if entry is None:
            return None
        close_dead_runs(client, tracking_uri, [entry.experiment_id])
        run = find_finished_run(client, entry.experiment_id, training)
        if run is None:
            return None
        model = LoggedModel(run.data.tags[MODEL_TAG], run.info.run_id)
        try:
            hashes = hash_logged_model(client, tracking_uri, model)
        except (MlflowException, OSError):
            return None
        return model if run.data.tags.get(f"{MODEL_TAG}.sha256") == digest_hashes(hashes) else None


def _find_experiment(client: MlflowClient, name: str, tracking_uri: str, artifacts: Path) -> str:
    with silence_mlflow():
        experiment = client.get_experiment_by_name(name)
        if experiment:
            return str(experiment.experiment_id)
        database = find_database(tracking_uri)
        if database is None:
            location = artifacts.absolute().as_uri() if tracking_uri.startswith("sqlite:") else None
            return str(client.create_experiment(name, location, tags=_KIND))
        return str(client.create_experiment(name, locate_artifacts(database), tags={TAG: BESIDE, **_KIND}))
