"""Content of the page: per stage its touchpoints as rows, each with its figures in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.company_kpis.month_line import draw_month_line
from lealtad.experience.figure_lines import FigureLine, build_line
from lealtad.experience.figure_styles import DROP_OFF, VOLUME
from lealtad.experience.figures import ASKED
from lealtad.experience.journey import wording
from lealtad.experience.journey.places import PLACE
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.base.language import Language
    from lealtad.experience.journey.mapping import JourneyMap


@dataclass(frozen=True)
class JourneyCard:
    """One touchpoint, or figures without a touchpoint."""

    name: str
    channel: str
    volume: str
    contacts: float
    initiator: str
    owner: str
    unowned: str
    place: tuple[str, str | None]
    lines: tuple[FigureLine, ...]
    variants: tuple[VariantLine, ...] = ()
    experiments: tuple[ExperimentLink, ...] = ()

    def find_line(self, column: FigureColumn) -> FigureLine | None:
        """Return the figure of a column; None if the touchpoint has none."""
        return next((line for line in self.lines if FigureColumn(line.name, line.asked) == column), None)


@dataclass(frozen=True)
class VariantLine:
    """One variant of a touchpoint in words."""

    name: str
    volume: str
    csat: str


@dataclass(frozen=True)
class ExperimentLink:
    """An experiment at a touchpoint: its verdict in words, and the address of its page."""

    touchpoint: str
    name: str
    verdict: str
    page: str


@dataclass(frozen=True)
class TouchpointWeight:
    """The weight of a touchpoint among the drivers of loyalty: a sentence, its rank, and a link to the page."""

    rank: int
    sentence: str
    page: str


@dataclass(frozen=True)
class JourneyWeights:
    """The weights of touchpoints, and the heading of their column, which sorts by them.

    Attributes
    ----------
    lines
        By stage, channel and touchpoint, separated by `|`.
    """

    lines: Mapping[str, TouchpointWeight]
    heading: str


@dataclass(frozen=True)
class FigureColumn:
    """One column of a stage's table: the KPI and the survey question."""

    name: str
    asked: str


@dataclass(frozen=True)
class StageTable:
    """One stage of the page: its own figures, and a row per touchpoint."""

    key: str
    name: str
    volume: str
    drop_off: FigureLine | None
    lines: tuple[FigureLine, ...]
    cards: tuple[JourneyCard, ...]

    @property
    def columns(self) -> list[FigureColumn]:
        """The KPIs of any touchpoint of the stage, in order of appearance."""
        return list(
            dict.fromkeys(FigureColumn(line.name, line.asked) for card in self.cards for line in card.lines)
        )


def build_stages(
    journey: JourneyMap, language: Language, experiments: Sequence[ExperimentLink] = ()
) -> list[StageTable]:
    """Return the six stages, including those without touchpoints; experiments are shown at their touchpoints."""
    stages = [
        _build_stage(name, journey.figures.filter(pl.col("stage") == name), journey.months, language)
        for name in STAGES
    ]
    return [_add_variants(stage, journey, language, experiments) for stage in stages]


def build_loose_lines(journey: JourneyMap, language: Language) -> list[FigureLine]:
    """Return the figures of answers without a touchpoint."""
    return _build_lines(journey.figures.filter(pl.col("level") == "journey"), language)


def _build_stage(name: str, figures: pl.DataFrame, months: pl.DataFrame, language: Language) -> StageTable:
    own = figures.filter(pl.col("level") == "stage")
    dropped = _build_lines(own.filter(pl.col("kpi") == DROP_OFF), language)
    rest = own.filter(~pl.col("kpi").is_in([VOLUME, DROP_OFF]))
    cards = figures.filter(pl.col("level") == "touchpoint").partition_by(
        "touchpoint", "channel", maintain_order=True
    )
    # the total of a stage is shown only if it sums several touchpoints
    measured = rest.height and len([card for card in cards if _drop_volume(card).height]) > 1
    return StageTable(
        name,
        wording.name_stage(name, language),
        _describe_volume(own.row(0, named=True), language) if own.height else "",
        dropped[0] if dropped else None,
        tuple(_build_lines(rest, language)) if measured else (),
        tuple(_build_card(card, months, language) for card in cards),
    )


