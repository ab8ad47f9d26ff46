"""A model loaded from the registry, which scores, and reads what was logged at its training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import polars as pl
from mlflow.exceptions import MlflowException

from lealtad.base.errors import ModelError
from lealtad.learning.season import Season
from lealtad.models.registry.files import check_files, open_run_folder
from lealtad.models.registry.store import connect_to_store

SEASON = "season.json"
STANDS_IN = "stands_in"  # the parameter with the name of the baseline, if the champion is a stand-in


@dataclass(frozen=True)
class RegisteredModel:
    """A registered model that can score.

    Attributes
    ----------
    version
        Its version in the registry.
    contract
        The contract stored with its text.
    model_hash
        The hash of text and contract.
    params
        Settings and inputs of its run: content hashes and versions of tables.
    tracking_uri
        The store it was loaded from.
    evidence_hashes
        SHA-256 of what its run logged, by path; None for runs of older versions of lealtad.
    address
        Address from which MLflow loads it: the folder whose files were checked, or the version on a server.
    """

    name: str
    version: str
    run_id: str
    model: Any
    contract: dict[str, Any]
    model_hash: str = ""
    params: dict[str, str] | None = None
    tracking_uri: str = ""
    evidence_hashes: dict[str, str] | None = None
    address: str = ""

    @property
    def stands_in(self) -> str:
        """The name of the baseline, if it is a stand-in for a model that the gate refused; else empty."""
        return (self.params or {}).get(STANDS_IN, "")

    def evidence(self, name: str) -> pl.DataFrame:
        """Return a table logged at the training, such as `metrics` or `judged`.

        Raises
        ------
        ModelError
            If its run no longer has it.
        """
        return pl.read_csv(self.read_artifact(f"{name}.csv").encode())

    def read_artifact(self, path: str) -> str:
        """Return a text logged at the training, such as `card.md` or `leakcheck.json`.

        Raises
        ------
        ModelError
            If its run does not have it, or it was altered.
        """
        logged = self.evidence_hashes
        with connect_to_store(self.tracking_uri, self.name) as client:
            try:
                with open_run_folder(client, self.tracking_uri, self.run_id, path) as folder:
                    if logged is not None:
                        check_files(
                            self.name, self.version, folder, {path: "one that was logged", **logged}, [path]
                        )
                    return (folder / path).read_text(encoding="utf-8")
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
        """How levels moved over its training dates; None if they did not, or it was not determined."""
        text = self.read_if_logged(SEASON)
        return None if text is None else Season.from_text(text)

    def read_if_logged(self, path: str) -> str | None:
        """Return a text of the run; None if it was not logged. A logged text must exist."""
        names = self.evidence_hashes
        if names is None:  # older versions of lealtad noted no names: whatever exists is read
            with (
                connect_to_store(self.tracking_uri, self.name) as client,
                open_run_folder(client, self.tracking_uri, self.run_id) as folder,
            ):
                names = {each.name: "" for each in folder.iterdir()}
        return self.read_artifact(path) if path in names else None

    def predictions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return `probability` and its 95 % interval `low, high` of each row; NaN without intervals."""
        # bypasses MLflow's check of every column, which takes as long as scoring: the model checks them itself
        answer = self.model.unwrap_python_model().predict(None, rows)
        return pd.DataFrame(answer).reindex(columns=["probability", "low", "high"]).astype(float)

    def probabilities(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the calibrated probability of each row."""
        return pd.Series(self.predictions(rows)["probability"])

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds of each row."""
        return pd.DataFrame(self.model.unwrap_python_model().contributions(rows))
