"""Features + labels → a calibrated model, judged beside its baselines, registered as the challenger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad import job, training
from lealtad.definition import Definition
from lealtad.features import Company, catalog_of
from lealtad.lake import Lake
from lealtad.leakage import current_report
from lealtad.settings import Settings
from pipelines.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Store

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import ArrayLike

    from lealtad.campaigns import Effect
    from lealtad.registry import Champion

EFFECT = "effect.json"


def train(
    out: Out = OUT, model: Model = MODEL, tracking_uri: Store = "", settings: SettingsFile = SETTINGS
) -> None:
    """Train the model of a definition, log one MLflow run, and register the model as the challenger."""
    with job.step("train", out) as step:
        lake = Lake.open(out / "lake")
        definition, company = Definition.chosen(model, lake.versions), Settings.read(settings)
        store = job.tracking_uri(tracking_uri, out)
        from lealtad import registry
        from lealtad.recording import record
        from lealtad.worklist.exploration import most_contacts

        champion = registry.find_champion(store, definition.name)
        trained = training.train(
            lake,
            definition,
            step.say,
            champion=_as_predicted(champion),
            capacity=most_contacts(company.worklist),
            storage=out / f"search-{definition.name}.journal",
            catalog=catalog_of(Company.of(company)),
        )
        effect = _effect(lake, definition, company, trained)
        step.say(f"effect of contacts: {effect.basis}; log the run and register the model")
        report = current_report(out, lake)
        if report is None:
            step.say("no leak check of these features, which the gate asks for: run lealtad leakcheck")
        registered = record(
            trained,
            lake,
            definition,
            store,
            out / "mlartifacts",
            leakcheck=report,
            attached={EFFECT: effect.to_text()},
        )
        step.say(f"registered: {registered}; python -m pipelines.promote asks whether it may be champion")
        shown = trained.metrics.select("name", *training.METRICS)
        with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, float_precision=4):
            print(shown)  # noqa: T201 - the result
        step.note(model=registered, metrics={row.pop("name"): row for row in shown.iter_rows(named=True)})


def _as_predicted(champion: Champion | None) -> Callable[[pd.DataFrame], ArrayLike] | None:
    if champion is None:
        return None
    # what an older model knew and the lake no longer has is missing to it
    return lambda rows: champion.probabilities(rows.reindex(columns=champion.contract["columns"]))


def _effect(lake: Lake, definition: Definition, company: Settings, trained: training.Trained) -> Effect:
    """Return what the company's campaigns tell of the effect of contacts."""
    from lealtad.worklist.believing import measure_effect

    def predict(rows: pl.DataFrame) -> pl.Series:
        return pl.Series(trained.fitted.predict(rows.select(trained.train.features).to_numpy()))

    return measure_effect(lake, definition, company.worklist, predict)


if __name__ == "__main__":
    job.command(train)
