"""A list's spreadsheet, filled in by the team → the outcome of each contact, in the lake."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lealtad.base import job
from lealtad.base.language import format_count
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.options import OUT, SETTINGS, LoadedAt, Out, SettingsFile
from lealtad.lake import Lake
from lealtad.lake.erasing.suppression import read_key
from lealtad.lake.loading import load, parse_load_time
from lealtad.sources import Source
from lealtad.sources.source import wrap_frame

File = Annotated[Path, typer.Argument(metavar="FILE", help="worklist.xlsx as the team filled it in, or as CSV.")]


def outcomes(file: File, out: Out = OUT, loaded_at: LoadedAt = "", settings: SettingsFile = SETTINGS) -> None:
    """Load the outcomes of a list's contacts from its spreadsheet.

    The key is list and customer. Rows without an outcome are skipped; a file loaded twice adds nothing. Later
    features, lists and pages use them.
    """
    from lealtad.worklist.outcomes import drop_known, match_contacts, read_outcomes

    with job.step("outcomes", out) as step:
        moment, lake = parse_load_time(loaded_at), Lake.open(out / "lake")
        company = follow_settings(step, settings)
        reported = read_outcomes(file)
        zone = company.business.zone if company.business else None
        contacts = match_contacts(reported, lake, moment, zone)
        fresh = drop_known(contacts, lake)
        undated = reported["contacted_on"].null_count()
        if undated:
            step.report(f"{format_count(undated, 'outcome')} without a day: taken as of the day of the list")
        by_outcome = dict(fresh["outcome"].value_counts(sort=True).sort("outcome").iter_rows())
        step.note(outcomes=by_outcome)
        repeated = contacts.height - fresh.height
        if fresh.is_empty():
            step.report(f"{format_count(repeated, 'outcome')} known already: nothing to load")
            return
        source = Source({"interventions": wrap_frame(fresh, file.name)}, reject_limit=0.0)
        load(
            out / "lake",
            source,
            loaded_at=moment,
            reject_limit=0.0,
            rejected_csv=out / "rejected.csv",
            key=read_key(out),
        )
        step.report(
            f"{format_count(fresh.height, 'outcome')} loaded, {repeated:,} known already: "
            + ", ".join(f"{name} {n:,}" for name, n in by_outcome.items())
        )
