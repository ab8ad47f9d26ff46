"""The report as one page and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.drawing import render_figure
from lealtad.base.web_page import render_page
from lealtad.monitoring.chart import plot_promises
from lealtad.worklist.promises import WHOLE

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.monitoring.reason import MonitoringReason
    from lealtad.monitoring.report import MonitoringReport

_SHOWN = 15  # features with the largest drift


def write_json(path: Path, report: MonitoringReport) -> None:
    """Write the report as JSON."""
    path.write_text(json.dumps(report.to_json(), indent=1) + "\n")


def write_page(path: Path, report: MonitoringReport, language: Language) -> None:
    """Write the report as one self-contained file, in one language."""
    whole = report.settlement.filter(pl.col("group") == WHOLE)
    campaigns = report.campaigns.filter(pl.col("group") == WHOLE)
    path.write_text(
        render_page(
            "lealtad.monitoring",
            "monitor.html.jinja",
            language,
            report=report,
            reasons=[(reason.weight, _describe_reason(reason, language)) for reason in report.verdict.reasons],
            charts=_draw_charts(whole, language),
            lists=whole.sort("as_of", "list_id", "measure", descending=[True, True, False]).to_dicts(),
            campaigns=campaigns.sort("campaign_id", "measure").to_dicts(),
            calibration=report.calibration.sort("as_of", descending=True).to_dicts(),
            feeds=report.measured.feeds.to_dicts(),
            statuses=_name_statuses(language),
            features=report.measured.features.head(_SHOWN).to_dicts(),
            scores=report.measured.scores.to_dicts(),
            responses=report.measured.responses.to_dicts(),
            measures=_name_measures(language),
            kinds=_name_kinds(language),
        )
    )


def _name_measures(language: Language) -> dict[str, str]:
    _ = language.translate
    return {"churners": _("customers who churn"), "saves": _("customers saved"), "profit": _("profit")}


def _name_kinds(language: Language) -> dict[str, str]:
    _ = language.translate
    return {"relational": _("of the relationship"), "transactional": _("after a contact")}


def _name_statuses(language: Language) -> dict[str, str]:
    _ = language.translate
    return {"ok": _("as usual"), "late": _("late"), "thin": _("incomplete"), "unknown": _("too new to judge")}


def _describe_reason(reason: MonitoringReason, language: Language) -> str:
    """Format shares as percentages, counts as numbers."""
    written = {
        name: language.percent(value, 1) if isinstance(value, float) else value
        for name, value in reason.values.items()
    }
    return language.translate(reason.sentence, **written)


def _draw_charts(whole: pl.DataFrame, language: Language) -> list[dict[str, Any]]:
    _ = language.translate
    charts = []
    for measure, name in _name_measures(language).items():
        rows = whole.filter(pl.col("measure") == measure).drop_nulls("delivered")
        if rows.is_empty():
            continue
        says = _("{measure}, promised and delivered, by list", measure=name[0].upper() + name[1:])
        words = {
            "title": says,
            "promised": _("promised"),
            "delivered": _("delivered"),
            "partly": _("delivered so far"),
        }
        charts.append({"says": says, "svg": render_figure(plot_promises(rows, words=words), measure)})
    return charts
