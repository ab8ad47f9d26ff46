"""Figures for the head of customer experience, from the night's files: the journey, the KPIs, the monitor."""

from __future__ import annotations

import json
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.desk.places import name_owner, name_touchpoint
from lealtad.desk.words import name_code
from lealtad.experience.figure_lines import FigureLine, build_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.base.language import Language

    Verbatims = Mapping[str, list[dict[str, str | None]]]

_NUMBERS = ("value", "low", "high", "previous", "target", "scale_min", "scale_max", "n", "volume", "customers")
_FLAGS = ("alert", "higher_is_easier")


def read_figures(out: Path) -> list[dict[str, Any]]:
    """Return the figures of `kpis.csv` in their types; empty before the first journey map."""
    path = out / "kpis.csv"
    if not path.is_file():
        return []
    rows = pl.read_csv(path, infer_schema=False)
    numbers = [pl.col(name).cast(pl.Float64) for name in _NUMBERS if name in rows.columns]
    flags = [(pl.col(name) == "true").alias(name) for name in _FLAGS if name in rows.columns]
    return rows.with_columns(*numbers, *flags).to_dicts()


def describe_journey(
    figures: list[dict[str, Any]], language: Language, verbatims: Verbatims = MappingProxyType({})
) -> list[dict[str, Any]]:
    """Return the touchpoints by stage, with their figures in words; misses first within a stage.

    Parameters
    ----------
    verbatims
        Sentences of customers by `stage|channel|touchpoint`; see `loyalty.describe_verbatims`.
    """
    touchpoints: dict[tuple[str, str, str], dict[str, Any]] = {}
    for figure in figures:
        if figure["level"] != "touchpoint":
            continue
        key = (figure["stage"], figure["touchpoint"], figure["channel"] or "")
        named = name_touchpoint(figure["touchpoint"], language)
        entry = touchpoints.setdefault(
            key,
            {
                "stage": key[0],
                "name": named,
                "channel": key[2],
                "owner": name_owner(figure["owner"], language),
                "verbatims": verbatims.get(f"{key[0]}|{key[2]}|{key[1]}", []),
                "lines": [],
            },
        )
        entry["lines"].append(build_line(figure, language))
    return sorted(touchpoints.values(), key=lambda entry: not any(line.missed for line in entry["lines"]))


def describe_company(figures: list[dict[str, Any]], language: Language) -> list[FigureLine]:
    """Return the figures of the company as a whole in words."""
    return [build_line(figure, language) for figure in figures if figure["level"] == "company"]


def read_monitor(out: Path, language: Language) -> dict[str, Any] | None:
    """Return the result of the monitor in words; None before it ran.

    Promise and delivery are those of whole lists.
    """
    path = out / "monitoring.json"
    if not path.is_file():
        return None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    settled = [row for row in report.get("settled", []) if row["group"] == 0]
    ordered = sorted(settled, key=lambda row: (row["as_of"], row["measure"]), reverse=True)
    return {
        "day": _write_day(report["as_of"], language),
        "retrain": report["retrain"],
        "has_evidence": report["known"],
        "reasons": [_describe_reason(reason, language) for reason in report["reasons"]],
        "settled": [_describe_settled(row, language) for row in ordered],
    }


def _describe_settled(row: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return a measure of a list in words: promised and delivered, each with its 95 % interval."""

    def write(value: float) -> str:
        return language.money(value) if row["measure"] == "profit" else language.decimal(value, 1)

    def write_with_interval(name: str, low: str, high: str) -> str:
        ends = [row[name], row.get(low), row.get(high)]
        if ends[0] is None:
            return "–"
        return write(ends[0]) + ("" if None in ends else f" ({write(ends[1])} – {write(ends[2])})")

    return {
        "day": _write_day(row["as_of"], language),
        "name": name_code("measure", row["measure"], language.code),
        "promised": write_with_interval("promised", "promised_low", "promised_high"),
        "delivered": write_with_interval("delivered", "low", "high"),
        "missed": row.get("kept") is False,
    }


def _write_day(moment: str, language: Language) -> str:
    return language.date(datetime.fromisoformat(moment))


def _describe_reason(reason: dict[str, Any], language: Language) -> str:
    values = {
        name: language.percent(value, 1) if isinstance(value, float) else value
        for name, value in reason["values"].items()
    }
    return language.translate(reason["sentence"], **values)
