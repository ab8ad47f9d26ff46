"""The options that jobs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option(help="Directory of the run: lake, MLflow store, list and report.")]
Model = Annotated[Path, typer.Option(help="The model's definition.")]
Store = Annotated[str, typer.Option(help="MLflow store; empty: $MLFLOW_TRACKING_URI, or a file in --out.")]
Speech = Annotated[str, typer.Option(help="Language of reasons and report: en or es.")]
Source = Annotated[
    str, typer.Option(help="completejourney, simulated, or a folder with a CSV or Parquet file per table.")
]

OUT, MODEL = Path("reports/demo"), Path("models/churn/model.toml")
