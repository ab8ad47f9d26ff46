"""What to do if the gate refuses: the lever of each check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEVERS = {
    "leak check": "run lealtad leakcheck, remove the columns that leakcheck.html names, and train again",
    "KPI definitions": "train again: the model learned under other definitions",
    "champion": "load the tables that hold these columns again, or choose a champion with --to",
    "profit": "learn from more dates ([dates] train) or a longer history; state [value] and actions that pay",
    "ranking": (
        "learn from more dates ([dates] train), predict a longer horizon_days, or keep fewer families; "
        "lealtad compare shows which learner ranks best"
    ),
    "base_rate": (
        "not better than chance: look for features that know the customer (touchpoints, tickets, orders), predict "
        "a longer horizon_days, or load more customers"
    ),
    "level": "train on newer dates, or on a whole year of them ([dates] train) so that the season is learned",
    "flat slope": "the model promises too much at both ends: more dates ([dates] train), fewer families",
    "steep slope": (
        "the model holds back too much: more dates ([dates] train), more trials ([search] trials), or the learner "
        '"mean" ([learner] kind)'
    ),
    "calibration error": (
        "more dates to calibrate on ([dates] train), a longer horizon_days, or fewer families of features; judge "
        "on more customers ([dates] test)"
    ),
    "worst date": "look at the feeds of that date (lealtad feeds) and at features that are the same for everybody",
    "level by date": "look at the feeds of that date (lealtad feeds), and learn from a whole year ([dates] train)",
    "no leap in ranking": (
        "look at the strongest features in leakcheck.html: a leap is a leak more often than luck. Who knows why "
        'promotes with --to N --because "…"'
    ),
}


def list_remedies(checks: pl.DataFrame, rivals: pl.DataFrame, slope: float) -> pl.DataFrame:
    """Return what can be done about each check that failed, one row each: `name, lever`.

    Parameters
    ----------
    checks
        `name, passed` of each check.
    rivals
        What `compute_rivals` returned: a baseline that is better is a lever itself.
    slope
        The slope of calibration that was found; below 1 the probabilities are too extreme.

    Examples
    --------
    >>> checks = pl.DataFrame({"name": ["leak check", "slope"], "passed": [True, False]})
    >>> list_remedies(checks, pl.DataFrame(), 1.5)["lever"].item()[:31]
    'the model holds back too much: '
    """
    failed = checks.filter(~pl.col("passed"))["name"].to_list()
    better = _find_better_baseline(rivals, failed)
    levers = [_choose_lever(name, slope, better) for name in failed]
    return pl.DataFrame({"name": failed, "lever": levers}, schema={"name": pl.String, "lever": pl.String})


def _choose_lever(name: str, slope: float, better: Mapping[str, str]) -> str:
    if name == "slope":
        return _LEVERS["flat slope" if slope < 1 else "steep slope"]
    measure, _, rival = name.partition(" against ")
    if rival == "base_rate":
        return _LEVERS["base_rate"]
    if name in better:
        return f"{better[name]}; or {_LEVERS[measure]}"
    return _LEVERS[measure]


def _find_better_baseline(rivals: pl.DataFrame, failed: list[str]) -> dict[str, str]:
    """Return by failed check the baseline that does better, if there is one."""
    rows = (
        {} if rivals.is_empty() else {f"{row['measure']} against {row['rival']}": row for row in rivals.to_dicts()}
    )
    return {
        name: f"{rows[name]['rival']} does better here: it can score until a model beats it"
        for name in failed
        if name in rows and rows[name]["rival"] not in ("champion", "base_rate")
    }
