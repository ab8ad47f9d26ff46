"""Champion + features → the probability of every living customer on a night."""

from lealtad import job
from lealtad.definition import Definition
from lealtad.lake import Lake
from pipelines.as_of import as_of_date
from pipelines.options import MODEL, OUT, Model, Out, Override, Store, Until


def score(
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    as_of: Until = "",
    override_kpi_hash: Override = False,
) -> None:
    """Score every living customer with the champion, and add the scores to the lake's history."""
    with job.step("score", out) as step:
        lake = Lake.open(out / "lake")
        definition, moment = Definition.chosen(model, lake.versions), as_of_date(as_of, lake)
        from lealtad import registry, scoring

        champion = registry.load_champion(job.tracking_uri(tracking_uri, out), definition.name)
        scores = scoring.score(lake, definition, champion, moment, override_kpi_hash=override_kpi_hash)
        overridden = not scoring.knows_kpis(champion)
        if overridden:
            step.say(f"--override-kpi-hash: version {champion.version} was trained under other KPI definitions")
        scoring.keep(lake, [scores])
        scored, leaving = scores["probability"].count(), scores["probability"].sum()
        step.say(
            f"{scored:,} living customers at {moment:%Y-%m-%d}, {leaving:,.0f} expected to leave, "
            f"{scores.height - scored:,} not scored"
        )
        step.note(scored=scored, as_of=moment.isoformat(), kpi_hash_overridden=overridden)


if __name__ == "__main__":
    job.command(score)
