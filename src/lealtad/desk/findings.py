"""The figures that the night left for the head of customer experience: the journey, the KPIs, the monitor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.desk.places import name_touchpoint
from lealtad.experience.figure_lines import FigureLine, build_line

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language

_NUMBERS = ("value", "low", "high", "previous", "target", "scale_min", "scale_max", "n", "volume", "customers")
_FLAGS = ("alert", "higher_is_easier")


def read_figures(out: Path) -> list[dict[str, Any]]:
    """Return the figures of `kpis.csv`, with the types that they had; none before the first map."""
    path = out / "kpis.csv"
    if not path.is_file():
        return []
    rows = pl.read_csv(path, infer_schema=False)
    numbers = [pl.col(name).cast(pl.Float64) for name in _NUMBERS if name in rows.columns]
    flags = [(pl.col(name) == "true").alias(name) for name in _FLAGS if name in rows.columns]
    return rows.with_columns(*numbers, *flags).to_dicts()


def describe_journey(figures: list[dict[str, Any]], language: Language) -> list[dict[str, Any]]:
    """Return the touchpoints by stage, with their figures in words; misses first within a stage."""
    touchpoints: dict[tuple[str, str, str], dict[str, Any]] = {}
    for figure in figures:
        if figure["level"] != "touchpoint":
            continue
        key = (figure["stage"], figure["touchpoint"], figure["channel"] or "")
        named = name_touchpoint(figure["touchpoint"], language)
        entry = touchpoints.setdefault(
            key, {"stage": key[0], "name": named, "channel": key[2], "owner": figure["owner"] or "", "lines": []}
        )
        entry["lines"].append(build_line(figure, language))
    return list(touchpoints.values())


def describe_company(figures: list[dict[str, Any]], language: Language) -> list[FigureLine]:
    """Return the figures of the company as a whole in words."""
    return [build_line(figure, language) for figure in figures if figure["level"] == "company"]


def read_monitor(out: Path, language: Language) -> dict[str, Any] | None:
    """Return what the monitor found, in words; None before it ran.

    Promise and delivery are those of whole lists.
    """
    path = out / "monitoring.json"
    if not path.is_file():
        return None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    settled = [row for row in report.get("settled", []) if row["group"] == 0]
    return {
        "as_of": report["as_of"],
        "retrain": report["retrain"],
        "has_evidence": report["known"],
        "reasons": [_describe_reason(reason, language) for reason in report["reasons"]],
        "settled": sorted(settled, key=lambda row: (row["as_of"], row["measure"]), reverse=True),
    }


def _describe_reason(reason: dict[str, Any], language: Language) -> str:
    values = {
        name: language.percent(value, 1) if isinstance(value, float) else value
        for name, value in reason["values"].items()
    }
    return language.translate(reason["sentence"], **values)
