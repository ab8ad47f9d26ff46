"""The options that jobs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    Path, typer.Option(help="Directory or address (s3://…) of the run: lake, MLflow store, list and report.")
]
Model = Annotated[
    Path,
    typer.Option(
        show_default=False,
        help="The model's definition: churn, churn_inactivity, promoter, answering or the path of a model.toml; "
        "empty: by the tables of the lake.",
    ),
]
Store = Annotated[str, typer.Option(help="MLflow store; empty: $MLFLOW_TRACKING_URI, or a file in --out.")]
Speech = Annotated[str, typer.Option(help="Language of reasons, reports and pages: en or es.")]
Source = Annotated[
    str, typer.Option(help="completejourney, simulated, or a folder with a CSV or Parquet file per table.")
]
SourceArgument = Annotated[str, typer.Argument(metavar="[SOURCE]", help="The same as --data, with precedence.")]
LoadedAt = Annotated[str, typer.Option(help="Time of the load, ISO 8601 (UTC unless stated); empty: now.")]
SettingsFile = Annotated[
    Path,
    typer.Option(
        show_default=False,
        help="Settings to follow; empty: the lealtad.toml of --data, or what the run recorded in --out.",
    ),
]
Until = Annotated[str, typer.Option(help="The day to work for, such as 2026-01-31; empty: the end of the data.")]
Night = Annotated[
    str,
    typer.Option("--as-of", help="Only one night, such as 2026-01-31, or newest; empty: all dates of training."),
]
Record = Annotated[
    bool, typer.Option("--record", help="Also store the list of a past night, because it was handed out then.")
]
Why = Annotated[
    str, typer.Option(metavar="CUSTOMER", help="Build nothing: show why this customer is, or is not, on the list.")
]
Mailmerge = Annotated[
    bool,
    typer.Option("--mailmerge", help="Build nothing: write openings and mails for the newest list, by owner."),
]
Window = Annotated[float, typer.Option(min=1, help="Days that each figure covers, and that it is compared with.")]
Override = Annotated[
    bool, typer.Option("--override-kpi-hash", help="Score a model that was trained under other KPI definitions.")
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="The customers, by any of their ids.")]
Because = Annotated[str, typer.Option(help="The reason, for the record.")]

Processes = Annotated[
    int, typer.Option(min=0, help="Processes that compute buckets in parallel; 0: one per core of the machine.")
]
Cluster = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Dask scheduler whose workers compute buckets, such as tcp://10.0.0.5:8786; empty: $LEALTAD_CLUSTER.",
    ),
]

NEWEST = "newest"
OUT, MODEL, SETTINGS = Path("reports/demo"), Path(), Path()