def _add_variants(
    stage: StageTable, journey: JourneyMap, language: Language, experiments: Sequence[ExperimentLink]
) -> StageTable:
    """Add to each card the variants of its touchpoint, and the experiments there."""
    cards = []
    for card in stage.cards:
        touchpoint, channel = card.place
        here = (pl.col("touchpoint") == touchpoint) & pl.col("channel").eq_missing(pl.lit(channel))
        rows = journey.variants.filter(pl.col("stage") == stage.key, here)
        variants = tuple(_build_variant(row, language) for row in rows.iter_rows(named=True))
        links = tuple(link for link in experiments if variants and link.touchpoint == touchpoint)
        cards.append(replace(card, variants=variants, experiments=links))
    return replace(stage, cards=tuple(cards))


def _build_variant(row: Mapping[str, Any], language: Language) -> VariantLine:
    _ = language.translate
    csat = ""
    if row["csat"] is not None:
        value, low, high = (language.percent(row[name], 1) for name in ("csat", "csat_low", "csat_high"))
        csat = _("CSAT {value} [{low}, {high}]", value=value, low=low, high=high)
    customers = _("{customers} customers", customers=language.number(row["customers"]))
    return VariantLine(_("Variant {variant}", variant=row["variant"]), customers, csat)


def _drop_volume(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.filter(pl.col("kpi") != VOLUME)


def _build_card(figures: pl.DataFrame, months: pl.DataFrame, language: Language) -> JourneyCard:
    first = figures.row(0, named=True)
    own = months.filter(pl.all_horizontal(pl.col(name).eq_missing(pl.lit(first[name])) for name in PLACE))
    return JourneyCard(
        wording.name_touchpoint(first["touchpoint"], first["channel"], language),
        translate_name(first["channel"], language.code),
        _describe_volume(first, language),
        first["volume"] or 0.0,
        wording.describe_initiator(first["customer_share"], language) if first["volume"] else "",
        wording.name_owners(first["owner"], language),
        _describe_missing_owner(first, language),
        (first["touchpoint"], first["channel"]),
        tuple(_build_month_lines(_drop_volume(figures), own, language)),
    )


def _describe_volume(first: Mapping[str, Any], language: Language) -> str:
    if not first["volume"]:
        return language.translate("no contact in this time")
    if first["volume"] == 1:
        return language.translate("1 contact, 1 customer")
    if first["customers"] == 1:
        return language.translate("{n} contacts, 1 customer", n=language.number(first[VOLUME]))
    return language.translate(
        "{n} contacts, {customers} customers",
        n=language.number(first[VOLUME]),
        customers=language.number(first["customers"]),
    )


def _describe_missing_owner(first: Mapping[str, Any], language: Language) -> str:
    """State that a touchpoint, or a part of it, has no owner."""
    share = first["unowned_share"]
    if not first["volume"] or not share:
        return ""
    if share == 1:
        return language.translate("No owner")
    return language.translate("{share} without an owner", share=language.percent(share))


def _build_month_lines(figures: pl.DataFrame, months: pl.DataFrame, language: Language) -> list[FigureLine]:
    """Return the figures of a touchpoint, each with its line by month."""
    lines = []
    for figure in figures.iter_rows(named=True):
        same = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(figure[name])) for name in ("kpi", *ASKED))
        by_month = draw_month_line(months.filter(same).sort("month"), figure["target"], language)
        lines.append(replace(build_line(figure, language), months=by_month))
    return lines


def _build_lines(figures: pl.DataFrame, language: Language) -> list[FigureLine]:
    return [build_line(figure, language) for figure in figures.iter_rows(named=True)]
