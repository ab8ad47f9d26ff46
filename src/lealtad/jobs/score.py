"""Champion + features → the probability of every living customer on a night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base import job
from lealtad.base.language import counted
from lealtad.company.model_definition import Definition
from lealtad.company.settings_in_force import follow
from lealtad.examples.features import Company, catalog_of, tables_read
from lealtad.jobs.as_of import as_of_date
from lealtad.jobs.definitions import in_use
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, Override, SettingsFile, Store, Until
from lealtad.lake import Lake
from lealtad.monitoring.feeds import failing, feed_health, resting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike

    from lealtad.company.settings import Settings
    from lealtad.models.registry import Champion


def score(  # noqa: PLR0913, PLR0917 - an option each
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    as_of: Until = "",
    override_kpi_hash: Override = False,
    settings: SettingsFile = SETTINGS,
) -> None:
    """Score every living customer with the champion, and add the scores to the lake's history.

    The scores of a past night stay as they were kept, whoever is champion now. Customers whose features rest on a
    feed of `[feeds] abstain` that is late or thin get none.
    """
    with job.step("score", out) as step:
        lake = Lake.open(out / "lake")
        definition, moment = Definition.chosen(model, lake.versions), as_of_date(as_of, lake)
        store = job.tracking_uri(tracking_uri, out)
        from lealtad.models import registry, scoring

        if moment < as_of_date("", lake) and scoring.is_kept(lake, definition.name, moment):
            step.report(f"the scores of {moment:%Y-%m-%d} are kept, and stay as they are")
            return
        champion = registry.load_champion(store, definition.name)
        level = _level(step, lake, definition, champion, moment)
        scores = scoring.score(
            lake,
            definition,
            champion,
            moment,
            level=level,
            override_kpi_hash=override_kpi_hash,
            withheld=_withheld(step, lake, follow(step, settings), champion, moment),
        )
        overridden = not scoring.knows_kpis(champion)
        if overridden:
            step.report(f"--override-kpi-hash: version {champion.version} was trained under other KPI definitions")
        scoring.keep(lake, [scores], _promoters(step, lake, in_use(model, lake)[1:], store, moment))
        scored, leaving = scores["probability"].count(), scores["probability"].sum()
        step.report(
            f"{scored:,} living customers at {moment:%Y-%m-%d}, {leaving:,.0f} expected to leave, "
            f"{scores.height - scored:,} not scored"
        )
        step.note(scored=scored, as_of=moment.isoformat(), kpi_hash_overridden=overridden, level=level)


def _withheld(
    step: job.Step, lake: Lake, company: Settings, champion: Champion, moment: datetime
) -> Callable[[int], pl.Series] | None:
    """Return who gets no score since a feed failed on which the company abstains, if the champion reads it."""
    if not company.feeds.abstain:
        return None
    failed = failing(feed_health(lake, moment, company.feeds.ignore), company.feeds.abstain)
    read = tables_read(catalog_of(Company.of(company)))
    needed = {table for column in champion.contract["columns"] for table in read.get(column, ())}
    tables = [name for name in failed if name in needed]
    if not tables:
        return None
    step.report(f"no score for customers whose features rest on {', '.join(tables)}, which came late or thin")
    return lambda bucket: resting(lake, tables, moment, bucket)


def _level(step: job.Step, lake: Lake, definition: Definition, champion: Champion, moment: datetime) -> float:
    """Return the level of the night, and say what it rests on."""
    from lealtad.models import scoring

    found = scoring.season_level(lake, definition, champion.season, moment)
    if found.shift:
        by = f"by {counted(found.rows, 'outcome')} of the last nights, as far as they are known"
        step.report(
            f"level of the season: {found.shift:+.2f} log-odds, {by if found.rows else 'by last year alone'}"
        )
    return found.shift


def _promoters(
    step: job.Step, lake: Lake, definitions: list[Definition], store: str, moment: datetime
) -> pl.DataFrame | None:
    """Return who would recommend, where both models of it are in charge."""
    from lealtad.learning.response.promoter import promoter_probabilities
    from lealtad.models import registry

    models = {one.name: registry.find_champion(store, one.name) for one in definitions}
    promoter, answering = models.get("promoter"), models.get("answering")
    if promoter is None or answering is None:
        return None
    found = promoter_probabilities(
        lake, definitions[0], moment, promoter=_by_own_columns(promoter), answering=_by_own_columns(answering)
    )
    bases = dict(found["promoter_basis"].value_counts().iter_rows())
    step.report(
        f"who would recommend: {', '.join(f'{count:,} {basis}' for basis, count in sorted(bases.items()))}"
    )
    return found


def _by_own_columns(champion: Champion) -> Callable[[pd.DataFrame], ArrayLike]:
    return lambda rows: champion.probabilities(rows[champion.contract["columns"]])
