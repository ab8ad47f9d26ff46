"""The data report as text for a terminal and as JSON; nothing is computed here."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.checks.sufficiency.finding import format_sentence, tabulate_findings
from lealtad.checks.sufficiency.finding_text import COUNT_WORDS, LEVEL_WORDS, LEVELS
from lealtad.checks.sufficiency.sentences import SENTENCES
from lealtad.checks.sufficiency.verdict_sentences import MEASURES, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.checks.sufficiency.report import DataReport
    from lealtad.checks.sufficiency.verdict import DataVerdict, Requirement

_COLOURS = {
    "error": "31;1",
    "warning": "33",
    "advice": "36",
    "yes": "32;1",
    "no": "31;1",
    "title": "1",
    "fix": "2",
}
_ABSENT = ("absent", "absent_no_features")
_MARGIN = 10  # under the level of a finding
_NUMBERS = 14  # above the words of a measure
_NARROWEST = 60


class TextLayout:
    """Layout of lines: width, language, and whether to use colours."""

    def __init__(self, language: Language, width: int, *, coloured: bool) -> None:
        self.language, self.width, self.coloured = language, max(width, _NARROWEST), coloured

    def colour(self, name: str, text: str) -> str:
        """Colour a text, if the page has colours."""
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if self.coloured else text

    def wrap(self, text: str, indent: str, hanging: str) -> str:
        """Break a text into lines."""
        return textwrap.fill(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=hanging,
            break_on_hyphens=False,
            break_long_words=False,
        )


def render_text(report: DataReport, page: TextLayout, heading: str) -> str:
    """Return the report as text: the tables, their findings, and at the end the verdicts."""
    findings = tabulate_findings(report.findings, page.language)
    parts = [heading, "", *_render_tables(report.rows, page), ""]
    for (table,), rows in _group_absent(findings, page).group_by("table", maintain_order=True):
        title = str(table) or page.language.translate("the company")
        parts += [page.colour("title", title), *_render_findings(rows, page), ""]
    parts += [_count_levels(findings, page), ""]
    for verdict in (report.churn, report.promoter):
        parts += [*_render_verdict(verdict, page, errors=bool(report.errors)), ""]
    return "\n".join(parts)


def render_json(report: DataReport, language: Language, source: str, checked_at: datetime) -> str:
    """Return the report as one JSON object; fixes keep the key `mend` of the first version, for other programs."""
    published = {"fix": "mend"}
    content: dict[str, Any] = {
        "source": source,
        "checked_at": f"{checked_at:%Y-%m-%dT%H:%M:%SZ}",
        "tables": [
            {
                name: f"{value:%Y-%m-%dT%H:%M:%SZ}" if hasattr(value, "year") else value
                for name, value in row.items()
            }
            for row in report.rows.iter_rows(named=True)
        ],
        "findings": tabulate_findings(report.findings, language).rename(published).to_dicts(),
        "verdicts": {
            verdict.goal: {
                "usable": verdict.usable,
                "measures": {
                    measure.name: {"value": measure.value, "needed": measure.needed}
                    for measure in verdict.measures
                },
                "missing": tabulate_findings(verdict.lacks, language)
                .select("code", "finding", "fix")
                .rename(published)
                .to_dicts(),
            }
            for verdict in (report.churn, report.promoter)
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _render_tables(rows: pl.DataFrame, page: TextLayout) -> Iterator[str]:
    say = page.language.translate
    heads = (say("table"), say("rows"), say("valid"), say("rejected"), say("from"), say("to"))
    yield page.colour("title", _render_row(heads).rstrip())
    for row in rows.iter_rows(named=True):
        numbers = [page.language.number(row[name]) for name in ("rows_in", "valid", "rejected")]
        days = [f"{row[name]:%Y-%m-%d}" if row[name] else "" for name in ("first", "last")]
        yield _render_row([row["table"], *numbers, *days]).rstrip()


def _render_row(cells: Sequence[str]) -> str:
    name, *numbers, first, last = cells
    return f"{name:<16}" + "".join(f"{number:>12}" for number in numbers) + f"   {first:<10}   {last:<10}"


def _group_absent(findings: pl.DataFrame, page: TextLayout) -> pl.DataFrame:
    """Return the findings with all absent tables under one title at the end."""
    absent = pl.col("code").is_in(_ABSENT)
    there, not_there = findings.filter(~absent), findings.filter(absent)
    title = pl.lit(page.language.translate("absent tables"))
    return pl.concat([there, not_there.with_columns(column="table", table=title, code=pl.lit("absent"))])


def _render_findings(found: pl.DataFrame, page: TextLayout) -> Iterator[str]:
    """Write the findings of one table; those with the same fix are grouped."""
    for (_, level), alike in found.group_by("code", "level", maintain_order=True):
        indent = " " * _MARGIN
        word = page.language.translate(LEVEL_WORDS[str(level)])
        for (sentence,), these in alike.group_by("finding", maintain_order=True):
            columns = ", ".join(name for name in these["column"] if name)
            text = page.wrap(f"{columns}: {sentence}" if columns else str(sentence), indent, indent + "  ")
            yield f"  {page.colour(str(level), f'{word:<{_MARGIN - 2}}')}{text[_MARGIN:]}"
            word = ""
        for fix in alike["fix"].unique(maintain_order=True):
            yield page.colour("fix", page.wrap(f"→ {fix}", indent, indent + "  "))


def _count_levels(findings: pl.DataFrame, page: TextLayout) -> str:
    counts = dict(findings["level"].value_counts().iter_rows())
    return ", ".join(
        format_sentence(page.language, COUNT_WORDS[level], {"n": counts.get(level, 0)}) for level in LEVELS
    )


def _render_verdict(verdict: DataVerdict, page: TextLayout, *, errors: bool) -> Iterator[str]:
    say = page.language.translate
    yes = (
        page.colour("no", say("yes, once the errors above are fixed"))
        if errors
        else page.colour("yes", say("yes"))
    )
    word = yes if verdict.usable else page.colour("no", say("no"))
    yield f"{page.colour('title', say(QUESTIONS[verdict.goal]))} {word}"
    for measure in verdict.measures:
        yield _render_requirement(measure, page)
    if verdict.lacks:
        yield "  " + say("What is missing:")
    for lack in verdict.lacks:
        sentence = SENTENCES[lack.code]
        yield page.wrap(format_sentence(page.language, sentence.finding, lack.values), "  - ", "    ")
        yield page.colour(
            "fix", page.wrap(f"→ {format_sentence(page.language, sentence.fix, lack.values)}", "    ", "      ")
        )


def _render_requirement(measure: Requirement, page: TextLayout) -> str:
    language = page.language
    number = (
        language.percent(measure.value)
        if measure.name == "response_rate"
        else language.number(round(measure.value))
    )
    text = language.translate(MEASURES[measure.name])
    if measure.needed is not None:
        text += " " + language.translate("({needed} needed)", needed=language.number(measure.needed))
    indent = " " * _NUMBERS
    figure = f"{number:>{_NUMBERS - 2}}"
    return (
        f"{page.colour('no', figure) if measure.short else figure}  " + page.wrap(text, indent, indent)[_NUMBERS:]
    )
