"""Lists, scores and outcomes → promise against delivery, drift, and whether to train again."""

from typing import Annotated

import numpy as np
import polars as pl
import typer
from numpy.typing import NDArray

from lealtad import job
from lealtad import monitoring as room
from lealtad.definition import Definition
from lealtad.lake import Lake
from lealtad.language import Language
from pipelines.options import MODEL, OUT, Model, Out, Speech, Store

Capacity = Annotated[int, typer.Option(min=1, help="Customers on a list, for what drift changes of it.")]


def monitor(
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    capacity: Capacity = 100,
) -> None:
    """Compare what the lists promised with what came, and write monitor.html and monitoring.json."""
    with job.step("monitor", out) as step:
        lake = Lake.open(out / "lake")
        definition = Definition.chosen(model, lake.manifest.tables)
        speech = Language.named(language, definition.value.currency)
        from lealtad import registry

        champion = registry.load_champion(job.tracking_uri(tracking_uri, out), definition.name)
        columns: list[str] = champion.contract["columns"]

        def score(rows: pl.DataFrame) -> NDArray[np.float64]:
            return np.asarray(champion.probabilities(rows.select(columns).to_pandas()), dtype=np.float64)

        report = room.monitor(lake, definition, room.Model(columns, score), capacity=capacity)
        files = [out / name for name in ("monitoring.json", "monitor.html")]
        with job.moved_into_place(*files) as [data, page]:
            room.write_json(data, report)
            room.write_page(page, report, speech)
        quiet = "no reason to train again" if report.is_known else "nothing can be judged yet"
        step.say(f"{'train again' if report.verdict.retrain else quiet}: {files[-1]}")
        step.note(
            monitoring={"retrain": report.verdict.retrain, "reasons": len(report.verdict.reasons)},
        )


if __name__ == "__main__":
    job.command(monitor)
