"""Content of the KPI page: per KPI its value, its line by month and its segments, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.experience.company_kpis.month_line import MonthLine, draw_month_line
from lealtad.experience.figure_lines import FigureLine, build_line
from lealtad.experience.figure_wording import format_interval, format_value
from lealtad.kpis.registry import find_measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.experience.company_kpis.figures import CompanyKpis

_QUESTION = ("kpi", "metric", "kind", "scale_min", "scale_max", "higher_is_easier")
_COHORTS, _AGES = 12, 12


@dataclass(frozen=True)
class SegmentLine:
    """One segment of a KPI in words."""

    name: str
    value: str
    interval: str


@dataclass(frozen=True)
class KpiCard:
    """One KPI of the company, or one question of it."""

    line: FigureLine
    months: MonthLine | None
    segments: tuple[SegmentLine, ...]


@dataclass(frozen=True)
class KpiSection:
    """The KPIs computed from one table."""

    key: str
    title: str
    cards: tuple[KpiCard, ...]


@dataclass(frozen=True)
class CohortTable:
    """The retention triangle: ages in months, and per cohort its size and a share per age."""

    ages: tuple[int, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def build_sections(kpis: CompanyKpis, language: Language) -> list[KpiSection]:
    """Return the KPIs by the table they come from; a table without a figure has no section."""
    _ = language.translate
    titles = {
        "surveys": _("What customers answer"),
        "ticket_events": _("Support"),
        "subscriptions": _("Retention and value"),
    }
    figures = kpis.figures.filter(pl.col("level") == "company")
    cards = [(find_measure(row["kpi"]).table, _build_card(row, kpis, language)) for row in figures.to_dicts()]
    sections = [
        KpiSection(table, title, tuple(card for of_table, card in cards if of_table == table))
        for table, title in titles.items()
    ]
    return [section for section in sections if section.cards]


def build_cohort_table(kpis: CompanyKpis, language: Language) -> CohortTable | None:
    """Return the triangle of the newest cohorts, newest first; None if there is none."""
    rows = kpis.figures.filter(pl.col("level") == "cohort", pl.col("age_months") < _AGES)
    if rows.is_empty():
        return None
    newest = rows["cohort"].unique().sort(descending=True).head(_COHORTS)
    ages = tuple(range(int(rows.filter(pl.col("cohort").is_in(newest.implode()))["age_months"].max()) + 1))  # type: ignore[arg-type]
    lines = []
    for cohort in newest:
        own = rows.filter(pl.col("cohort") == cohort)
        shares = dict(own.select("age_months", "value").iter_rows())
        cells = tuple(language.percent(shares[age]) if age in shares else "" for age in ages)
        lines.append((language.month(cohort), language.number(own["n"][0]), cells))
    return CohortTable(ages, tuple(lines))


def _build_card(figure: Mapping[str, Any], kpis: CompanyKpis, language: Language) -> KpiCard:
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(figure[name])) for name in _QUESTION)
    own = kpis.figures.filter(same)
    months = own.filter(pl.col("level") == "month").sort("month")
    segments = own.filter(pl.col("level") == "segment").sort("segment")
    return KpiCard(
        build_line(figure, language),
        draw_month_line(months, figure["target"], language),
        tuple(
            SegmentLine(
                row["segment"], format_value(row["kpi"], row["value"], language), format_interval(row, language)
            )
            for row in segments.iter_rows(named=True)
        ),
    )
