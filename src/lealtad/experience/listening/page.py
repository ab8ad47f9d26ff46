"""The page of comments: costliest and emerging themes, all themes with impact and trend, and verbatims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.base.web_page import render_page
from lealtad.experience.journey.places import TICKET
from lealtad.experience.journey.wording import name_stage, name_touchpoint
from lealtad.experience.listening.places import PLACE, name_anchor
from lealtad.experience.listening.sentiment import LEAST_SCORED
from lealtad.experience.listening.wording import read_words
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.listening.report import ListeningReport

_SHOWN, _OF_PART = 5, 4
_WIDTH, _HEIGHT = 120, 28


def write_listening_page(path: Path, report: ListeningReport, language: Language) -> None:
    """Write the page as one self-contained file; every verbatim is masked."""
    words = read_words(language.code)
    themes = report.themes.to_dicts()
    path.write_text(
        render_page(
            "lealtad.experience.listening",
            "listening.html.jinja",
            language,
            words=words,
            as_of=report.as_of,
            notes=_describe_basis(report, language),
            emerging=[_describe_emerging(row, report, language) for row in themes if row["emerging"]],
            worst=_describe_worst(report, language),
            themes=[_describe_theme(row, report, language) for row in themes],
            parts=_describe_parts(report, language),
            places=_describe_places(report, language),
            proposals=report.proposals.to_dicts(),
            width=_WIDTH,
            height=_HEIGHT,
        ),
        encoding="utf-8",
    )


def _describe_basis(report: ListeningReport, language: Language) -> list[str]:
    words = read_words(language.code)
    page, number = words["page"], language.number
    languages = ", ".join(words["languages"][code].format(n=number(n)) for code, n in report.languages.items())
    sentences = [
        page["basis"].format(
            comments=number(report.comments),
            days=number(report.window_days),
            date=language.date(report.as_of),
            languages=languages,
            coverage=language.percent(report.coverage),
        ),
        _describe_method(report, language),
    ]
    if report.wordless:
        sentences.append(page["wordless"].format(n=number(report.wordless)))
    if report.themes["impact"].is_not_null().any() and report.nps is not None:
        nps = number(round(report.nps))
        sentences.append(page["impact_basis"].format(answers=number(report.answers), nps=nps))
    else:
        sentences.append(page["no_impact"].format(answers=number(report.answers)))
    taxonomy = report.taxonomy
    return [*sentences, page["taxonomy"].format(version=taxonomy.version, fingerprint=taxonomy.fingerprint)]


def _describe_method(report: ListeningReport, language: Language) -> str:
    page, read = read_words(language.code)["page"], report.sentiment
    scored = language.number(read.scored)
    if read.agreement is None and read.scored >= LEAST_SCORED:
        return page["method_lexicon_alike"].format(scored=scored)
    if read.agreement is None:
        return page["method_lexicon_few"].format(scored=scored)
    if read.method == "lexicon":
        return page["method_lexicon_ahead"].format(scored=scored)
    return page["method_own_scores"].format(scored=scored, agreement=language.decimal(read.agreement, 2))


def _name(report: ListeningReport, code: str, language: Language) -> str:
    name = report.taxonomy.name(code, language.code)
    return name[:1].upper() + name[1:]


def _describe_emerging(row: dict[str, Any], report: ListeningReport, language: Language) -> str:
    return read_words(language.code)["page"]["emerging_sentence"].format(
        theme=_name(report, row["theme"], language),
        recent=language.percent(row["recent_share"], 1),
        before=language.percent(row["before_share"], 1),
    )


def _describe_worst(report: ListeningReport, language: Language) -> list[str]:
    sure = report.themes.filter(pl.col("impact_high") < 0).sort("impact").head(_SHOWN)
    sentence = read_words(language.code)["page"]["worst_sentence"]
    return [
        sentence.format(
            theme=_name(report, row["theme"], language),
            impact=language.decimal(row["impact"], 1),
            low=language.decimal(row["impact_low"], 1),
            high=language.decimal(row["impact_high"], 1),
            share=language.percent(row["share"]),
        )
        for row in sure.iter_rows(named=True)
    ]


def _describe_theme(row: dict[str, Any], report: ListeningReport, language: Language) -> dict[str, Any]:
    words = read_words(language.code)
    has_impact, has_odds = row["impact"] is not None, row["odds"] is not None
    verbatims = report.verbatims.filter(theme=row["theme"])
    return {
        "code": row["theme"],
        "name": _name(report, row["theme"], language),
        "general": row["theme"] not in report.taxonomy.specific,
        "emerging": row["emerging"],
        "comments": language.number(row["comments"]),
        "share": language.percent(row["share"], 1),
        "negative": language.percent(row["negative_share"]),
        "impact": _sign(language, row["impact"]) if has_impact else "–",
        "impact_interval": f"{_sign(language, row['impact_low'])} … {_sign(language, row['impact_high'])}"
        if has_impact
        else "",
        "direction": "worse"
        if has_impact and row["impact_high"] < 0
        else "better"
        if has_impact and row["impact_low"] > 0
        else "",
        "alone": "–" if row["alone"] is None else _sign(language, row["alone"]),
        "odds": f"× {language.decimal(row['odds'], 2)}" if has_odds else "–",
        "odds_interval": f"{language.decimal(row['odds_low'], 2)} … {language.decimal(row['odds_high'], 2)}"
        if has_odds
        else "",
        "line": _draw_line(report, row["theme"]),
        "verbatims": [
            {"kind": words["kinds"][kind], "class": kind, "language": spoken or "", "text": text}
            for kind, spoken, text in verbatims.select("kind", "language", "text").iter_rows()
        ],
    }


def _describe_places(report: ListeningReport, language: Language) -> list[dict[str, Any]]:
    kinds, described = read_words(language.code)["kinds"], []
    for place in report.place_verbatims[PLACE].unique(maintain_order=True):
        _, channel, touchpoint = place.split("|")
        rows = report.place_verbatims.filter(place=place).select("kind", "language", "text")
        described.append(
            {
                "anchor": name_anchor(place),
                "name": _name_place(touchpoint, channel, language),
                "verbatims": [
                    {"kind": kinds[kind], "class": kind, "language": spoken or "", "text": text}
                    for kind, spoken, text in rows.iter_rows()
                ],
            }
        )
    return described


def _name_place(touchpoint: str, channel: str, language: Language) -> str:
    name = name_touchpoint(touchpoint, channel, language)
    return name if touchpoint == TICKET else f"{name} ({translate_name(channel, language.code)})"


def _sign(language: Language, value: float) -> str:
    return ("+" if value > 0 else "") + language.decimal(value, 1)


def _draw_line(report: ListeningReport, theme: str) -> str:
    """Return the points of the monthly share as an SVG line."""
    shares = report.months.filter(theme=theme).sort("month")["share"].to_list()
    most = max(shares, default=0.0) or 1.0
    step = _WIDTH / max(len(shares) - 1, 1)
    return " ".join(
        f"{k * step:.1f},{_HEIGHT - 2 - share / most * (_HEIGHT - 4):.1f}" for k, share in enumerate(shares)
    )


def _describe_parts(report: ListeningReport, language: Language) -> list[dict[str, Any]]:
    if report.parts.is_empty():
        return []
    words, described = read_words(language.code), []
    for (dimension, value), rows in report.parts.group_by("dimension", "value", maintain_order=True):
        is_stage = dimension == "stage" and value in STAGES
        largest = rows.sort(pl.col("impact").abs(), descending=True).head(_OF_PART)
        described.append(
            {
                "name": name_stage(str(value), language) if is_stage else str(value),
                "dimension": words["dimensions"][str(dimension)],
                "rows": [
                    f"{_name(report, row['theme'], language)} {_sign(language, row['impact'])} "
                    f"({_sign(language, row['impact_low'])} … {_sign(language, row['impact_high'])})"
                    for row in largest.iter_rows(named=True)
                ],
            }
        )
    return described
