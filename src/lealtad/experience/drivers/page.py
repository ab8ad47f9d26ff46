"""The page of drivers: per outcome a summary, a chart, a table and the segments."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.web_page import render_page
from lealtad.experience.drivers.chart import HEIGHT, WIDTH, draw_chart
from lealtad.experience.drivers.outcomes import OUTCOMES
from lealtad.experience.drivers.report import LEAST_EXAMPLES
from lealtad.experience.drivers.wording import describe_gain, format_gain, name_driver_in_words, read_words
from lealtad.experience.journey.wording import name_owners

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.drivers.report import DriverReport

_SENTENCES, _OF_SEGMENT, _NAMED = 5, 5, 10


def write_driver_page(
    path: Path,
    report: DriverReport,
    language: Language,
    quotes: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write the page as one self-contained file.

    Parameters
    ----------
    quotes
        By touchpoint, the address of its masked verbatims.
    """
    words = read_words(language.code)
    path.write_text(
        render_page(
            "lealtad.experience.drivers",
            "drivers.html.jinja",
            language,
            words=words,
            quotes=quotes,
            width=WIDTH,
            height=HEIGHT,
            as_of=report.as_of,
            basis=_describe_basis(report, language),
            sections=[_build_section(report, outcome, language) for outcome in OUTCOMES if _has(report, outcome)],
            missing=[
                words["page"]["missing"].format(
                    outcome=words["outcomes"][outcome],
                    found=language.number(count),
                    needed=language.number(LEAST_EXAMPLES),
                )
                for outcome, count in report.missing.items()
            ],
        ),
        encoding="utf-8",
    )


def _has(report: DriverReport, outcome: str) -> bool:
    return not report.rows.is_empty() and not report.rows.filter(outcome=outcome).is_empty()


def _describe_basis(report: DriverReport, language: Language) -> list[str]:
    page = read_words(language.code)["page"]
    dates = {"date": language.date(report.as_of), "first": language.date(report.first)}
    sentences = [page["basis"].format(active=language.number(report.active), **dates)]
    if report.read_share < 1:
        sentences.append(page["sample"].format(share=language.percent(report.read_share)))
    return [*sentences, page["association"]]


def _build_section(report: DriverReport, outcome: str, language: Language) -> dict[str, Any]:
    words = read_words(language.code)
    rows = report.rows.filter(outcome=outcome).to_dicts()
    summary = report.outcomes.filter(outcome=outcome).row(0, named=True)
    first = [row for row in rows if row["quadrant"] == "fix_first"]
    return {
        "key": outcome,
        "name": words["outcomes"][outcome],
        "notes": [*_describe_summary(summary, language), _describe_top(rows, language)],
        "first": [_describe_first(row, language) for row in first[:_SENTENCES]],
        "chart": draw_chart(rows, language),
        "rows": [_describe_row(number, row, language) for number, row in enumerate(rows, 1)],
        "segments": _describe_segments(report, outcome, language),
    }


def _describe_summary(summary: dict[str, Any], language: Language) -> list[str]:
    page = read_words(language.code)["page"]
    notes = [
        page["explained"].format(
            n=language.number(summary["n"]),
            customers=language.number(summary["customers"]),
            r2=language.percent(summary["r2"], 1),
            chance=language.percent(summary["chance_r2"], 1),
        ),
        page["pairs"].format(
            certain=language.number(summary["certain_pairs"]), pairs=language.number(summary["pairs"])
        ),
        page[f"method_{summary['method']}"],
    ]
    if summary["response_rate"] is not None:
        notes.append(page["response"].format(share=language.percent(summary["response_rate"])))
    return notes


def _describe_top(rows: list[dict[str, Any]], language: Language) -> str:
    """Name the drivers that include the most important three; only count them if there are many."""
    page, may = read_words(language.code)["page"], [row for row in rows if row["may_be_top"]]
    if len(may) > _NAMED:
        return page["top_many"].format(count=language.number(len(may)), all=language.number(len(rows)))
    return page["top"].format(drivers="; ".join(name_driver_in_words(row["driver"], language) for row in may))


def _describe_first(row: dict[str, Any], language: Language) -> str:
    return read_words(language.code)["page"]["first_sentence"].format(
        driver=name_driver_in_words(row["driver"], language),
        performance=language.percent(row["performance"]),
        reach=language.percent(row["reach"]),
        gain=describe_gain(row, language),
    )


def _describe_row(number: int, row: dict[str, Any], language: Language) -> dict[str, Any]:
    words = read_words(language.code)
    before = "" if row["previous"] is None else language.percent(row["previous"])
    performance = "–" if row["performance"] is None else language.percent(row["performance"])
    return {
        "number": number,
        "place": row["driver"].removeprefix("touchpoint|"),
        "name": name_driver_in_words(row["driver"], language),
        "quadrant": row["quadrant"],
        "quadrant_name": words["quadrants"][row["quadrant"]],
        "group": row["group"],
        "importance": language.percent(row["importance"], 1),
        "interval": f"{language.percent(row['low'], 1)} – {language.percent(row['high'], 1)}",
        "among_top": language.percent(row["among_top"]),
        "change": "" if row["change"] is None else words["changes"][row["change"]].format(before=before),
        "changed": row["change"] in {"more", "less"},
        "reach": language.percent(row["reach"]),
        "performance": performance,
        "target": "" if row["target"] is None else language.percent(row["target"]),
        "gain": format_gain(row, "gain", language) if row["gain"] else "–",
        "gain_interval": f"{format_gain(row, 'gain_low', language)} … {format_gain(row, 'gain_high', language)}"
        if row["gain"]
        else "",
        "certain": bool(row["gain"]) and row["gain_low"] * row["gain_high"] > 0,
        "pattern": words["patterns"][row["pattern"]],
        "owner": name_owners(row["owner"], language) if row["owner"] else words["page"]["no_owner"],
        "owned": row["owner"] is not None,
        "tested": bool(row["tested"]),
    }


def _describe_segments(report: DriverReport, outcome: str, language: Language) -> list[dict[str, Any]]:
    if report.segments.is_empty():
        return []
    segments = report.segments.filter(pl.col("outcome") == outcome)
    return [
        {
            "name": segment,
            "rows": [
                f"{name_driver_in_words(row['driver'], language)} "
                f"{language.percent(row['importance'])} ({language.percent(row['low'])} – "
                f"{language.percent(row['high'])})"
                for row in segments.filter(segment=segment).head(_OF_SEGMENT).iter_rows(named=True)
            ],
        }
        for segment in segments["segment"].unique(maintain_order=True)
    ]
