"""`lealtad leakcheck`: no feature of the company's lake may know more than was known at its date."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from lealtad.base import job
from lealtad.base.errors import ExitCode
from lealtad.base.language import Language
from lealtad.checks.leakage import REPORT
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.examples.features import CompanyProfile, check_settings
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech
from lealtad.jobs.overview import finish_pages
from lealtad.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.checks.leakage import LeakReport

PAGE = "leakcheck.html"
_SHOWN = 12  # findings printed; the page shows all


def leakcheck(
    out: Out = OUT, model: Model = MODEL, settings: SettingsFile = SETTINGS, language: Speech = "en"
) -> None:
    """Check whether any feature knows the future. Exit code 0: none does. 1: some do."""
    report = check_lake(out, model, settings, language)
    job.show(f"{_format_report(report)}\n\n{out / PAGE}")
    raise typer.Exit(ExitCode.DONE if report.is_clean else ExitCode.NO)


def check_lake(out: Path, model: Path, settings: Path = SETTINGS, language: str = "en") -> LeakReport:
    """Check the lake of a run, and write leakcheck.json and leakcheck.html to its directory."""
    from lealtad.checks.leakage import check_leaks as check
    from lealtad.checks.leakage import write_page

    with job.step("leakcheck", out) as step:
        lake, whole = Lake.open(out / "lake"), follow_settings(step, settings)
        company, definition = CompanyProfile.of(whole), ModelDefinition.choose(model, lake.versions)
        speech = Language.from_code(language, definition.value.currency, whole.names.by_language)
        check_settings(lake, company)
        report = check(lake, definition, company, step.report)
        with job.move_into_place(out / REPORT, out / PAGE) as [data, page]:
            data.write_text(json.dumps(report.to_json(), indent=1) + "\n")
            write_page(page, report, speech)
        finish_pages(out, whole, definition, speech)
        step.note(
            leakcheck={
                "clean": report.is_clean,
                "offending": sorted({finding.feature for finding in report.errors}),
            }
        )
    return report


def _format_report(report: LeakReport) -> str:
    """Return the verdict, the checks and the findings as lines of text."""
    verdict = "clean" if report.is_clean else "NOT CLEAN"
    lines = [f"{verdict}: {report.features} feature columns, {report.customers} customers recomputed", ""]
    for check in report.checks:
        broken = len(report.list_offending(check))
        result = f"{broken} features broken" if broken else "holds" if check.touched else "nothing to check"
        lines.append(f"  {check.name:<26} {check.compared:>11,} values  {result}")
    findings = sorted(report.findings, key=lambda finding: finding.level)
    for finding in findings[:_SHOWN]:
        lines += [
            "",
            f"{finding.level}: {finding.feature} ({finding.check})",
            f"  {finding.found}",
            f"  {finding.fix}",
        ]
    if len(findings) > _SHOWN:
        lines += ["", f"and {len(findings) - _SHOWN} more"]
    return "\n".join(lines)
