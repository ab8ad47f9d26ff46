"""The texts of a finding: its severity, what was found, how to fix it."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("error", "warning", "advice")


def _(sentence: str) -> str:
    """Mark a sentence for translation."""
    return sentence


@dataclass(frozen=True)
class FindingText:
    """The texts of a finding: its severity, what was found, how to fix it."""

    level: str
    finding: str
    fix: str


def error(finding: str, fix: str) -> FindingText:
    return FindingText("error", finding, fix)


def warning(finding: str, fix: str) -> FindingText:
    return FindingText("warning", finding, fix)


def advice(finding: str, fix: str) -> FindingText:
    return FindingText("advice", finding, fix)


LEVEL_WORDS: dict[str, str] = {"error": _("error"), "warning": _("warning"), "advice": _("advice")}
COUNT_WORDS: dict[str, str] = {
    "error": _("errors: {n}"),
    "warning": _("warnings: {n}"),
    "advice": _("advice: {n}"),
}
