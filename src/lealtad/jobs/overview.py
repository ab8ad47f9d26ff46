"""Lists, outcomes and figures → the first page, what the lists earned, the glossary, and links to all pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lealtad.base import job
from lealtad.base.language import Language
from lealtad.base.navigation import link_pages
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lealtad.company.settings import Settings
    from lealtad.monitoring.earnings import Earnings
    from lealtad.monitoring.overview import NightChange

INDEX, ROI, GLOSSARY = "index.html", "roi.html", "glossary.html"
_WINDOW_DAYS = 90.0


def overview(
    out: Out = OUT, model: Model = MODEL, settings: SettingsFile = SETTINGS, language: Speech = "en"
) -> None:
    """Write the first page, what the lists earned, and the glossary, and link all pages of a run."""
    from lealtad.experience.drivers import read_failure_costs
    from lealtad.monitoring import earnings
    from lealtad.monitoring import overview as pages

    with job.step("overview", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        definition = ModelDefinition.choose(model, lake.versions)
        speech = Language.from_code(language, definition.value.currency, company.names.by_language)
        earned = earnings.compute_earnings(
            lake, definition, find_end_of_data(lake), company.worklist.cooling_off_days
        )
        actions = {action.name: getattr(action.words, speech.code) for action in company.worklist.actions}
        with job.move_into_place(out / ROI, out / "roi.csv") as [page, table]:
            failures = read_failure_costs(out / "drivers.csv", speech)
            earnings.write_earnings_page(page, earned, speech, actions, failures)
            earnings.write_earnings_table(earned, table)
        change = pages.compare_nights(lake, definition.name)
        if change is None:
            step.report("no night has been scored yet: run lealtad score to fill the first page")
        else:
            _write_first_page(out, change, earned, speech, definition.label.horizon_days)
        finish_pages(out, company, definition, speech)
        step.report(f"{earned.lists:,} lists have ended, {earned.awaited:,} still run: {out / INDEX}")
        step.note(earned=earned.total.drop("month", "action").to_dicts()[0])


def _write_first_page(out: Path, change: NightChange, earned: Earnings, speech: Language, days: int) -> None:
    from lealtad.experience.company_kpis import read_base_nps
    from lealtad.monitoring import overview as pages
    from lealtad.worklist.wording import list_code_words

    summary = job.read_summary(out)
    last = summary.get("worklist", {})
    is_tonight = last.get("as_of") == f"{change.now.as_of:%Y-%m-%d}"
    with job.move_into_place(out / INDEX) as [page]:
        pages.write_overview_page(
            page,
            change,
            earned,
            read_base_nps(out / "nps.csv"),
            speech,
            horizon_days=days,
            value_at_stake=last.get("value_at_stake") if is_tonight else None,
            news=_list_news(out, summary, speech),
            pages=[GLOSSARY, *_list_pages(out)],
            owners=list_code_words(speech)["owner"],
        )


def finish_pages(folder: Path, company: Settings, definition: ModelDefinition, speech: Language) -> None:
    """Write the glossary of a folder of pages, and link its pages with one another."""
    from lealtad.monitoring import overview as pages

    with job.move_into_place(folder / GLOSSARY) as [page]:
        pages.write_glossary_page(
            page, company, speech, horizon_days=definition.label.horizon_days, window_days=_WINDOW_DAYS
        )
    link_pages(folder)


def _list_pages(out: Path) -> list[str]:
    """Return the pages of a run, from its folder."""
    return [str(path.relative_to(out)) for path in (*out.glob("*.html"), *out.glob("experiments/index.html"))]


def _list_news(out: Path, summary: dict[str, dict[str, Any]], speech: Language) -> Iterator[str]:
    """Return what a reader must know besides the numbers: late tables, and the verdict of the monitor."""
    failing = summary.get("nightly", {}).get("feeds_failing", [])
    if failing:
        yield speech.translate("Late or incomplete tables: {tables}.", tables=", ".join(failing))
    new = summary.get("alerts", {}).get("new", 0)
    if new:
        yield speech.translate("New alerts: {n}; see the page of alerts.", n=new)
    path = out / "monitoring.json"
    if path.is_file() and json.loads(path.read_text()).get("retrain"):
        yield speech.translate("Result of monitoring: train again.")
