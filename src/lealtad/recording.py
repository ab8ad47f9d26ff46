"""What a training leaves behind: one MLflow run with its evidence, and a registered champion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad import registry
from lealtad.evaluation import compute_calibration, compute_lift_curve, plot_calibration, plot_lift_curve
from lealtad.kpis import definitions_hash
from lealtad.training import METRICS, MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.definition import Definition
    from lealtad.lake import Lake
    from lealtad.registry import Run
    from lealtad.training import Trained

_LIFT_WORDS = {"title": "Lift", "x": "customers contacted", "y": "churners reached", "chance": "by chance"}
_CALIBRATION_WORDS = {"title": "Calibration", "x": "predicted", "y": "observed", "perfect": "perfect"}


def record(  # noqa: PLR0913 - what a run is made of
    trained: Trained,
    lake: Lake,
    definition: Definition,
    tracking_uri: str,
    artifacts: Path,
    *,
    leakcheck: Mapping[str, Any] | None = None,
) -> str:
    """Log one run, register its model, make it champion; return `name/version`.

    The run holds the definition, the commit of the lake and the versions of its tables, a content hash of every
    row learned from and judged on, the metrics of the model and its baselines with intervals, those of each date,
    the judged rows without their customers, both charts, and the model as text.

    Raises
    ------
    ModelError
        If the store cannot be reached.
    """
    booster, contract = registry.contract_of(
        definition.name,
        trained.model,
        columns=trained.train.features,
        catalog=lake.notes("features")["catalog"],
        kpis=definitions_hash(),
        typical=trained.typical,
        worse=trained.worse,
    )
    with registry.tracking_run(
        tracking_uri,
        experiment=f"lealtad-{definition.name}",
        artifacts=artifacts,
        tags={"model_hash": contract.model_hash},
    ) as run:
        run.log_params(_params(trained, lake, definition))
        _log_metrics(run, trained)
        judged = trained.test.rows.select("as_of", "observed").with_columns(
            pl.Series("customer", trained.test.customers),
            *(pl.Series(name, probability) for name, probability in trained.probabilities.items()),
        )
        run.log_table("metrics", trained.metrics)
        run.log_table("metrics_by_date", trained.metrics_by_date)
        run.log_table("judged", judged)
        _log_charts(run, judged)
        if leakcheck is not None:
            run.log_json("leakcheck", leakcheck)
        version = registry.promote(definition.name, run.log_model(booster, contract), contract)
    return f"{definition.name}/{version}"


def _params(trained: Trained, lake: Lake, definition: Definition) -> dict[str, object]:
    parts = definition.model_dump()
    flat = {
        f"{part}.{name}": value
        for part, values in parts.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }
    return {
        "name": definition.name,
        "seed": definition.seed,
        **flat,
        "lake.commit": lake.number,
        **{f"version.{table}": version for table, version in lake.versions.items()},
        "content.train": trained.train.content_hash,
        "content.test": trained.test.content_hash,
        "catalog": lake.notes("features")["catalog"],
        "kpis": definitions_hash(),
        "rows.train": trained.train.rows.height,
        "rows.test": trained.test.rows.height,
        "calibration": trained.model.calibration_.to_text(),
    }


def _log_metrics(run: Run, trained: Trained) -> None:
    run.log_metrics(
        {
            f"{row['name']}.{metric}": value
            for row in trained.metrics.to_dicts()
            for metric, value in row.items()
            if metric != "name"
        }
    )
    for position, row in enumerate(trained.metrics_by_date.to_dicts()):
        run.log_metrics({f"by_date.{metric}": row[metric] for metric in METRICS}, step=position)


def _log_charts(run: Run, judged: pl.DataFrame) -> None:
    names = [name for name in judged.columns if name not in ("as_of", "observed", "customer", "base_rate")]
    curves = {name: compute_lift_curve(judged["observed"], judged[name]) for name in names}
    run.log_figure("lift", plot_lift_curve(curves, words=_LIFT_WORDS))
    table = compute_calibration(judged["observed"], judged[MODEL])
    run.log_figure("calibration", plot_calibration(table, words=_CALIBRATION_WORDS))
