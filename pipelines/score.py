"""Champion + features → the probability of every living customer at the newest as-of date."""

from lealtad import job
from lealtad.definition import Definition
from lealtad.lake import Lake
from pipelines.options import MODEL, OUT, Model, Out, Override, Store


def score(
    out: Out = OUT, model: Model = MODEL, tracking_uri: Store = "", override_kpi_hash: Override = False
) -> None:
    """Score every living customer with the champion and write the scores to the lake."""
    with job.step("score", out) as step:
        lake = Lake.open(out / "lake")
        definition = Definition.chosen(model, lake.versions)
        from lealtad import registry, scoring

        champion = registry.load_champion(job.tracking_uri(tracking_uri, out), definition.name)
        scores = scoring.score(lake, definition, champion, override_kpi_hash=override_kpi_hash)
        overridden = not scoring.knows_kpis(champion)
        if overridden:
            step.say(f"--override-kpi-hash: version {champion.version} was trained under other KPI definitions")
        lake.commit({"scores": scores}, {"scores": scoring.provenance(lake)})
        as_of, leaving = scores["as_of"][0], scores["probability"].sum()
        step.say(f"{scores.height:,} living customers at {as_of:%Y-%m-%d}, {leaving:,.0f} expected to leave")
        step.note(scored=scores.height, as_of=as_of.isoformat(), kpi_hash_overridden=overridden)


if __name__ == "__main__":
    job.command(score)
