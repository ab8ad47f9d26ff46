"""The main job, end to end: ingest, features, leak check, train, promote, score, worklist, journey map."""

from pathlib import Path

from lealtad import job
from lealtad.commands.leakcheck import PAGE, checked
from lealtad.errors import ModelError
from lealtad.lake import Lake
from lealtad.language import counted
from pipelines.definitions import in_use
from pipelines.features import features
from pipelines.ingest import ingest
from pipelines.kpis import LIVED, kpis
from pipelines.options import MODEL, OUT, SETTINGS, LoadedAt, Model, Out, SettingsFile, Source, Speech, Store
from pipelines.promote import judge
from pipelines.score import score
from pipelines.train import train
from pipelines.worklist import worklist


def main(  # noqa: PLR0913, PLR0917 - an option each
    data: Source = "simulated",
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
    loaded_at: LoadedAt = "",
) -> None:
    """Run every step, from the source to the list, the report and the journey map."""
    with job.step("main", out) as step:
        ingest(data, out, loaded_at, settings)
        features(out, model)
        report = checked(out, model)
        if not report.clean:
            step.say(f"leak check: {counted(len(report.errors), 'error')}, see {out / PAGE}")
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
    from lealtad import registry

    champion = registry.find_champion(job.tracking_uri(tracking_uri, out), name)
    if champion is None:
        raise ModelError(
            model=name,
            expected="a first model that passes the gate",
            found="one that does not; the table above says why",
            mend='Mend the data or the definition, or decide: python -m pipelines.promote --to 1 --because "…".',
        )
    step.say(f"the gate says no: version {champion.version} stays champion")


if __name__ == "__main__":
    job.command(main)
