"""Scores + value + effect + reasons → the list of a night: its files, the CRM's table, and its promises."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base import job
from lealtad.base.errors import SinkError
from lealtad.base.language import Language
from lealtad.base.outputs import check_output
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import find_settings_in_force, follow_settings
from lealtad.examples.features import CompanyProfile, build_catalog, check_settings
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.desk import deliver_to_desk
from lealtad.jobs.erase import finish_erasure
from lealtad.jobs.list_files import ListFiles
from lealtad.jobs.options import (
    MODEL,
    OUT,
    SETTINGS,
    Mailmerge,
    Model,
    Out,
    Record,
    SettingsFile,
    Speech,
    Store,
    Until,
    Why,
)
from lealtad.jobs.overview import finish_pages
from lealtad.lake import Lake
from lealtad.lake.timeline import parse_moment
from lealtad.recommending.files import OFFERS_FILE, read_offers

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lealtad.company.settings import Settings
    from lealtad.worklist import Worklist


def worklist(  # noqa: PLR0913, PLR0917 - an option each
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    record: Record = False,
    why: Why = "",
    mailmerge: Mailmerge = False,
) -> dict[str, Any]:
    """Build the list of a night: whom to contact, why and how. Write its files and the CRM's table."""
    if why or mailmerge:
        from lealtad.jobs.list_questions import explain_customer, write_mailmerge

        if why:
            return explain_customer(out, why, language, as_of)
        return write_mailmerge(out, find_settings_in_force(out, settings).settings, language, as_of)
    summary, folder = build_and_store(out, model, tracking_uri, language, settings, as_of, record=record)
    if folder == out:
        deliver(out, find_settings_in_force(out, settings).settings)
        deliver_to_desk(out)
    return summary


def build_and_store(  # noqa: PLR0913, PLR0917 - as above
    out: Path,
    model: Path,
    tracking_uri: str,
    language: str,
    settings: Path = SETTINGS,
    as_of: str = "",
    *,
    record: bool = False,
) -> tuple[dict[str, Any], Path]:
    """Build the list of a night, store it, and write its files; return its summary and its folder.

    The list of a past night is not stored, unless `record` states that it was in use then.
    """
    with job.step("worklist", out) as step:
        finish_erasure(out)
        lake = Lake.open(out / "lake")
        definition, company = ModelDefinition.choose(model, lake.versions), follow_settings(step, settings)
        speech = Language.from_code(language, definition.value.currency, company.names.by_language)
        moment = parse_as_of(as_of, lake)
        from lealtad import worklist as room

        tonight = _build(step, lake, definition, company, moment, job.find_store(tracking_uri, out), speech)
        folder = out if tonight.is_newest else out / "lists" / f"{moment:%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        # the last load is not that of an earlier night's list
        noted = job.read_summary(out) if tonight.is_newest else {}
        rows = noted.get("came_in", noted.get("rows", {}))
        files = ListFiles(folder, tonight, lake, definition, company, speech)
        files.write(rows)
        files.write_for_owners()
        if tonight.is_newest or record:
            _store(step, lake, tonight, definition)
        finish_pages(folder, company, definition, speech)
        summary = tonight.summary()
        step.report(room.describe_worklist(tonight, speech) + f": {folder / 'worklist.html'}")
        _report_gaps(step, tonight, summary, company)
        step.note(worklist=summary)
    return summary, folder


def _build(  # noqa: PLR0913, PLR0917 - what a list is made of
    step: job.Step,
    lake: Lake,
    definition: ModelDefinition,
    company: Settings,
    moment: datetime,
    store: str,
    speech: Language,
) -> Worklist:
    """Build the list of a moment, after checking settings and messages."""
    from lealtad import worklist as room

    profile = CompanyProfile.of(company)
    check_settings(lake, profile)
    room.check_messages(company.worklist)
    return room.build_worklist(
        lake,
        definition,
        company.worklist,
        moment,
        store,
        speech,
        build_catalog(profile),
        step.report,
        company.business,
        room.Promises(company.sla, company.targets.resolution_hours, company.business is not None),
        _read_offers(step, moment),
    )


def _read_offers(step: job.Step, moment: datetime) -> pl.DataFrame:
    """Read the offers of the night; report it if the existing offers are of another night."""
    offers = read_offers(step.out, moment)
    if offers.is_empty() and (step.out / OFFERS_FILE).is_file():
        step.report(
            f"no offers as of {moment:%Y-%m-%d}: the list recommends nothing new. Run lealtad recommend first"
        )
    return offers


def _report_gaps(step: job.Step, made: Worklist, summary: dict[str, Any], company: Settings) -> None:
    """Report which missing data or settings would improve the list."""
    from lealtad import worklist as room

    if summary["left_alone"]["consent"] == made.night.candidates.height:
        step.report(
            "no customer is known to consent: load consent_contact with the customers, "
            "or set assume_consent = true under [worklist]"
        )
    if not room.has_values(made.night.candidates):
        step.report(
            "no amounts: the list is ranked by the probability that a contact saves. "
            "To rank by money, map amount in [sources.orders] or amount_monthly in [sources.subscriptions]"
        )
    _report_rest(step, company)


def _report_rest(step: job.Step, company: Settings) -> None:
    """Report if, according to experiments, past contacts still work when the playbook allows the next one."""
    path = step.out / "experiments" / "rest.json"
    days = json.loads(path.read_text(encoding="utf-8"))["rest_days"] if path.is_file() else None
    if days is not None and days > company.worklist.cooling_off_days:
        step.report(
            f"a contact still has an effect after {company.worklist.cooling_off_days} days: most of its "
            f"effect is gone after {days}. Set cooling_off_days = {days} under [worklist] to rest that long"
        )


def _store(step: job.Step, lake: Lake, made: Worklist, definition: ModelDefinition) -> None:
    """Add a list to the lake, with what it promises; report it if it is the same or made in hindsight."""
    from lealtad import worklist as room
    from lealtad.worklist.promises import compute_promises

    moment, rows = made.night.as_of, made.decision.rows
    if room.read_list(lake, moment)["list_id"].unique().equals(rows["list_id"].unique()):
        step.report(f"no change: the list of {moment:%Y-%m-%d} stays as it is")
    learned = (made.model.params or {}).get("dates.train_last", "")
    if learned and parse_moment(learned) + timedelta(days=definition.label.outcome_days) > moment:
        step.report(
            f"the model learned from outcomes after {moment:%Y-%m-%d}: what this list promises is hindsight, "
            "and its delivery proves nothing about the model"
        )
    recommended = made.recommended.rows
    room.store_list(lake, rows, compute_promises(rows, made.gammas), moment, made.alternatives, recommended)


def deliver(out: Path, company: Settings) -> None:
    """Write the newest list to the CRM's table; on failure the list is kept, and the exit code reports it."""
    from lealtad import worklist as room

    sink = company.worklist.sink
    if sink is None:
        return
    with job.step("deliver", out) as step:
        check_output(room.WorklistFiles.into(out).parquet)
        team = pl.read_parquet(room.WorklistFiles.into(out).parquet)
        if team.is_empty():
            return
        try:
            sent = room.write_to_sink(team, sink.url, sink.table)
        except SinkError:
            step.report("the list is built and stored; the CRM did not take it. Run it again: lealtad worklist")
            raise
        step.report(f"{sent:,} rows in the CRM's table {sink.table}")
