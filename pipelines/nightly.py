"""The night's work, made for cron: what came in, features, scores, the list, the journey map."""

import json

from lealtad import job
from lealtad.lake import Lake
from pipelines.features import features
from pipelines.ingest import ingest
from pipelines.kpis import LIVED, kpis
from pipelines.options import (
    MODEL,
    NEWEST,
    OUT,
    SETTINGS,
    LoadedAt,
    Model,
    Out,
    SettingsFile,
    Source,
    Speech,
    Store,
    Until,
)
from pipelines.score import score
from pipelines.worklist import worklist


def nightly(  # noqa: PLR0913, PLR0917 - an option each
    data: Source = "",
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    loaded_at: LoadedAt = "",
) -> None:
    """Do the night's work, or that of a past night with --as-of; empty --data ingests nothing.

    Killed at any moment and started again it ends in the same list. Stdout is one line of JSON; exit codes: 0
    done, 2 something to mend, 3 the list is made and the CRM did not take it, 75 another run is at work.
    """
    with job.step("nightly", out) as step:
        if data and not as_of:
            ingest(data, out, loaded_at)
        features(out, model, settings, as_of or NEWEST)
        score(out, model, tracking_uri, as_of)
        made = worklist(out, model, tracking_uri, language, settings, as_of)
        if any(Lake.open(out / "lake").has(table) for table in LIVED):
            kpis(out, settings, as_of, language=language)
        step.note(nightly=made)
        print(json.dumps(made, ensure_ascii=False))  # noqa: T201 - the result


if __name__ == "__main__":
    job.command(nightly)
