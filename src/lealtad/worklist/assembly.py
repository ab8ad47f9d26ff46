"""Building a list: gather the night, decide, explain, and compute promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.company.playbook import read_holdout_key
from lealtad.company.playbook.checking import check_answers
from lealtad.experiments.effect import Effect
from lealtad.kpis import definitions_hash
from lealtad.models import scoring
from lealtad.worklist.complete_list import Worklist
from lealtad.worklist.deciding import decide
from lealtad.worklist.effect_estimates import effect_columns, estimate_saved
from lealtad.worklist.night import gather_night
from lealtad.worklist.reason_cache import ReasonCache
from lealtad.worklist.recommended import add_last_recommended, add_recommendations
from lealtad.worklist.stored_lists import LISTS
from lealtad.worklist.team_rows import build_team_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.playbook import Playbook
    from lealtad.examples.features import Feature
    from lealtad.kpis import BusinessCalendar
    from lealtad.lake import Lake
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night
    from lealtad.worklist.reasons import Promises

_KPI_DIGITS = 12


def build_worklist(  # noqa: PLR0913, PLR0917 - what a list is made of
    lake: Lake,
    definition: ModelDefinition,
    playbook: Playbook,
    as_of: datetime,
    tracking_uri: str,
    language: Language,
    catalog: Sequence[Feature],
    say: Callable[[str], None] = lambda _: None,
    calendar: BusinessCalendar | None = None,
    promises: Promises | None = None,
    offers: pl.DataFrame | None = None,
) -> Worklist:
    """Build the list of a night, without writing anything.

    The stored scores of the night are read, and explained by the model that computed them.

    Parameters
    ----------
    calendar
        Working days of the company, for due dates; None for every day.
    promises
        The company's promises to its customers, for the reasons; None for no promises.
    offers
        Product offers of this night, as `lealtad.recommending.files.read_offers` returns them; None for none.

    Raises
    ------
    LakeError
        If the lake holds no scores or no features of the night, or the newest scores are based on other facts.
    ModelError
        If the model that computed the scores no longer exists.
    SettingsError
        If an action answers an unknown topic, or the holdout key is not set.
    """
    from lealtad.models import registry

    check_answers(playbook.actions, (topic for feature in catalog for topic in (feature.about, feature.family)))
    is_newest = _is_newest(lake, as_of)
    scores = _read_scores(lake, definition, as_of, must_be_current=is_newest)
    model = registry.load_version(tracking_uri, definition.name, scores["model_version"][0])
    effect = Effect.from_text(model.read_artifact("effect.json"))
    night = gather_night(
        lake, definition, scores, scoring.read_promoters(lake, as_of), playbook, effect_columns(lake, effect)
    )
    active = night.candidates.drop_nulls("probability")
    zone = "UTC" if calendar is None else calendar.zone
    why = ReasonCache(model, lake, as_of, language, catalog, playbook, active, promises, zone)
    say(f"choosing among {scores['probability'].count():,} customers and {len(playbook.actions)} actions")
    key = read_holdout_key(playbook)
    decision = _decide(night, playbook, effect, why, key)
    chosen = pl.DataFrame() if offers is None else offers
    decision, recommended = add_recommendations(lake, night, decision, chosen, playbook, key)
    night = add_last_recommended(lake, night)
    team = build_team_rows(lake, definition, night, decision, why, calendar, by_baseline=bool(model.stands_in))
    if recommended.rows.height:
        more = recommended.build_team_rows(lake, night, playbook, language, calendar)
        team = pl.concat([team, more], how="diagonal_relaxed")
    return Worklist(night, decision, model, effect, team, playbook, is_newest, why, recommended)


def _decide(night: Night, playbook: Playbook, effect: Effect, why: ReasonCache, key: bytes) -> Decision:
    return decide(
        night,
        playbook,
        saved=estimate_saved(night, playbook, effect),
        key=key,
        kpi_version=definitions_hash()[:_KPI_DIGITS],
        eligible=why.filter_eligible,
        distinguishes=effect.distinguishes,
    )


def _read_scores(
    lake: Lake, definition: ModelDefinition, as_of: datetime, *, must_be_current: bool
) -> pl.DataFrame:
    scores = scoring.read_scores(lake, definition.name, as_of)
    if must_be_current and not scoring.is_current(lake, definition.name, as_of):
        raise LakeError(
            path=lake.root,
            expected=f"scores of the current data at {as_of:%Y-%m-%d}",
            found="scores of other data",
            fix="Run lealtad score, then lealtad worklist.",
        )
    return scores


def _is_newest(lake: Lake, as_of: datetime) -> bool:
    if not lake.has(LISTS):
        return True
    return lake.read(LISTS, columns=["as_of"], where=pl.col("as_of") > as_of).is_empty()
