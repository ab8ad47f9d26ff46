"""The main job, end to end: ingest, features, leak check, train, promote, score, worklist, journey map."""

from pathlib import Path

from lealtad.base import job
from lealtad.base.errors import ModelError
from lealtad.base.language import counted
from lealtad.jobs.definitions import in_use
from lealtad.jobs.features import features
from lealtad.jobs.ingest import ingest
from lealtad.jobs.kpis import LIVED, kpis
from lealtad.jobs.leakcheck import PAGE, checked
from lealtad.jobs.options import MODEL, OUT, SETTINGS, LoadedAt, Model, Out, SettingsFile, Source, Speech, Store
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
) -> None:
    """Run every step, from the source to the list, the report and the journey map."""
    with job.step("demo", out) as step:
        ingest(data, out, loaded_at, settings)
        features(out, model)
        report = checked(out, model)
        if not report.clean:
            step.report(f"leak check: {counted(len(report.errors), 'error')}, see {out / PAGE}")
        train(out, model, tracking_uri)
        churn, *others = in_use(model, Lake.open(out / "lake"))
        if not judge(out, churn, tracking_uri):
            _carry_on_with_the_champion(step, out, churn.name, tracking_uri)
        for definition in others:
            judge(out, definition, tracking_uri)
        score(out, model, tracking_uri)
        worklist(out, model, tracking_uri, language)
        if any(Lake.open(out / "lake").has(table) for table in LIVED):
            kpis(out, language=language)


def _carry_on_with_the_champion(step: job.Step, out: Path, name: str, tracking_uri: str) -> None:
    from lealtad.models import registry

    champion = registry.find_champion(job.tracking_uri(tracking_uri, out), name)
    if champion is None:
        raise ModelError(
            model=name,
            expected="a first model that passes the gate",
            found="one that does not; the table above says why",
            fix='Fix the data or the definition, or decide: lealtad promote --to 1 --because "…".',
        )
    step.report(f"the gate says no: version {champion.version} stays champion")
