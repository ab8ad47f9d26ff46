"""The main job, end to end: ingest, features, train, score, worklist."""

from lealtad import job
from pipelines.features import features
from pipelines.ingest import ingest
from pipelines.options import MODEL, OUT, Model, Out, Source, Speech, Store
from pipelines.score import score
from pipelines.train import train
from pipelines.worklist import worklist


def main(
    data: Source = "completejourney",
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
) -> None:
    """Run every step, from the source to the list and the report."""
    with job.step("main", out):
        ingest(data, out)
        features(out, model)
        train(out, model, tracking_uri)
        score(out, model, tracking_uri)
        worklist(out, model, tracking_uri, language)


if __name__ == "__main__":
    job.command(main)
