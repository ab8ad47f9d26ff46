"""The code that MLflow serves offers with, customer → ten of each task; nothing is unpickled.

It is self-contained: a server needs pandas, PyArrow and MLflow, but not lealtad.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import BAD_REQUEST
from mlflow.pyfunc import PythonModel

TASKS = ("buy_again", "goes_with")


class ServedOffers(PythonModel):  # type: ignore[misc]
    """The offers of one night, with guards already applied."""

    def load_context(self, context: Any) -> None:
        """Read the offers after checking the hash of their file."""
        path, expected = Path(context.artifacts["offers"]), (context.model_config or {}).get("offers_sha256")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != expected:
            raise ValueError(
                f"{path.name}: expected SHA-256 {expected}, found {digest}. "
                "The file was altered; run lealtad recommend again."
            )
        columns = ["customer_id", "task", "rank", "product_id"]
        rows = pd.read_parquet(path, columns=columns, engine="pyarrow").sort_values(columns[:3])
        grouped = rows.groupby(["customer_id", "task"], sort=False)["product_id"].agg(list)
        self.offers: dict[Any, list[str]] = grouped.to_dict()

    # without type hints, from which MLflow would derive the schema; the signature states it exactly
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        """Return, for each `customer_id`, the products of `buy_again` and `goes_with`, best first.

        A customer without offers gets two empty lists, whatever the reason.
        """
        if "customer_id" not in model_input.columns:
            raise MlflowException("expected the column customer_id", error_code=BAD_REQUEST)
        customers = model_input["customer_id"].astype(str)
        lists = {task: [self.offers.get((customer, task), []) for customer in customers] for task in TASKS}
        return pd.DataFrame({"customer_id": customers.to_numpy(), **lists}, index=model_input.index)


set_model(ServedOffers())
