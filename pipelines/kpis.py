"""Lake → the journey map: what customers live through from stage to stage, as a page, CSV and a spreadsheet."""

from datetime import UTC, datetime

import polars as pl

from lealtad import job
from lealtad import journey as room
from lealtad.errors import SettingsError
from lealtad.lake import Lake
from lealtad.language import Language
from lealtad.settings import Settings
from lealtad.timeline import end_of_data
from pipelines.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until, Window


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
        journey = room.journey_map(lake, company, _moment(as_of, lake), window_days)
        files = [out / name for name in ("kpis.csv", "kpis.xlsx", "journey.html")]
        with job.moved_into_place(*files) as [table, book, page]:
            room.write_csv(journey.figures, table)
            room.write_spreadsheet(journey, book, speech)
            room.write_page(page, journey, company, speech)
        missed = journey.figures.filter(pl.col("level") != "stage")["alert"].sum()
        touchpoints = journey.figures.filter(pl.col("level") == "touchpoint", pl.col("kpi") == "volume").height
        step.say(f"{touchpoints} touchpoints, {missed} figures miss their target: {files[-1]}")
        step.note(journey={"as_of": journey.as_of.isoformat(), "touchpoints": touchpoints, "missed": missed})


def _moment(as_of: str, lake: Lake) -> datetime:
    end = end_of_data(lake)
    try:
        given = datetime.fromisoformat(as_of) if as_of else end
    except ValueError:
        raise SettingsError(
            place="--as-of", expected="a day such as 2026-01-31", found=f"'{as_of}'", mend="Mend it."
        ) from None
    moment = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    if moment > end:
        raise SettingsError(
            place="--as-of",
            expected=f"a day up to the end of the data, {end:%Y-%m-%d}",
            found=f"{moment:%Y-%m-%d}",
            mend="Ingest newer facts first, or choose an earlier day.",
        )
    return moment


if __name__ == "__main__":
    job.command(kpis)
