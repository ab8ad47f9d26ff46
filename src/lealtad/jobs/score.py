"""Champion + features → the churn probability of every active customer on a night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base import job
from lealtad.base.language import format_count
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.examples.features import CompanyProfile, build_catalog, list_source_tables
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.erase import finish_erasure
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, Override, SettingsFile, Store, Until
from lealtad.lake import Lake
from lealtad.lake.erasing.objections import read_objections
from lealtad.monitoring.feeds import feed_health, find_dependent_customers, find_failing_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike

    from lealtad.company.settings import Settings
    from lealtad.models.registry import RegisteredModel


def score(  # noqa: PLR0913, PLR0917 - an option each
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    as_of: Until = "",
    override_kpi_hash: Override = False,
    settings: SettingsFile = SETTINGS,
) -> None:
    """Score every active customer with the champion, and add the scores to the lake's history.

    Scores of a past night are never changed, whichever model is champion now. If a feed of `[feeds] abstain` is
    late or thin, customers whose features depend on it get no score.
    """
    with job.step("score", out) as step:
        finish_erasure(out)
        lake = Lake.open(out / "lake")
        definition, moment = ModelDefinition.choose(model, lake.versions), parse_as_of(as_of, lake)
        store = job.find_store(tracking_uri, out)
        from lealtad.models import registry, scoring

        if moment < parse_as_of("", lake) and scoring.has_scores(lake, definition.name, moment):
            step.report(f"scores of {moment:%Y-%m-%d} exist already and are not changed")
            return
        champion = registry.load_champion(store, definition.name)
        objections = read_objections(lake)
        level = _estimate_level(step, lake, definition, champion, moment)
        withheld = _find_withheld(step, lake, follow_settings(step, settings), champion, moment)
        scores = scoring.score(
            lake,
            definition,
            champion,
            moment,
            level=level,
            override_kpi_hash=override_kpi_hash,
            objections=objections,
            withheld=withheld,
        )
        scoring.save_scores(
            lake,
            [scores],
            _predict_promoters(step, lake, find_definitions(model, lake)[1:], store, moment, objections),
        )
        _report_scores(step, scores, champion, moment, level)


def _report_scores(
    step: job.Step, scores: pl.DataFrame, champion: RegisteredModel, moment: datetime, level: float
) -> None:
    """Report how many customers were scored, and whether by a baseline or under other KPI definitions."""
    from lealtad.models import scoring

    if champion.stands_in:
        step.report(
            f"scored by the baseline {champion.stands_in}: no model has passed the gate yet "
            "(lealtad promote --explain)"
        )
    overridden = not scoring.has_current_kpis(champion)
    if overridden:
        step.report(f"--override-kpi-hash: version {champion.version} was trained under other KPI definitions")
    scored, leaving = scores["probability"].count(), scores["probability"].sum()
    step.report(
        f"{scored:,} active customers at {moment:%Y-%m-%d}, {leaving:,.0f} expected to leave, "
        f"{scores.height - scored:,} not scored"
    )
    step.note(scored=scored, as_of=moment.isoformat(), kpi_hash_overridden=overridden, level=level)


def _find_withheld(
    step: job.Step, lake: Lake, company: Settings, champion: RegisteredModel, moment: datetime
) -> Callable[[int], pl.Series] | None:
    """Return the customers of a bucket who get no score because a feed that the champion reads has failed."""
    if not company.feeds.abstain:
        return None
    failed = find_failing_tables(feed_health(lake, moment, company.feeds.ignore), company.feeds.abstain)
    read = list_source_tables(build_catalog(CompanyProfile.of(company)))
    needed = {table for column in champion.contract["columns"] for table in read.get(column, ())}
    tables = [name for name in failed if name in needed]
    if not tables:
        return None
    step.report(f"late or thin feed: {', '.join(tables)}; customers whose features rest on it are not scored")
    return lambda bucket: find_dependent_customers(lake, tables, moment, bucket)


def _estimate_level(
    step: job.Step, lake: Lake, definition: ModelDefinition, champion: RegisteredModel, moment: datetime
) -> float:
    """Return the level of the night, and report its basis."""
    from lealtad.models import scoring

    season = scoring.estimate_season_level(lake, definition, champion.season, moment)
    if season.shift:
        basis = f"from {format_count(season.rows, 'outcome')} known so far of the last nights"
        step.report(
            f"season level: {season.shift:+.2f} log-odds, {basis if season.rows else 'from last year alone'}"
        )
    return season.shift


def _predict_promoters(  # noqa: PLR0913, PLR0917 - whom, by what and when
    step: job.Step,
    lake: Lake,
    definitions: list[ModelDefinition],
    store: str,
    moment: datetime,
    objections: pl.Series,
) -> pl.DataFrame | None:
    """Return promoter probabilities, or None unless both models behind them have a champion."""
    from lealtad.learning.response.promoter import predict_promoters
    from lealtad.models import registry

    models = {definition.name: registry.find_champion(store, definition.name) for definition in definitions}
    promoter, answering = models.get("promoter"), models.get("answering")
    if promoter is None or answering is None:
        return None
    promoters = predict_promoters(
        lake,
        definitions[0],
        moment,
        promoter=_predict_by_own_columns(promoter),
        answering=_predict_by_own_columns(answering),
    )
    promoters = promoters.filter(~promoters["customer_id"].is_in(objections.implode()))
    bases = dict(promoters["promoter_basis"].value_counts().iter_rows())
    step.report(
        f"promoter probabilities: {', '.join(f'{count:,} {basis}' for basis, count in sorted(bases.items()))}"
    )
    return promoters


def _predict_by_own_columns(champion: RegisteredModel) -> Callable[[pd.DataFrame], ArrayLike]:
    return lambda rows: champion.probabilities(rows[champion.contract["columns"]])
