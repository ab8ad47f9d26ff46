"""Results of a leak check: checks, findings, and whether the features are clean."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lealtad.base.outputs import check_output

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from lealtad.lake import Lake

Level = Literal["error", "warning"]
REPORT = "leakcheck.json"


@dataclass(frozen=True)
class LeakFinding:
    """One problem or suspicion.

    Attributes
    ----------
    level
        An error makes the features unclean; a warning asks a person to look.
    check
        The check that found it.
    feature
        The affected column.
    found, fix
        Sentences: what is wrong, and what to do.
    """

    level: Level
    check: str
    feature: str
    found: str
    fix: str


@dataclass(frozen=True)
class LeakCheck:
    """One check and its result.

    Attributes
    ----------
    says
        What the check requires, as a sentence.
    compared
        Values compared or judged.
    touched
        Rows of the tables that it removed, changed or read; 0 means there was nothing to check.
    """

    name: str
    says: str
    compared: int
    touched: int


@dataclass(frozen=True)
class LeakReport:
    """A leak check of one lake under one catalog.

    Attributes
    ----------
    commit
        The lake's commit.
    made_of
        What the features are made of: the catalog's hash and the versions of the tables.
    as_of
        The dates at which features were recomputed, ISO 8601.
    echo_as_of
        The labelled dates over which features were ranked against the outcome.
    customers
        Number of recomputed customers.
    features
        Number of checked columns.
    echo
        See `compute_echo`.
    """

    commit: int
    made_of: dict[str, str]
    as_of: tuple[str, ...]
    echo_as_of: tuple[str, ...]
    customers: int
    features: int
    checks: tuple[LeakCheck, ...]
    findings: tuple[LeakFinding, ...]
    echo: pl.DataFrame

    @property
    def is_clean(self) -> bool:
        """Whether no error was found."""
        return not self.errors

    @property
    def errors(self) -> list[LeakFinding]:
        """The findings that make the features unclean."""
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def warnings(self) -> list[LeakFinding]:
        """The findings that a person should look at."""
        return [finding for finding in self.findings if finding.level == "warning"]

    def has_passed(self, check: LeakCheck) -> bool:
        """Return whether a check found no error."""
        return not self.list_offending(check)

    def list_offending(self, check: LeakCheck) -> list[str]:
        """Return the features with an error of a check."""
        return sorted({finding.feature for finding in self.errors if finding.check == check.name})

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values; the strength of every feature is rounded."""
        echo = [{name: _to_plain(value) for name, value in row.items()} for row in self.echo.to_dicts()]
        return {
            "clean": self.is_clean,
            "commit": self.commit,
            "made_of": self.made_of,
            "as_of": list(self.as_of),
            "echo_as_of": list(self.echo_as_of),
            "customers": self.customers,
            "features": self.features,
            "checks": [
                {**vars(check), "passed": self.has_passed(check), "offending": self.list_offending(check)}
                for check in self.checks
            ],
            "findings": [vars(finding) for finding in self.findings],
            "echo": echo,
        }


def read_current_report(out: Path, lake: Lake) -> dict[str, Any] | None:
    """Return the report of the leak check of a run directory, if it covers the current features.

    It covers them if they were computed from the same tables by the same catalog.

    Parameters
    ----------
    out
        The run directory.
    lake
        Its notes state what the current features were computed from.

    Returns
    -------
    The content of `leakcheck.json`; None if there is none, or if it checked other features.

    Raises
    ------
    DamageError
        If the file was altered since a job wrote it.
    """
    path = out / REPORT
    if not path.is_file():
        return None
    check_output(path)
    try:
        report: dict[str, Any] = json.loads(path.read_text())
    except ValueError:
        return None
    made_of = report.get("made_of") or {"catalog": ""}
    return report if made_of.items() <= lake.notes("features").items() else None


def _to_plain(value: object) -> object:
    if isinstance(value, float):
        return None if value != value else round(value, 4)  # noqa: PLR0124 - NaN
    return value
