"""One training, one MLflow run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.kpis import definitions_hash
from lealtad.kpis.segments import find_segments
from lealtad.learning.on_lake import METRICS, MODEL
from lealtad.models import card as model_card
from lealtad.models import registry
from lealtad.models.card import compute_slices
from lealtad.models.recording.charts import log_charts
from lealtad.models.recording.commit import read_commit
from lealtad.models.recording.environment import read_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.learning.on_lake import TrainedModel
    from lealtad.models.registry import MlflowRun


def record(  # noqa: PLR0913 - what a run is made of
    trained: TrainedModel,
    lake: Lake,
    definition: ModelDefinition,
    tracking_uri: str,
    artifacts: Path,
    *,
    leakcheck: Mapping[str, Any] | None = None,
    known_card: str = "",
    attached: Mapping[str, str] | None = None,
    effect: pl.DataFrame | None = None,
) -> str:
    """Log one run and register its model as the challenger; return `name/version`. The champion stays who it is.

    The run holds the definition, the hashes of catalog and KPI definitions, the commit of the code and that of the
    lake, the versions of its tables, a content hash of every row learned from and judged on, the versions of all
    packages, the metrics of the model and its baselines with intervals, those of each date and segment, the judged
    rows without their customers, charts, the leak check, the model card, and the model as text.

    Parameters
    ----------
    known_card
        The card as it is so far; what people wrote in it is kept.
    attached
        More texts to log, by path, such as `effect.json`.
    effect
        What is known of the effect of each action, as `campaigns.by_action` returns it, for the card.

    Raises
    ------
    ModelError
        If the store cannot be reached, or stops answering: no version is half registered, and training again
        completes it.
    """
    trees = trained.fitted.trees
    contract = registry.build_contract(
        definition.name,
        trees,
        trained.fitted.calibration,
        columns=trained.train.features,
        catalog=lake.notes("features")["catalog"],
        kpis=definitions_hash(),
        typical=trained.typical,
        worse=trained.worse,
        interval=trained.fitted.band.to_text(),
    )
    params = _collect_params(trained, lake, definition)
    by_segment = _slice_by_segment(trained, lake, definition.seed)
    with registry.open_run(
        tracking_uri,
        experiment=f"lealtad-{definition.name}",
        artifacts=artifacts,
        tags={"model_hash": contract.model_hash, "code.commit": read_commit(Path(__file__).parent)},
    ) as run:
        run.log_params(params)
        _log_metrics(run, trained)
        judged = _tabulate_predictions(trained)
        run.log_table("metrics", trained.metrics)
        run.log_table("metrics_by_date", trained.metrics_by_date)
        run.log_table("worst", trained.verdict.worst)
        run.log_table("profit", trained.verdict.profit)
        if trained.verdict.by_segment.height:
            run.log_table("metrics_by_segment", trained.verdict.by_segment)
        run.log_table("judged", judged)
        run.log_json("environment", read_environment())
        log_charts(run, judged, list(trained.probabilities), trained.metrics_by_date)
        if trained.season is not None:
            run.log_text(registry.SEASON, trained.season.to_text())
        for path, text in (attached or {}).items():
            run.log_text(path, text)
        if leakcheck is not None:
            run.log_json("leakcheck", leakcheck)
        card = model_card.write_card(
            model_hash=contract.model_hash,
            params=params,
            metrics=trained.metrics,
            by_date=_slice_by_date(trained, definition.seed),
            by_segment=by_segment,
            judged=judged,
            leakcheck=leakcheck,
            effect=effect,
        )
        run.log_text("card.md", model_card.keep_human_words(card, known_card))
        address = run.log_model(trees, contract)
    # the run is whole and closed before a version speaks of it
    version = registry.register_challenger(tracking_uri, definition.name, address, contract)
    return f"{definition.name}/{version}"


def _collect_params(trained: TrainedModel, lake: Lake, definition: ModelDefinition) -> dict[str, str]:
    parts = definition.model_dump()
    flat = {
        f"{part}.{name}": value
        for part, values in parts.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }
    told = {
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
        "calibration": trained.fitted.calibration.to_text(),
        "rows.searched": trained.fitted.rows,
        "trees": {**trained.fitted.tuned.settings, "rounds": trained.fitted.tuned.rounds},
        **_format_dates(trained),
        **({} if trained.season is None else {"season.spread": f"{trained.season.spread:.3f}"}),
    }
    return {name: str(value) for name, value in told.items()}


def _format_dates(trained: TrainedModel) -> dict[str, str]:
    spans = {"train": trained.train.rows, "test": trained.test.rows}
    days = {part: rows["as_of"].dt.strftime("%Y-%m-%d").sort() for part, rows in spans.items()}
    return {
        f"dates.{part}_{end}": day[at] for part, day in days.items() for end, at in (("first", 0), ("last", -1))
    }


def _tabulate_predictions(trained: TrainedModel) -> pl.DataFrame:
    return trained.test.rows.select("as_of", "observed").with_columns(
        pl.Series("customer", trained.test.customers),
        *(pl.Series(name, probability) for name, probability in trained.probabilities.items()),
    )


def _slice_by_segment(trained: TrainedModel, lake: Lake, seed: int) -> pl.DataFrame:
    by = find_segments(lake, trained.test.rows).fill_null("unknown")
    return compute_slices(by, trained.test.y, trained.probabilities[MODEL], trained.test.customers, seed=seed)


def _slice_by_date(trained: TrainedModel, seed: int) -> pl.DataFrame:
    by = trained.test.rows["as_of"].dt.strftime("%Y-%m-%d")
    return compute_slices(by, trained.test.y, trained.probabilities[MODEL], trained.test.customers, seed=seed)


def _log_metrics(run: MlflowRun, trained: TrainedModel) -> None:
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
