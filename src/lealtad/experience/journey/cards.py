"""What the page shows: per stage its touchpoints as cards, each with its figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.journey import wording
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.experience.journey.mapping import JourneyMap

_FULL = {"nps": (-100.0, 100.0), "csat": (0.0, 1.0), "response_rate": (0.0, 1.0), "sla_breach_share": (0.0, 1.0)}


@dataclass(frozen=True)
class Range:
    """Interval, value and target as positions between 0 and 100 on the KPI's own range."""

    low: float
    high: float
    value: float
    target: float | None


@dataclass(frozen=True)
class Line:
    """One figure in words."""

    name: str
    asked: str
    value: str
    interval: str
    arrow: str
    trend: str
    direction: str
    target: str
    missed: bool
    range: Range | None


@dataclass(frozen=True)
class Card:
    """One touchpoint, or what belongs to none."""

    name: str
    channel: str
    volume: str
    initiator: str
    owner: str
    unowned: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Stage:
    """One column of the page."""

    key: str
    name: str
    volume: str
    drop_off: Line | None
    lines: tuple[Line, ...]
    cards: tuple[Card, ...]


def stages(journey: JourneyMap, language: Language) -> list[Stage]:
    """Return the six stages, also those without a touchpoint."""
    return [_stage(name, journey.figures.filter(pl.col("stage") == name), language) for name in STAGES]


def loose_lines(journey: JourneyMap, language: Language) -> list[Line]:
    """Return the figures of answers that point at no touchpoint."""
    return _lines(journey.figures.filter(pl.col("level") == "journey"), language)


def _stage(name: str, figures: pl.DataFrame, language: Language) -> Stage:
    own = figures.filter(pl.col("level") == "stage")
    dropped = _lines(own.filter(pl.col("kpi") == "drop_off"), language)
    rest = own.filter(~pl.col("kpi").is_in(["volume", "drop_off"]))
    cards = figures.filter(pl.col("level") == "touchpoint").partition_by(
        "touchpoint", "channel", maintain_order=True
    )
    # the total of a stage says something only where several touchpoints add up to it
    measured = rest.height and len([card for card in cards if _measured(card).height]) > 1
    return Stage(
        name,
        wording.stage_name(name, language),
        _volume(own.row(0, named=True), language) if own.height else "",
        dropped[0] if dropped else None,
        tuple(_lines(rest, language)) if measured else (),
        tuple(_card(card, language) for card in cards),
    )


def _measured(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.filter(pl.col("kpi") != "volume")


def _card(figures: pl.DataFrame, language: Language) -> Card:
    first = figures.row(0, named=True)
    return Card(
        wording.touchpoint_name(first["touchpoint"], first["channel"], language),
        translate_name(first["channel"], language.code),
        _volume(first, language),
        wording.initiator(first["customer_share"], language) if first["volume"] else "",
        wording.owner_names(first["owner"], language),
        _unowned(first, language),
        tuple(_lines(_measured(figures), language)),
    )


def _volume(first: Mapping[str, Any], language: Language) -> str:
    if not first["volume"]:
        return language.say("no contact in this time")
    if first["volume"] == 1:
        return language.say("1 contact, 1 customer")
    if first["customers"] == 1:
        return language.say("{n} contacts, 1 customer", n=language.number(first["volume"]))
    return language.say(
        "{n} contacts, {customers} customers",
        n=language.number(first["volume"]),
        customers=language.number(first["customers"]),
    )


def _unowned(first: Mapping[str, Any], language: Language) -> str:
    """Say that nobody owns a touchpoint, or a part of it."""
    share = first["unowned_share"]
    if not first["volume"] or not share:
        return ""
    if share == 1:
        return language.say("Nobody owns this")
    return language.say("Nobody owns {share}", share=language.percent(share))


def _lines(figures: pl.DataFrame, language: Language) -> list[Line]:
    return [_line(figure, language) for figure in figures.iter_rows(named=True)]


def _line(figure: Mapping[str, Any], language: Language) -> Line:
    return Line(
        name=wording.kpi_name(figure, language),
        asked=wording.question(figure, language),
        value=wording.value_text(figure["kpi"], figure["value"], language),
        interval=wording.interval_text(figure, language),
        arrow=wording.arrow(figure),
        trend=wording.trend_text(figure, language),
        direction=figure["trend"] or "",
        target=wording.target_text(figure, language) if figure["target"] is not None else "",
        missed=bool(figure["alert"]),
        range=_range(figure),
    )


def _range(figure: Mapping[str, Any]) -> Range | None:
    known = [figure[name] for name in ("low", "high", "value")]
    if None in known or figure["kpi"] == "drop_off":
        return None
    least, most = _span(figure)
    low, high, value = (_position(number, least, most) for number in known)
    target = None if figure["target"] is None else _position(figure["target"], least, most)
    return Range(low, high, value, target)


def _span(figure: Mapping[str, Any]) -> tuple[float, float]:
    if figure["kpi"] == "ces":
        return figure["scale_min"], figure["scale_max"]
    # waits have no end: twice the target, or the interval where that is longer
    return _FULL.get(figure["kpi"], (0.0, max(figure["high"], 2 * (figure["target"] or 0.0))))


def _position(number: float, least: float, most: float) -> float:
    share = (number - least) / (most - least) if most > least else 0.0
    return round(100 * min(max(share, 0.0), 1.0), 1)
