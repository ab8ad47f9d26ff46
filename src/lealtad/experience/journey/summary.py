"""The summary at the top of the page: missed targets at the busiest places, and touchpoints without an owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.experience.figure_wording import describe_target, format_interval, format_value, name_kpi
from lealtad.experience.journey import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.experience.journey.mapping import JourneyMap

_SHOWN = 8


@dataclass(frozen=True)
class JourneySummary:
    """The sentences at the top of the page.

    Attributes
    ----------
    headline
        States how many figures miss their target.
    misses, more
        Missed targets, the busiest places first; and how many more there are.
    notes
        KPIs that cannot be computed, missing owners, and facts without a touchpoint.
    """

    headline: str
    misses: tuple[str, ...]
    more: str
    notes: tuple[str, ...]


def summarise_journey(journey: JourneyMap, language: Language) -> JourneySummary:
    """Summarise the journey map in a few sentences."""
    having = select_judged_figures(journey.figures)
    missed = having.filter("alert")
    shown = missed.head(_SHOWN)
    hidden = missed.height - shown.height
    return JourneySummary(
        _describe_headline(having.height, missed.height, language),
        tuple(_describe_miss(figure, language) for figure in shown.iter_rows(named=True)),
        language.translate("And {n} more, marked on the map.", n=hidden) if hidden else "",
        tuple(note for note in _list_notes(journey, language) if note),
    )


def _describe_headline(n: int, missed: int, language: Language) -> str:
    _ = language.translate
    if not n:
        return _("No figure here has a target in lealtad.toml.")
    if not missed:
        return _("None of {n} figures misses its target beyond its interval.", n=n)
    if missed == 1:
        return _("1 of {n} figures misses its target beyond its interval.", n=n)
    return _("{missed} of {n} figures miss their target beyond their interval.", missed=missed, n=n)


def select_judged_figures(figures: pl.DataFrame) -> pl.DataFrame:
    """Return the figures that have a target, busiest first.

    Parameters
    ----------
    figures
        The rows of `JourneyMap.figures`; `alert` is null without a target.

    Returns
    -------
    Rows of the touchpoints; of a stage only if none of its touchpoints has the same figure and alert; and of the
    journey. Sorted by contacts, or by `n` if no contacts are counted.
    """
    having = figures.drop_nulls("alert")
    touchpoints = having.filter(pl.col("level") == "touchpoint")
    stages = having.filter(pl.col("level") == "stage").join(touchpoints, on=["stage", "kpi", "alert"], how="anti")
    loose = having.filter(pl.col("level") == "journey")
    happening = pl.coalesce("volume", "n")
    return pl.concat([touchpoints, stages, loose]).sort(happening, descending=True, maintain_order=True)


def _describe_miss(figure: Mapping[str, Any], language: Language) -> str:
    return language.translate(
        "{place}: {kpi} {value} ({interval}); {target}.",
        place=_describe_place(figure, language),
        kpi=name_kpi(figure, language),
        value=format_value(figure["kpi"], figure["value"], language),
        interval=format_interval(figure, language),
        target=describe_target(figure, language),
    )


def _describe_place(figure: Mapping[str, Any], language: Language) -> str:
    if figure["stage"] is None:
        return language.translate("Answers tied to no touchpoint")
    if figure["touchpoint"] is None:
        return wording.name_stage(figure["stage"], language)
    return wording.name_touchpoint(figure["touchpoint"], figure["channel"], language)


def _list_notes(journey: JourneyMap, language: Language) -> list[str]:
    _ = language.translate
    absent = [
        _("{kpi} cannot be computed: {why}", kpi=name_kpi({"kpi": kpi}, language), why=why)
        for kpi, why in journey.missing.items()
    ]
    return [*absent, *_describe_ownership(journey.figures, language), *_list_leftovers(journey, language)]


def _describe_ownership(figures: pl.DataFrame, language: Language) -> list[str]:
    points = figures.filter(pl.col("level") == "touchpoint", pl.col("kpi") == "volume", pl.col("volume") > 0)
    orphans = points.filter(pl.col("owner").is_null()).sort("volume", descending=True, maintain_order=True)
    if orphans.is_empty():
        return []
    names = ", ".join(_describe_place(row, language) for row in orphans.head(3).iter_rows(named=True))
    return [
        language.translate(
            "{n} of {all} touchpoints have no owner; they carry {share} of all contacts. The busiest: {names}.",
            n=orphans.height,
            all=points.height,
            share=language.percent(float(orphans["volume"].sum()) / float(points["volume"].sum())),
            names=names,
        )
    ]


def _list_leftovers(journey: JourneyMap, language: Language) -> list[str]:
    _ = language.translate
    invited = journey.figures.filter(pl.col("level") == "journey", pl.col("kpi") == "response_rate")
    loose = int(invited["n"].sum())
    n = language.number
    return [
        _("{n} survey invitations name no touchpoint or ticket; they are shown below the map.", n=n(loose))
        if loose
        else "",
        _(
            "{n} tickets name no touchpoint; they are shown under Service, by channel.",
            n=n(journey.unplaced_tickets),
        )
        if journey.unplaced_tickets
        else "",
        _(
            "{n} tickets have a priority without promised hours, so their times are not judged.",
            n=n(journey.unjudged_tickets),
        )
        if journey.unjudged_tickets
        else "",
        _(
            "{n} answers on effort do not state which end is easy (higher_is_easier); no figure includes them.",
            n=n(journey.undirected_answers),
        )
        if journey.undirected_answers
        else "",
    ]
