"""Scores + value + reasons → the list: CSV, spreadsheet and a one-page report."""

from lealtad import job
from lealtad.definition import Definition
from lealtad.features import Company, catalog_of
from lealtad.lake import Lake
from lealtad.language import Language
from lealtad.settings import Settings
from pipelines.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech, Store


def worklist(
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    language: Speech = "en",
    settings: SettingsFile = SETTINGS,
) -> None:
    """Rank customers by expected loss, say why, and write worklist.csv, worklist.xlsx and report.html."""
    with job.step("worklist", out) as step:
        lake = Lake.open(out / "lake")
        definition = Definition.chosen(model, lake.versions)
        speech = Language.named(language, definition.value.currency)
        from lealtad import registry
        from lealtad import worklist as room

        champion = registry.load_champion(job.tracking_uri(tracking_uri, out), definition.name)
        listed = room.worklist(lake, definition, champion, speech, catalog_of(Company.of(Settings.read(settings))))
        definitions = room.column_definitions(definition, speech)
        files = [out / name for name in ("worklist.csv", "worklist.xlsx", "report.html")]
        with job.moved_into_place(*files) as [table, book, page]:
            room.write_csv(listed, table)
            room.write_spreadsheet(listed, definitions, book)
            room.write_page(
                page,
                listed=listed,
                tiles=room.tiles(lake, definition, listed, speech),
                metrics=champion.evidence("metrics"),
                judged=champion.evidence("judged"),
                definitions=definitions,
                rows=job.summary(out).get("rows", {}),
                definition=definition,
                language=speech,
            )
        loss = speech.money(float(listed["expected_loss"].sum()))
        step.say(f"{listed.height:,} customers, expected loss {loss}: {files[-1]}")
        step.note(listed=listed.height, list_id=listed["list_id"][0])


if __name__ == "__main__":
    job.command(worklist)
