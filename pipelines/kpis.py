"""Lake → the journey map: what customers live through from stage to stage, as a page, CSV and a spreadsheet."""

import polars as pl

from lealtad import job
from lealtad import journey as room
from lealtad.lake import Lake
from lealtad.language import Language
from lealtad.settings import Settings
from pipelines.as_of import as_of_date
from pipelines.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until, Window

# without one of these there is no journey to draw
LIVED = ("touchpoints", "surveys", "ticket_events")


def kpis(
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    window_days: Window = 90,
    language: Speech = "en",
) -> None:
    """Compute the KPIs along the journey and write journey.html, kpis.csv and kpis.xlsx."""
    with job.step("kpis", out) as step:
        lake, company, speech = Lake.open(out / "lake"), Settings.read(settings), Language.named(language)
        journey = room.journey_map(lake, company, as_of_date(as_of, lake), window_days)
        files = [out / name for name in ("kpis.csv", "kpis.xlsx", "journey.html")]
        with job.moved_into_place(*files) as [table, book, page]:
            room.write_csv(journey.figures, table)
            room.write_spreadsheet(journey, book, speech)
            room.write_page(page, journey, company, speech)
        missed = journey.figures.filter(pl.col("level") != "stage")["alert"].sum()
        touchpoints = journey.figures.filter(pl.col("level") == "touchpoint", pl.col("kpi") == "volume").height
        step.say(f"{touchpoints} touchpoints, {missed} figures miss their target: {files[-1]}")
        step.note(journey={"as_of": journey.as_of.isoformat(), "touchpoints": touchpoints, "missed": missed})


if __name__ == "__main__":
    job.command(kpis)
