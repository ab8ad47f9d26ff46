"""The main job, end to end: ingest, features, leak check, train, promote, score, worklist, journey map."""

from pathlib import Path

from lealtad.base import job
from lealtad.base.errors import ModelError
from lealtad.base.language import format_count
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.features import features
from lealtad.jobs.ingest import ingest
from lealtad.jobs.kpis import LIVED, kpis
from lealtad.jobs.leakcheck import PAGE, check_lake
from lealtad.jobs.options import (
    MODEL,
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
from lealtad.jobs.promote import judge
from lealtad.jobs.score import score
from lealtad.jobs.train import train
from lealtad.jobs.worklist import worklist
from lealtad.lake import Lake


def demo(  # noqa: PLR0913, PLR0917 - an option each
    data: Source = "simulated",
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    loaded_at: LoadedAt = "",
    source: SourceArgument = "",
) -> None:
    """Run every step, from the source to the list, the report and the journey map."""
    data = source or data
    with job.step("demo", out) as step:
        ingest(data, out, loaded_at, settings)
        features(out, model)
        report = check_lake(out, model)
        if not report.is_clean:
            step.report(f"leak check: {format_count(len(report.errors), 'error')}, see {out / PAGE}")
        train(out, model, tracking_uri)
        churn, *others = find_definitions(model, Lake.open(out / "lake"))
        if not judge(out, churn, tracking_uri):
            _keep_champion(step, out, churn.name, tracking_uri)
        for definition in others:
            judge(out, definition, tracking_uri)
        score(out, model, tracking_uri)
        worklist(out, model, tracking_uri, language)
        if any(Lake.open(out / "lake").has(table) for table in LIVED):
            kpis(out, language=language)


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
