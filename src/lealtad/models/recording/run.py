"""One training, one MLflow run."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.kpis import definitions_hash
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.on_lake import METRICS, MODEL
from lealtad.models import card as model_card
from lealtad.models import registry
from lealtad.models.card import compute_slices
from lealtad.models.recording.charts import log_charts, log_explanations
from lealtad.models.recording.headlines import choose_headlines
from lealtad.models.recording.params import collect_params
from lealtad.models.recording.provenance import read_commit, read_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.learning.on_lake import TrainedModel
    from lealtad.models.registry import LoggedModel, MlflowRun, ModelContract


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
    stands_in: str = "",
) -> str:
    """Log one run and register its model as the challenger; return `name/version`. The champion stays.

    The run holds the inputs of the model. These are the definition, the commits of code and lake, the versions of
    tables and packages, and hashes of catalog, KPI definitions and rows. It holds the evaluation: metrics with
    intervals, by date and by segment, the judged rows, charts, leak check and card. The judged rows name no
    customers. The run also holds the model as text.

    Parameters
    ----------
    known_card
        The last card; text that people wrote in it is kept.
    attached
        More texts to log, by path, such as `effect.json`.
    effect
        The effect of each action, as `summarize_actions` returns it, for the card.
    stands_in
        The name of the baseline, if the model is a stand-in for a model that the gate refused.

    Raises
    ------
    ModelError
        If the store cannot be reached, or stops answering. No version is left half registered; training again
        completes it.
    """
    contract = _build_contract(trained, lake, definition)
    params = collect_params(trained, lake, definition) | ({registry.STANDS_IN: stands_in} if stands_in else {})
    judged = _tabulate_predictions(trained)
    tags = {"model_hash": contract.model_hash, "code.commit": read_commit(Path(__file__).parent)}
    experiment = f"lealtad-{definition.name}"
    tags[registry.TRAINING_TAG] = _hash_training(
        trained, contract, leakcheck, {**(attached or {}), registry.STANDS_IN: stands_in}
    )
    logged = registry.find_logged_model(tracking_uri, experiment, tags[registry.TRAINING_TAG])
    # an earlier run of the same training was interrupted before its registration
    if logged is not None:
        return _register(tracking_uri, lake, definition, logged, contract)
    with registry.open_run(tracking_uri, experiment=experiment, artifacts=artifacts, tags=tags) as run:
        run.log_params(params)
        _log_inputs(run, trained, params)
        _log_evaluation(run, trained, judged)
        _log_context(run, trained, leakcheck, attached or {})
        facts = {"model_hash": contract.model_hash, "params": params, "judged": judged, "leakcheck": leakcheck}
        _log_explanations(run, trained, seed=definition.seed, known=known_card, effect=effect, **facts)
        logged = run.log_model(trained.fitted.text, contract, trained.fitted.learner)
    # the run is complete and closed before a version refers to it
    return _register(tracking_uri, lake, definition, logged, contract)


def _log_explanations(run: MlflowRun, trained: TrainedModel, *, seed: int, known: str, **facts: Any) -> None:
    """Log explanations of the scores, and the card in each language, keeping text that people wrote."""
    importance = trained.importance()
    log_explanations(run, trained, importance)
    by_date = _slice(trained, trained.test.rows["as_of"].dt.strftime("%Y-%m-%d"), seed)
    by_segment = _slice(trained, trained.segments.cast(pl.String).fill_null("unknown"), seed)
    for language, name in model_card.CARDS.items():
        card = model_card.write_card(
            metrics=trained.metrics,
            by_date=by_date,
            by_segment=by_segment,
            chance=trained.chance,
            language=language,
            importance=importance,
            **facts,
        )
        run.log_text(name, model_card.keep_written_parts(card, known if language == "en" else ""))


def _register(
    tracking_uri: str, lake: Lake, definition: ModelDefinition, logged: LoggedModel, contract: ModelContract
) -> str:
    """Register a logged model, and name its run after the version; return `name/version`."""
    version = registry.register_challenger(tracking_uri, definition.name, logged, contract)
    day = find_end_of_data(lake)
    registry.name_run(tracking_uri, logged.run_id, f"{definition.name}/{version} · {day:%Y-%m-%d}")
    return f"{definition.name}/{version}"


def _hash_training(
    trained: TrainedModel,
    contract: ModelContract,
    leakcheck: Mapping[str, Any] | None,
    attached: Mapping[str, str],
) -> str:
    """Return the hash of a training: of its model, and of the texts logged with it."""
    season = None if trained.season is None else trained.season.to_text()
    parts = [contract.text, trained.metrics.write_csv(), season, leakcheck, dict(attached)]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _log_inputs(run: MlflowRun, trained: TrainedModel, params: Mapping[str, str]) -> None:
    """Log the training and test rows by their content hashes."""
    for part, context, rows in (("train", "training", trained.train), ("test", "evaluation", trained.test)):
        facts = {
            "rows": rows.rows.height,
            "features": len(trained.train.features),
            "lake.commit": params["lake.commit"],
        }
        run.log_input(f"features, {part} dates", params[f"content.{part}"], context, facts)


def _log_context(
    run: MlflowRun, trained: TrainedModel, leakcheck: Mapping[str, Any] | None, attached: Mapping[str, str]
) -> None:
    """Log packages, season, leak check and the attached texts next to the model."""
    run.log_json("environment", read_environment())
    if trained.season is not None:
        run.log_text(registry.SEASON, trained.season.to_text())
    for path, text in attached.items():
        run.log_text(path, text)
    if leakcheck is not None:
        run.log_json("leakcheck", leakcheck)


def _build_contract(trained: TrainedModel, lake: Lake, definition: ModelDefinition) -> ModelContract:
    return registry.build_contract(
        definition.name,
        trained.fitted.text,
        trained.fitted.calibration,
        columns=trained.train.features,
        catalog=lake.notes("features")["catalog"],
        kpis=definitions_hash(),
        typical=trained.typical,
        worse=trained.worse,
        interval=trained.fitted.band.to_text(),
    )


def _tabulate_predictions(trained: TrainedModel) -> pl.DataFrame:
    return trained.test.rows.select("as_of", "observed").with_columns(
        pl.Series("customer", trained.test.customers),
        *(pl.Series(name, probability) for name, probability in trained.probabilities.items()),
    )


def _slice(trained: TrainedModel, by: pl.Series, seed: int) -> pl.DataFrame:
    return compute_slices(by, trained.test.y, trained.probabilities[MODEL], trained.test.customers, seed=seed)


def _log_evaluation(run: MlflowRun, trained: TrainedModel, judged: pl.DataFrame) -> None:
    _log_metrics(run, trained)
    tables = {
        "metrics": trained.metrics,
        "metrics_by_date": trained.metrics_by_date,
        "worst": trained.evaluation.worst,
        "profit": trained.evaluation.profit,
        "judged": judged,
    }
    if trained.evaluation.by_segment.height:
        tables["metrics_by_segment"] = trained.evaluation.by_segment
    for name, table in tables.items():
        run.log_table(name, table)
    log_charts(run, judged, list(trained.probabilities), trained.metrics_by_date)


def _log_metrics(run: MlflowRun, trained: TrainedModel) -> None:
    run.log_metrics(choose_headlines(trained.metrics))
    for position, row in enumerate(trained.metrics_by_date.to_dicts()):
        run.log_metrics({f"by_date.{metric}": row[metric] for metric in METRICS}, step=position)
