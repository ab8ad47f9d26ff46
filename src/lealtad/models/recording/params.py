"""The parameters of a run: the settings and the inputs of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.kpis import definitions_hash

if TYPE_CHECKING:
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.learning.on_lake import TrainedModel


def collect_params(trained: TrainedModel, lake: Lake, definition: ModelDefinition) -> dict[str, str]:
    """Return the settings and inputs of a run by name: settings, content hashes, versions and dates."""
    parts = definition.model_dump()
    flat = {
        f"{part}.{name}": value
        for part, values in parts.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }
    named = {
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
        "learner": trained.fitted.learner.name,
        "trees": {**trained.fitted.tuned.settings, "rounds": trained.fitted.tuned.rounds},
        **_format_dates(trained),
        **({} if trained.season is None else {"season.spread": f"{trained.season.spread:.3f}"}),
    }
    return {name: str(value) for name, value in named.items()}


def _format_dates(trained: TrainedModel) -> dict[str, str]:
    spans = {"train": trained.train.rows, "test": trained.test.rows}
    days = {part: rows["as_of"].dt.strftime("%Y-%m-%d").sort() for part, rows in spans.items()}
    return {
        f"dates.{part}_{end}": day[at] for part, day in days.items() for end, at in (("first", 0), ("last", -1))
    }
