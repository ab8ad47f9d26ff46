"""Lake → what to offer each customer, as Parquet and CSV, and a page that shows how good it is."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base import job
from lealtad.base.errors import TooLittleDataError
from lealtad.base.language import Language, format_count
from lealtad.base.navigation import link_pages
from lealtad.base.workers import use_workers
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until
from lealtad.lake import Lake
from lealtad.models.registry import save_offers_model
from lealtad.recommending import Protocol
from lealtad.recommending import recommend as build_recommendations
from lealtad.recommending.files import open_offers
from lealtad.recommending.incremental import measure_incremental_share
from lealtad.recommending.learned import LEARNED_FILE, read_learned
from lealtad.recommending.page import write_recommendation_page

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from lealtad.recommending import Recommendations
    from lealtad.recommending.learned import Learned

MODEL = "recommendations_model"
_MANY_BUCKETS = 8
_FILES = ("recommendations.parquet", "recommendations.csv", "recommendations.html", LEARNED_FILE)


def recommend(
    out: Out = OUT, settings: SettingsFile = SETTINGS, as_of: Until = "", language: Speech = "en"
) -> None:
    """Choose what to offer each customer: recommendations.parquet, .csv and .html."""
    choose_offers(out, settings, as_of, language)


def choose_offers(
    out: Path,
    settings: Path = SETTINGS,
    as_of: str = "",
    language: str = "en",
    learned: Learned | None = None,
) -> None:
    """Choose what to offer each customer, reusing the models of an earlier night if valid; None trains again."""
    with job.step("recommend", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        speech = Language.from_code(language, names=company.names.by_language)
        paths = [out / name for name in _FILES]
        moment, protocol, action = parse_as_of(as_of, lake), Protocol(), company.worklist.recommend
        # the effect of offers, as measured by the company's own campaigns
        share = measure_incremental_share(
            lake, moment, protocol.horizon_days, action.incremental_share, action.spread
        )
        with job.move_into_place(*paths) as [parquet, csv, page, text]:
            with open_offers(parquet, csv, moment, share, speech) as write, _use_workers(lake):
                report = build_recommendations(lake, moment, protocol, share, learned, take=write)
            write_recommendation_page(page, report, speech)
            text.write_text(report.learned.to_text(), encoding="utf-8")
        save_offers_model(paths[0], out / MODEL)
        link_pages(out)
        _describe_offers(step, report)
        step.report(f"the page: {paths[2]}")


def _describe_offers(step: job.Step, report: Recommendations) -> None:
    """Report how many offers there are and how well they rank, and note what was withheld."""
    offered = report.offers.offered
    for task, offers, customers in offered.iter_rows():
        step.report(f"{task}: {format_count(offers, 'offer')} to {format_count(customers, 'customer')}")
    judged = report.judgement
    measures = [] if judged is None else judged.measures.filter(pl.col("measure") == "NDCG@10").to_dicts()
    for row in measures:
        step.report(
            f"{row['task']}, {row['rule']}: NDCG@10 {row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
        )
    step.note(
        recommend={
            "as_of": report.as_of.isoformat(),
            "offers": int(offered["offers"].sum()),
            "incremental_share": round(report.share.mean, 4),
            "withheld": report.offers.withheld.to_dicts(),
            "abstained": report.offers.abstained.to_dicts(),
            "measures": measures,
            **report.counts,
        }
    )


def _use_workers(lake: Lake) -> AbstractContextManager[None]:
    """Use several processes if there are enough buckets to make it worthwhile."""
    return use_workers() if len(lake.buckets) >= _MANY_BUCKETS else nullcontext()


def recommend_if_possible(step: job.Step, out: Path, language: str) -> None:
    """Choose what to offer if the lake has order lines and products, and they go back far enough."""
    lake = Lake.open(out / "lake")
    if not (lake.has("order_lines") and lake.has("products")):
        return
    try:
        choose_offers(out, language=language, learned=read_learned(out))
    except TooLittleDataError as error:
        step.report(f"nothing to recommend yet: {error}")
