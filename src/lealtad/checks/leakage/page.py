"""The leak check as one page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from lealtad.base.sentence import translate_sentence
from lealtad.base.web_page import render_page
from lealtad.checks.leakage import suspicion
from lealtad.checks.leakage.comparison import ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.checks.leakage.findings import LeakFinding, LeakReport

_SHOWN = 25  # the strongest of hundreds of features


def write_page(path: Path, report: LeakReport, language: Language) -> None:
    """Write the report as one self-contained HTML file.

    It shows the verdict, the checks, the findings grouped by check and fix, the strength of every feature, and the
    limits that apply.
    """
    path.write_text(
        render_page(
            "lealtad.checks.leakage",
            "leakcheck.html.jinja",
            language,
            report=report,
            groups=_group_findings(report.findings, language),
            offending=sorted({finding.feature for finding in report.errors} - {ROWS}),
            strongest=[row for row in report.to_json()["echo"] if row["auc_0"] is not None][:_SHOWN],
            limits=_list_limits(language),
            echoes={finding.feature for finding in report.errors if finding.check == suspicion.NAME},
            place=lambda auc: round(6 + min(max(auc - 0.5, 0.0) * 2, 1) * 180, 1),
            n=language.number,
            translate=lambda sentence: translate_sentence(sentence, language),
        )
    )


def _group_findings(findings: tuple[LeakFinding, ...], language: Language) -> list[dict[str, object]]:
    """Group the findings of one check; of many features with the same problem, the first is described."""

    def sort(finding: LeakFinding) -> tuple[bool, str, str]:
        return finding.level != "error", finding.check, finding.fix

    return [
        {
            "level": same[0].level,
            "check": same[0].check,
            "features": [finding.feature for finding in same],
            "found": ("" if len(same) == 1 else f"{same[0].feature}: ")
            + translate_sentence(same[0].found, language),
            "fix": translate_sentence(same[0].fix, language),
        }
        for same in (list(group) for _, group in groupby(sorted(findings, key=sort), key=sort))
    ]


def _list_limits(language: Language) -> list[str]:
    limits = (*suspicion.LIMITS, *suspicion.HINDSIGHT_LIMITS, *suspicion.VERSIONED_LIMITS)
    return [
        *(translate_sentence(limit.says, language) for limit in limits),
        language.translate(
            "Each limit has a margin of three standard errors; the rows of one customer count as one."
        ),
    ]
