"""Lists, scores and outcomes → promise against delivery, drift, and whether to train again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from lealtad import monitoring as room
from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.desk import run as desk
from lealtad.examples.features import CompanyProfile, build_catalog, build_into, check_settings, list_source_tables
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech, Store
from lealtad.jobs.overview import finish_pages
from lealtad.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import polars as pl
    from numpy.typing import NDArray

    from lealtad.models.registry import RegisteredModel

Capacity = Annotated[
    int,
    typer.Option(min=0, help="Customers on a list, to measure how drift changes it; 0: what the playbook allows."),
]


def monitor(  # noqa: PLR0913, PLR0917 - an option each
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    capacity: Capacity = 0,
) -> None:
    """Compare what the lists promised with what they delivered; write monitor.html and monitoring.json.

    Customers of today are compared with the champion's last training customers, and with those of a year ago.
    """
    with job.step("monitor", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        check_settings(lake, CompanyProfile.of(company))
        definition = ModelDefinition.choose(model, lake.manifest.tables)
        speech = Language.from_code(language, definition.value.currency, company.names.by_language)
        from lealtad.models import registry
        from lealtad.worklist.exploration import compute_contact_limit

        champion = registry.load_champion(job.find_store(tracking_uri, out), definition.name)
        then, now = parse_as_of((champion.params or {}).get("dates.train_last", ""), lake), parse_as_of("", lake)
        lake = _ensure_features(lake, (room.year_before(now), then, now), CompanyProfile.of(company))
        report = room.monitor(
            lake,
            definition,
            _describe_model(champion, CompanyProfile.of(company)),
            capacity=capacity or compute_contact_limit(company.worklist),
            reference_at=then,
            rest_days=company.worklist.cooling_off_days,
            ignore=company.feeds.ignore,
        )
        files = [out / name for name in ("monitoring.json", "monitor.html")]
        with job.move_into_place(*files) as [data, page]:
            room.write_json(data, report)
            room.write_page(page, report, speech)
        finish_pages(out, company, definition, speech)
        if desk.has_desk(out) and lake.has("overrides"):
            step.report(f"overrides settled by {format_count(desk.settle_overrides(out, definition), 'reason')}")
        quiet = "no reason to train again" if report.has_evidence else "nothing can be judged yet"
        step.report(f"{'train again' if report.verdict.retrain else quiet}: {files[-1]}")
        step.note(
            monitoring={"retrain": report.verdict.retrain, "reasons": len(report.verdict.reasons)},
        )


def _describe_model(champion: RegisteredModel, company: CompanyProfile) -> room.MonitoredModel:
    """Return how the champion scores, and the tables that its features depend on."""
    columns: list[str] = champion.contract["columns"]

    def score(rows: pl.DataFrame) -> NDArray[np.float64]:
        return np.asarray(champion.probabilities(rows.select(columns).to_pandas()), dtype=np.float64)

    return room.MonitoredModel(columns, score, list_source_tables(build_catalog(company)))


def _ensure_features(lake: Lake, dates: Iterable[datetime], company: CompanyProfile) -> Lake:
    """Compute the features of some dates unless the lake holds them all: after a night it holds one."""
    wanted = sorted(set(dates))
    stored = lake.read("features", columns=["as_of"])["as_of"].unique().to_list() if lake.has("features") else []
    return lake if set(wanted) <= set(stored) else build_into(lake, wanted, build_catalog(company), company)
