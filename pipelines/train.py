"""Features + labels → a calibrated model, judged beside its baselines, registered as the challenger."""

import polars as pl

from lealtad import job, training
from lealtad.definition import Definition
from lealtad.lake import Lake
from lealtad.leakage import current_report
from pipelines.options import MODEL, OUT, Model, Out, Store


def train(out: Out = OUT, model: Model = MODEL, tracking_uri: Store = "") -> None:
    """Train the model of a definition, log one MLflow run, and register the model as the challenger."""
    with job.step("train", out) as step:
        lake = Lake.open(out / "lake")
        definition = Definition.chosen(model, lake.versions)
        trained = training.train(lake, definition, step.say, storage=out / f"search-{definition.name}.journal")
        step.say("log the run and register the model")
        from lealtad.recording import record

        report = current_report(out, lake)
        if report is None:
            step.say("no leak check of these features, which the gate asks for: run lealtad leakcheck")
        store = job.tracking_uri(tracking_uri, out)
        registered = record(trained, lake, definition, store, out / "mlartifacts", leakcheck=report)
        step.say(f"registered: {registered}; python -m pipelines.promote asks whether it may be champion")
        shown = trained.metrics.select("name", *training.METRICS)
        with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, float_precision=4):
            print(shown)  # noqa: T201 - the result
        step.note(model=registered, metrics={row.pop("name"): row for row in shown.iter_rows(named=True)})


if __name__ == "__main__":
    job.command(train)
