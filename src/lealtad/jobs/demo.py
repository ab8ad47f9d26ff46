"""The demo, end to end: from a source to a list, its report, the journey map and the first page.

For the simulated company, the team works three lists first, so that lists can be settled.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base import job
from lealtad.base.errors import ModelError, TooLittleDataError
from lealtad.base.language import format_count
from lealtad.company.settings_in_force import find_settings_in_force
from lealtad.examples.features import CompanyProfile, build_catalog, build_into
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.drivers import drivers
from lealtad.jobs.features import features
from lealtad.jobs.ingest import ingest, load_source
from lealtad.jobs.kpis import LIVED, kpis
from lealtad.jobs.leakcheck import PAGE, check_lake
from lealtad.jobs.listen import listen
from lealtad.jobs.monitor import monitor
from lealtad.jobs.options import (
    MODEL,
    NEWEST,
    OUT,
    SETTINGS,
    LoadedAt,
    Model,
    Out,
    SettingsFile,
    Source,
    SourceArgument,
    Speech,
    Store,
)
from lealtad.jobs.overview import overview
from lealtad.jobs.promote import judge
from lealtad.jobs.recommend import recommend_if_possible
from lealtad.jobs.score import score
from lealtad.jobs.train import train
from lealtad.jobs.worklist import worklist
from lealtad.lake import Lake
from lealtad.sources import Source as OpenedSource
from lealtad.sources.source import wrap_frame

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.sources.simulated.live_company import LiveCompany

_SIMULATED = "simulated"
_DAY = timedelta(days=1)


def demo(  # noqa: PLR0913, PLR0917 - an option each
    data: Source = _SIMULATED,
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    loaded_at: LoadedAt = "",
    source: SourceArgument = "",
) -> None:
    """Run every step, from the source to the list, the report, the journey map and the first page.

    The simulated company is followed from list to list: three lists are worked and settled before the last.
    """
    data = source or data
    with job.step("demo", out) as step:
        if data == _SIMULATED and not loaded_at:
            from lealtad.sources.simulated.live_company import LiveCompany

            follow_company(step, LiveCompany(), model, tracking_uri, language, settings)
        else:
            ingest(data, out, loaded_at, settings)
            _learn(step, model, tracking_uri, language)
        score(out, model, tracking_uri)
        recommend_if_possible(step, out, language)
        worklist(out, model, tracking_uri, language)
        if any(Lake.open(out / "lake").has(table) for table in LIVED):
            read_experience(step, model, language)
            kpis(out, language=language)
        overview(out, model, language=language)


def read_experience(step: job.Step, model: Path, language: str) -> None:
    """Read what customers say and what drives loyalty, for the journey map; report what is missing."""
    for read in (listen, partial(drivers, model=model)):
        try:
            read(step.out, language=language)
        except TooLittleDataError as error:
            step.report(str(error))


def follow_company(  # noqa: PLR0913, PLR0917 - a company, and the options of the job
    step: job.Step,
    company: LiveCompany,
    model: Path = MODEL,
    tracking_uri: str = "",
    language: str = "en",
    settings: Path = SETTINGS,
) -> None:
    """Load the facts up to the first list, train, make each list, and let the company's team work it.

    Afterwards the lake holds all facts and the features of all dates; only the last night's list is missing.
    """
    out, has_champion = step.out, False
    for night in company.nights:
        _deliver(company, night, out, settings)
        if has_champion:
            features(out, model, as_of=NEWEST)
        else:
            has_champion = _learn(step, model, tracking_uri, language)
        score(out, model, tracking_uri)
        worklist(out, model, tracking_uri, language)
        listed = Lake.open(out / "lake").read("lists", where=pl.col("as_of") == night)
        company.work_list(listed.filter(pl.col("arm") == "treated"))
    _deliver(company, None, out, settings)
    monitor(out, model, tracking_uri, language)
    _complete_features(step, model, settings)


def _complete_features(step: job.Step, model: Path, settings: Path) -> None:
    """Compute the features of all dates up to now, with the word axes that the champion was trained with."""
    lake = Lake.open(step.out / "lake")
    company = CompanyProfile.of(find_settings_in_force(step.out, settings).settings)
    dates = sorted({date for definition in find_definitions(model, lake) for date in definition.as_of_dates(lake)})
    build_into(lake, dates, build_catalog(company), company)
    step.report(f"features of {format_count(len(dates), 'date')}, {dates[0]:%Y-%m-%d} to {dates[-1]:%Y-%m-%d}")


def _deliver(company: LiveCompany, night: datetime | None, out: Path, settings: Path) -> None:
    """Load facts known until a night, including the contacts that the team reports."""
    from lealtad.sources.simulated.company import END
    from lealtad.worklist.outcomes import report_contacts

    tables = company.deliver(night)
    moment = night + _DAY if night else datetime.combine(END, datetime.min.time(), UTC)
    if not company.reports.is_empty():
        reported = report_contacts(company.reports, Lake.open(out / "lake"), moment)
        own = tables.get("interventions", reported.clear())
        tables["interventions"] = pl.concat([own, reported], how="diagonal_relaxed")
    ground_truth = {"truth": company.truth}
    opened = OpenedSource({name: wrap_frame(rows, name) for name, rows in tables.items()}, ground_truth)
    load_source(_SIMULATED, lambda: opened, out, moment, settings)


def _learn(step: job.Step, model: Path, tracking_uri: str, language: str) -> bool:
    """Compute features, check them, train and promote models; return whether there is a champion."""
    out = step.out
    features(out, model)
    report = check_lake(out, model, language=language)
    if not report.is_clean:
        step.report(f"leak check: {format_count(len(report.errors), 'error')}, see {out / PAGE}")
    train(out, model, tracking_uri)
    churn, *others = find_definitions(model, Lake.open(out / "lake"))
    if not judge(out, churn, tracking_uri):
        _keep_champion(step, out, churn.name, tracking_uri)
    for definition in others:
        judge(out, definition, tracking_uri)
    return True


def _keep_champion(step: job.Step, out: Path, name: str, tracking_uri: str) -> None:
    from lealtad.models import registry

    champion = registry.find_champion(job.find_store(tracking_uri, out), name)
    if champion is None:
        raise ModelError(
            model=name,
            expected="a first model that passes the gate",
            found="one that does not; the table above says why",
            fix='Fix the data or the definition, or decide: lealtad promote --to 1 --because "…".',
        )
    step.report(f"the gate says no: version {champion.version} stays champion")
