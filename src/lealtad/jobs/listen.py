"""Lake → what customers write, as a page, CSV and a spreadsheet; every verbatim is masked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.base.navigation import link_pages
from lealtad.company.settings_in_force import follow_settings
from lealtad.experience.listening import (
    Taxonomy,
    write_listening_page,
    write_listening_spreadsheet,
    write_places,
    write_theme_table,
    write_verbatims,
)
from lealtad.experience.listening import (
    listen as read_lake,
)
from lealtad.experience.listening.sentence_encoder import load_encoder
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until, Window
from lealtad.lake import Lake

if TYPE_CHECKING:
    from lealtad.experience.listening import ListeningReport

_WINDOW_DAYS = 364.0
_FILES = ("themes.csv", "listening.xlsx", "verbatim_places.csv", "verbatims.parquet", "listening.html")
Themes = Annotated[
    Path, typer.Option(show_default=False, help="A taxonomy of themes (TOML); empty: the starter of lealtad.")
]

UseEncoder = Annotated[
    bool, typer.Option("--encoder", help="Average the sentiment with the sentence encoder of lealtad[encoder].")
]


def listen(  # noqa: PLR0913, PLR0917 - the options of the command
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    window_days: Window = _WINDOW_DAYS,
    language: Speech = "en",
    themes: Themes = Path(),
    *,
    encoder: UseEncoder = False,
) -> None:
    """Read what customers say: listening.html and .xlsx, themes.csv, verbatims.parquet, verbatim_places.csv."""
    with job.step("listen", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        taxonomy = Taxonomy.read(themes if themes.name else None)
        speech = Language.from_code(language, names=company.names.by_language)
        vectors = load_encoder() if encoder else None
        report = read_lake(lake, taxonomy, parse_as_of(as_of, lake), window_days, vectors)
        files = [out / name for name in _FILES]
        with job.move_into_place(*files) as [table, book, places, verbatims, page]:
            write_places(report.place_verbatims, places)
            write_verbatims(report, verbatims)
            write_theme_table(report, table)
            write_listening_spreadsheet(report, book, speech)
            write_listening_page(page, report, speech)
        link_pages(out)
        emerging = report.themes.filter("emerging")["theme"].to_list()
        step.report(
            f"{format_count(report.comments, 'comment')}, {report.coverage:.0%} of the sentences have a theme; "
            f"sentiment by {report.sentiment.method.replace('_', ' ')}"
        )
        step.report(f"emerging: {', '.join(emerging) or 'nothing beyond chance'}; the page: {files[-1]}")
        step.note(listening=_summarize(report))


def _summarize(report: ListeningReport) -> dict[str, object]:
    """Return the figures of the report for the run's summary."""
    return {
        "as_of": report.as_of.isoformat(),
        "comments": report.comments,
        "languages": report.languages,
        "coverage": round(report.coverage, 4),
        "sentiment": report.sentiment.method,
        "taxonomy": report.taxonomy.fingerprint,
        "emerging": report.themes.filter("emerging")["theme"].to_list(),
    }
