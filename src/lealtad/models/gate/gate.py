"""The gate: a challenger becomes champion only if every check passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.learning.evaluation import Economics, compute_calibration_line
from lealtad.models.gate.calibration_checks import check_calibration, check_dates
from lealtad.models.gate.checks import GateCheck, format_interval, tabulate_checks
from lealtad.models.gate.date_levels import check_date_levels
from lealtad.models.gate.ranking_jump import check_jump
from lealtad.models.gate.remedies import list_remedies
from lealtad.models.gate.rivals import compute_rivals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHAMPION, IGNORANT = "champion", "base_rate"
REPEATS = 400
_DEFAULT = Economics()


@dataclass(frozen=True)
class GateVerdict:
    """The verdict of the gate, with its checks.

    Attributes
    ----------
    checks
        One row per check: `name, passed, found, needed`.
    rivals
        One row per rival and measure; see `rivals.compute_rivals`.
    levers
        What can be done about each check that failed: `name, lever`.
    """

    checks: pl.DataFrame
    rivals: pl.DataFrame
    levers: pl.DataFrame

    @property
    def is_yes(self) -> bool:
        """Whether every check passed."""
        return bool(self.checks["passed"].all())

    @property
    def failures(self) -> list[str]:
        """The names of the checks that did not pass."""
        return self.checks.filter(~self.checks["passed"])["name"].to_list()


def judge_challenger(  # noqa: PLR0913 - what is judged, and on what terms
    judged: pl.DataFrame,
    *,
    challenger: str = "model",
    baselines: Sequence[str],
    leakcheck: Mapping[str, Any] | None,
    kpis: Mapping[str, str],
    champion_lacks: Sequence[str] = (),
    economics: Economics | None = _DEFAULT,
    capacity: int | None = None,
    seed: int = 7,
    repeats: int = REPEATS,
) -> GateVerdict:
    """Judge a challenger on one slice that is later than all its training dates.

    Money is what the list of each date would have earned; ranking is the ROC-AUC. Both are compared on the same
    customers, resampled as a whole (95 % percentile intervals of the difference). The challenger must

    - be free of leaks: the leak check of its features has run and is clean;
    - have learned under the KPI definitions in force, as the champion did;
    - earn more than the champion, and rank no worse: by the intervals of the differences;
    - earn and rank no worse than any baseline by the same rule, and better than the base rate in both;
    - be calibrated: level, slope and error, as far as the slice can show;
    - rank at every date, and be right in level at each, as far as the company's own season allows;
    - rank no better than is plausible: a person must approve a leap beyond champion and rules.

    Parameters
    ----------
    judged
        One row per customer and as-of date: `customer, as_of, observed`, the probabilities of the challenger and
        of each baseline by name. Optionally `champion` and `value` (V of each row).
    leakcheck
        The report, with `clean` and `findings`; None if there is none.
    kpis
        Hashes of KPI definitions: those `in_force`, of the `challenger`, and of the `champion` if there is one.
    champion_lacks
        Columns of the champion that the data no longer have; if there are any, it cannot be compared.
    economics
        Value and costs of a contact; None if the prediction leads to no contacts: then only ranking is compared.
    capacity
        Customers the team can contact per list; None for a tenth.

    Examples
    --------
    >>> import numpy as np, polars as pl
    >>> rng = np.random.default_rng(3)
    >>> p = rng.beta(1, 4, 3000)
    >>> judged = pl.DataFrame({"customer": range(3000), "as_of": ["2026-01-05"] * 3000,
    ...                        "observed": rng.random(3000) < p, "model": p, "base_rate": [0.2] * 3000})
    >>> said = judge_challenger(judged, baselines=["base_rate"], leakcheck={"clean": True},
    ...               kpis={"in_force": "k", "challenger": "k"}, repeats=100)
    >>> said.is_yes, said.checks["name"].to_list()[:4]
    (True, ['leak check', 'KPI definitions', 'profit against base_rate', 'ranking against base_rate'])
    """
    rivals = [CHAMPION] if CHAMPION in judged.columns else []
    compared = compute_rivals(
        judged,
        challenger,
        [*rivals, *baselines],
        economics=economics or _DEFAULT,
        capacity=capacity,
        seed=seed,
        repeats=repeats,
    )
    if economics is None:
        compared = compared.filter(pl.col("measure") != "profit")
    checks = [
        _check_leaks(leakcheck),
        _check_kpis(kpis),
        *_check_champion(champion_lacks),
        *(_check_rival(row) for row in compared.iter_rows(named=True)),
        *check_calibration(judged, challenger, seed=seed, repeats=repeats, baselines=baselines),
        check_dates(judged, challenger, seed=seed, repeats=repeats),
        check_date_levels(judged, challenger, seed=seed, repeats=repeats),
        check_jump(compared, CHAMPION),
    ]
    table = tabulate_checks(checks)
    slope = compute_calibration_line(judged["observed"], judged[challenger])[0]
    return GateVerdict(table, compared, list_remedies(table, compared, slope))


def _check_leaks(report: Mapping[str, Any] | None) -> GateCheck:
    needed = "a leak check of these features, and nothing found"
    if report is None:
        return GateCheck("leak check", False, "none: run lealtad leakcheck, then train again", needed)
    count = len(report.get("findings", []))
    return GateCheck(
        "leak check", bool(report["clean"]), "clean" if report["clean"] else f"{count} findings", needed
    )


def _check_kpis(kpis: Mapping[str, str]) -> GateCheck:
    hashes = ", ".join(f"{who} {kpis[who][:12]}" for who in ("challenger", "champion") if who in kpis)
    same = all(value == kpis["in_force"] for value in kpis.values())
    return GateCheck("KPI definitions", same, hashes, f"those in force ({kpis['in_force'][:12]}) for all")


def _check_champion(lacks: Sequence[str]) -> list[GateCheck]:
    if not lacks:
        return []
    some = ", ".join(lacks[:3]) + (f" and {len(lacks) - 3} more" if len(lacks) > 3 else "")  # noqa: PLR2004
    return [
        GateCheck(
            "champion", False, f"it needs {some}, which the data lack", "a champion that can score the slice"
        )
    ]


def _check_rival(row: Mapping[str, Any]) -> GateCheck:
    money = row["measure"] == "profit"
    # replacing a champion requires evidence of more money; beating the base rate requires evidence of both
    # measures
    strict = row["rival"] == IGNORANT or (money and row["rival"] == CHAMPION)
    digits = 1 if money else 4
    return GateCheck(
        name=f"{row['measure']} against {row['rival']}",
        passed=row["low"] > 0 if strict else row["high"] >= 0,
        found=f"{row['own']:.{digits}f} against {row['other']:.{digits}f}, "
        f"difference {format_interval(row['difference'], row['low'], row['high'], digits)}",
        needed="an interval above zero" if strict else "an interval that reaches zero",
    )
