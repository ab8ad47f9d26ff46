"""The page of offers: their quality, products bought together, and what is withheld; without customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lealtad.base.web_page import render_page
from lealtad.recommending.training import TASKS
from lealtad.recommending.wording import read_words

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from lealtad.base.language import Language
    from lealtad.recommending.judging import Judgement
    from lealtad.recommending.report import Recommendations

_PAIRS = 20
_MEASURES = ("recall@10", "NDCG@10", "precision@10", "hit rate")


def write_recommendation_page(path: Path, report: Recommendations, language: Language) -> None:
    """Write the page as one self-contained file."""
    words, judged = read_words(language.code), report.judgement
    path.write_text(
        render_page(
            "lealtad.recommending",
            "recommendations.html.jinja",
            language,
            words=words["page"],
            notes=_describe_basis(report, language),
            judged=_describe_day(judged, report, language),
            tasks=[_describe_task(task, judged, language) for task in TASKS] if judged else [],
            pairs=[_describe_pair(row, language) for row in report.pairs.head(_PAIRS).to_dicts()],
            withheld=_describe_withheld(report.offers.withheld, language, "offers", "customers"),
            abstained=_describe_withheld(report.offers.abstained, language, "customers"),
        ),
        encoding="utf-8",
    )


def _describe_basis(report: Recommendations, language: Language) -> list[str]:
    words, number = read_words(language.code), language.number
    page, totals = words["page"], {row["task"]: row for row in report.offers.offered.iter_rows(named=True)}
    offered = [
        page["offered"].format(
            task=words["tasks"][task],
            **{name: number(totals.get(task, {}).get(name, 0)) for name in ("offers", "customers")},
        )
        for task in TASKS
    ]
    counts = {name: number(value) for name, value in report.counts.items()}
    basis = page["basis"].format(
        purchases=counts["purchases"],
        customers=counts["customers"],
        products=counts["products"],
        with_buyers=counts["products_with_buyers"],
        least=number(report.protocol.least_buyers),
    )
    return [
        page["lead"].format(date=language.date(report.as_of)),
        *offered,
        basis,
        _describe_share(report, language),
    ]


def _describe_share(report: Recommendations, language: Language) -> str:
    """Describe the basis of the expected gain: an assumption, or campaigns of recommendations so far."""
    share, page = report.share, read_words(language.code)["page"]
    if not share.measured:
        return page["prior"].format(share=language.percent(share.mean))
    return page["measured"].format(
        share=language.percent(share.mean, 1),
        low=language.percent(share.low, 1),
        high=language.percent(share.high, 1),
        treated=language.number(share.treated),
        holdout=language.number(share.holdout),
        measured=language.percent(share.measured),
    )


def _describe_day(judged: Judgement | None, report: Recommendations, language: Language) -> str:
    page = read_words(language.code)["page"]
    if judged is None:
        return page["not_judged"]
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=judged.day)
    return page["judged"].format(
        date=language.date(day), days=language.number(round(report.protocol.horizon_days))
    )


def _describe_task(task: str, judged: Judgement, language: Language) -> dict[str, Any]:
    words, percent = read_words(language.code), language.percent
    name = words["tasks"][task]
    return {
        "code": task,
        "name": name,
        "rules": [
            _describe_rule(str(rule), rows, language)
            for (rule,), rows in judged.measures.filter(task=task).group_by("rule", maintain_order=True)
        ],
        "coverage": words["page"]["coverage"].format(task=name, share=percent(judged.coverage[task])),
        "strata": [
            [
                words["strata"][row["stratum"]],
                language.number(row["products"]),
                language.number(row["bought"]),
                "–" if row["recall"] is None else percent(row["recall"], 1),
            ]
            for row in judged.strata.filter(task=task).iter_rows(named=True)
        ],
        "bins": [
            [language.number(row["bin"]), percent(row["predicted"], 1), percent(row["observed"], 1)]
            for row in judged.calibration.filter(task=task).iter_rows(named=True)
        ],
    }


def _describe_rule(rule: str, rows: pl.DataFrame, language: Language) -> dict[str, Any]:
    by_measure = {row["measure"]: row for row in rows.iter_rows(named=True)}
    ahead = by_measure["NDCG@10"]
    return {
        "name": read_words(language.code)["rules"][rule],
        "cells": [_write_interval(by_measure[name], "value", "low", "high", language) for name in _MEASURES],
        "ahead": "" if rule == "lealtad" else _write_interval(ahead, "ahead", "ahead_low", "ahead_high", language),
    }


def _write_interval(row: dict[str, Any], value: str, low: str, high: str, language: Language) -> tuple[str, str]:
    first, *ends = (language.decimal(row[name], 3) for name in (value, low, high))
    return first, f"{ends[0]} … {ends[1]}"


def _describe_pair(row: dict[str, Any], language: Language) -> list[str]:
    percent = language.percent
    return [
        row["product"],
        row["with_product"],
        f"{percent(row['share'])} ({percent(row['share_low'])} … {percent(row['share_high'])})",
        language.number(row["buyers"]),
        percent(row["usual"]),
    ]


def _describe_withheld(rows: pl.DataFrame, language: Language, *counts: str) -> list[list[str]]:
    words, reason = read_words(language.code), "guard" if "guard" in rows.columns else "reason"
    return [
        [
            words["tasks"][row["task"]],
            words["guards"][row[reason]],
            *(language.number(row[name]) for name in counts),
        ]
        for row in rows.iter_rows(named=True)
    ]
