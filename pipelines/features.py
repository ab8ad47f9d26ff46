"""Lake → features: every customer at every as-of date that training and scoring need."""

from lealtad import job
from lealtad.definition import Definition
from lealtad.features import CATALOG, build, provenance
from lealtad.lake import Lake
from pipelines.options import MODEL, OUT, Model, Out


def features(out: Out = OUT, model: Model = MODEL) -> None:
    """Compute the features of the model's as-of dates and write them to the lake."""
    with job.step("features", out) as step:
        lake, definition = Lake.open(out / "lake"), Definition.read(model)
        dates = definition.as_of_dates(lake)
        frame = build(lake, dates, CATALOG)
        lake.commit({"features": frame}, {"features": provenance(lake)})
        step.say(
            f"{frame.height:,} rows × {frame.width - 2} features, {len(dates)} dates {dates[0]:%Y-%m-%d} to "
            f"{dates[-1]:%Y-%m-%d}"
        )
        step.note(features={"rows": frame.height, "columns": frame.width - 2, "dates": len(dates), "off": []})


if __name__ == "__main__":
    job.command(features)
