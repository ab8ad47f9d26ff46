"""Figures that miss their target beyond their interval and beyond chance, valid at any look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.experience.alerts.budget import MISS, compute_miss_threshold
from lealtad.experience.alerts.evidence import compute_log_evidence, list_starts
from lealtad.experience.alerts.shares import LEVELS, compute_judged_figures
from lealtad.experience.alerts.signal import Signal
from lealtad.experience.figures import ASKED
from lealtad.experience.journey.facts import read_facts
from lealtad.experience.journey.places import PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.company.settings import Settings
    from lealtad.lake import Lake

_SETTLED = timedelta(days=28)  # a figure needs that many days of data
_SHOWN = (*PLACE, "kpi", *ASKED, "value", "low", "high", "n", "target")


def judge_misses(
    lake: Lake,
    settings: Settings,
    as_of: datetime,
    owners: Mapping[str, str],
    cleared: Mapping[str, datetime],
) -> list[Signal]:
    """Judge each figure that has a target, of the company and of each touchpoint.

    Parameters
    ----------
    owners
        By touchpoint, as `stage|channel|touchpoint`, its owner.
    cleared
        By subject, when it was last cleared; older evidence was already reported.
    """
    judged = {start: _compute_since(lake, settings, as_of, start) for start in list_starts(as_of)}
    newest = max(judged)
    settled = newest if as_of - newest >= _SETTLED else min(judged)
    figures: dict[str, dict[datetime, dict[str, Any]]] = {}
    for start, rows in judged.items():
        for row in rows.iter_rows(named=True):
            figures.setdefault(_name_subject(row), {})[start] = row
    threshold = compute_miss_threshold(len(figures))
    return [
        _judge(subject, by_start, settled, threshold, owners, cleared.get(subject))
        for subject, by_start in sorted(figures.items())
    ]


def _compute_since(lake: Lake, settings: Settings, as_of: datetime, start: datetime) -> pl.DataFrame:
    days = (as_of - start).total_seconds() / 86_400
    if days <= 0:
        return pl.DataFrame()
    facts = read_facts(lake, as_of, days)
    rows = pl.concat(
        [compute_judged_figures(facts, settings, place) for place in LEVELS.values()], how="diagonal_relaxed"
    )
    absent = [pl.lit(None, pl.String).alias(name) for name in PLACE if name not in rows.columns]
    numbers = (rows[name].cast(pl.Float64).to_numpy() for name in ("mean", "facts", "level"))
    return rows.with_columns(*absent, pl.Series("evidence", compute_log_evidence(*numbers)))


def _judge(  # noqa: PLR0913, PLR0917 - a figure, and what it is judged by
    subject: str,
    by_start: Mapping[datetime, dict[str, Any]],
    settled: datetime,
    threshold: float,
    owners: Mapping[str, str],
    cleared: datetime | None,
) -> Signal:
    counting = {start: row for start, row in by_start.items() if cleared is None or start >= cleared}
    missed = {start: row["evidence"] for start, row in counting.items() if row["alert"]}
    since = max(missed, key=lambda start: missed[start], default=settled)
    row = by_start.get(since) or next(iter(by_start.values()))
    now = by_start.get(settled)
    place = (
        None if row["stage"] is None else "|".join(str(row[name]) for name in ("stage", "channel", "touchpoint"))
    )
    return Signal(
        MISS,
        subject,
        owners.get(place) if place else None,
        bool(missed) and missed[since] >= threshold,
        now is not None and bool(now["mean"] >= now["level"]),
        {name: row[name] for name in _SHOWN},
        since,
    )


def _name_subject(row: Mapping[str, Any]) -> str:
    parts = [row[name] for name in (*PLACE, "kpi", "metric", "kind", "scale_min", "scale_max", "higher_is_easier")]
    return "|".join(
        "" if part is None else f"{part:g}" if isinstance(part, float) else str(part) for part in parts
    )
