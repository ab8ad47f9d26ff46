"""The night's work, made for cron: loading, feeds, features, scores, the list, the map, alerts."""

import json
from collections.abc import Iterator
from pathlib import Path

from polars.exceptions import PolarsError

from lealtad.base import job
from lealtad.base.errors import DrawingError, LealtadError, SinkError
from lealtad.company.playbook import read_holdout_key
from lealtad.company.playbook.checking import check_answers
from lealtad.company.settings import Settings
from lealtad.company.settings_in_force import check_record, find_settings_in_force, record_settings
from lealtad.examples.features import CompanyProfile, build_catalog
from lealtad.jobs.alerts import raise_alerts
from lealtad.jobs.desk import deliver_to_desk, take_desk_events
from lealtad.jobs.experience_refresh import refresh_experience
from lealtad.jobs.features import features
from lealtad.jobs.feeds import feeds
from lealtad.jobs.ingest import ingest
from lealtad.jobs.kpis import LIVED, draw_journey
from lealtad.jobs.lake import thin_lake
from lealtad.jobs.options import (
    MODEL,
    NEWEST,
    OUT,
    SETTINGS,
    Cluster,
    LoadedAt,
    Model,
    Out,
    Processes,
    SettingsFile,
    Source,
    SourceArgument,
    Speech,
    Store,
    Until,
)
from lealtad.jobs.overview import overview
from lealtad.jobs.recommend import recommend_if_possible
from lealtad.jobs.score import score
from lealtad.jobs.worklist import build_and_store, deliver
from lealtad.lake import Lake
from lealtad.worklist.sink import resolve_address


def nightly(  # noqa: PLR0913, PLR0917 - an option each
    data: Source = "",
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    loaded_at: LoadedAt = "",
    source: SourceArgument = "",
    processes: Processes = 0,
    cluster: Cluster = "",
) -> None:
    """Do the night's work, or that of a past night with --as-of; empty --data ingests nothing.

    A night killed at any moment can be run again and ends in the same list. Stdout is one line of JSON. Exit code
    0 means done, 2 something to fix, 75 that another run is at work. 3 means that the CRM did not take the list,
    or that alerts were not accepted; 4 that the journey map failed.
    """
    data = source or data
    with job.step("nightly", out) as step:
        chosen = find_settings_in_force(out, settings, data)
        check_playbook(chosen.settings)
        check_record(out, chosen)
        if not as_of:
            take_desk_events(out)
        if data and not as_of:
            ingest(data, out, loaded_at, settings)
        else:
            step.report(f"settings: {chosen.origin}")
            record_settings(step, chosen)
        failed = [row["table"] for row in feeds(out, language, as_of=as_of) if row["status"] in {"late", "thin"}]
        features(out, model, as_of=as_of or NEWEST, processes=processes, cluster=cluster)
        score(out, model, tracking_uri, as_of)
        failures = [] if as_of else [*_recommend(step, out, language)]
        facts, folder = build_and_store(out, model, tracking_uri, language, as_of=as_of)
        facts["feeds_failing"] = failed
        job.show(json.dumps(facts, ensure_ascii=False))
        failures += _publish(out, folder, chosen.settings, as_of, language, model)
        thin_lake(step, chosen.settings)
        # if the night is interrupted before this, the next run reports what was loaded
        load = Lake.open(out / "lake").manifest.load or {}
        step.note(nightly=facts, failures=[str(error) for error in failures], reported=load.get("commit", 0))
    for error in failures:
        raise error


def _publish(  # noqa: PLR0913, PLR0917 - what the ways out need
    out: Path, folder: Path, company: Settings, as_of: str, language: str, model: Path
) -> list[LealtadError]:
    """Deliver the list and draw the pages independently: the CRM and the map do not wait for each other."""
    return [
        *_deliver_list(out, folder, company),
        *_deliver_to_desk(out, folder),
        *_refresh_experience(out, folder, language, model),
        *_draw_map(out, folder, as_of, language, model),
        *_raise_alerts(out, folder, language),
        *_draw_overview(out, folder, language, model),
    ]


def _recommend(step: job.Step, out: Path, language: str) -> Iterator[LealtadError]:
    """Choose offers before the list is built, and yield the error if that fails; the list then has none."""
    try:
        recommend_if_possible(step, out, language)
    except (LealtadError, PolarsError) as error:
        yield DrawingError(page="recommendations", why=str(error))


def _deliver_list(out: Path, folder: Path, company: Settings) -> Iterator[LealtadError]:
    """Deliver tonight's list to the CRM, and yield the error if it does not accept the list."""
    try:
        if folder == out:
            deliver(out, company)
    except SinkError as error:
        yield error


def _deliver_to_desk(out: Path, folder: Path) -> Iterator[LealtadError]:
    """Deliver tonight's list to the desk, and yield the error if its database does not accept the list."""
    try:
        if folder == out:
            deliver_to_desk(out)
    except SinkError as error:
        yield error


def _refresh_experience(out: Path, folder: Path, language: str, model: Path) -> Iterator[LealtadError]:
    """Compute comments and drivers again if they are four weeks old, and yield the error if that fails."""
    try:
        if folder == out:
            refresh_experience(out, language, model)
    except (LealtadError, PolarsError) as error:
        yield DrawingError(page="drivers and comments", why=str(error))


def _draw_map(out: Path, folder: Path, as_of: str, language: str, model: Path) -> Iterator[LealtadError]:
    """Draw the journey map, and yield the error if that fails."""
    try:
        if _has_journey(out):
            draw_journey(out, folder, as_of=as_of, language=language, model=model)
    except (LealtadError, PolarsError) as error:
        yield DrawingError(page="journey map", why=str(error))


def _raise_alerts(out: Path, folder: Path, language: str) -> Iterator[LealtadError]:
    """Raise alerts, and yield errors of the mail server or the webhook, or why nothing could be judged."""
    try:
        if folder == out:
            yield from raise_alerts(out, language=language)
    except (LealtadError, PolarsError) as error:
        yield DrawingError(page="alerts", why=str(error))


def _draw_overview(out: Path, folder: Path, language: str, model: Path) -> Iterator[LealtadError]:
    """Write the first page of the newest night, and yield the error if that fails."""
    try:
        if folder == out:
            overview(out, model, language=language)
    except (LealtadError, PolarsError) as error:
        yield DrawingError(page="overview", why=str(error))


def _has_journey(out: Path) -> bool:
    """Return whether the lake has anything that a journey map shows."""
    return any(Lake.open(out / "lake").has(table) for table in LIVED)


def check_playbook(company: Settings) -> None:
    """Refuse an impossible playbook before anything is changed.

    Raises
    ------
    SettingsError
        If it contradicts itself, answers an unknown topic, or names a variable that is not set in the environment.
    """
    catalog = build_catalog(CompanyProfile.of(company))
    check_answers(company.worklist.actions, (topic for each in catalog for topic in (each.about, each.family)))
    read_holdout_key(company.worklist)
    if company.worklist.sink is not None:
        resolve_address(company.worklist.sink.url)
