"""Features + outcomes → calibrated models, compared with their baselines, registered as challengers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base import job
from lealtad.base.errors import TooLittleDataError
from lealtad.base.spreadsheet import write_csv
from lealtad.checks.leakage import read_current_report
from lealtad.company.outcome_definition import Contractual, Inactivity, Recommending
from lealtad.company.settings_in_force import follow_settings
from lealtad.examples.features import CompanyProfile, build_catalog, check_settings
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Store
from lealtad.lake import Lake
from lealtad.learning import on_lake as training

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import ArrayLike

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.settings import Settings
    from lealtad.experiments.effect import Effect
    from lealtad.models.registry import RegisteredModel

EFFECT = "effect.json"
_NPS_WORDS = {
    "title": "NPS of all customers, 95 % intervals",
    "x": "NPS, points",
    "naive": "answers alone",
    "ipw": "weighted answers",
    "doubly_robust": "doubly robust",
    "tilted": "tilted (best estimate)",
    "bounds": "worst-case bounds",
}


def train(
    out: Out = OUT, model: Model = MODEL, tracking_uri: Store = "", settings: SettingsFile = SETTINGS
) -> None:
    """Train the models of a company, or of one definition: log a run of each, and register it as challenger."""
    with job.step("train", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        check_settings(lake, CompanyProfile.of(company))
        store = job.find_store(tracking_uri, out)
        first, *others = find_definitions(model, lake)
        step.note(**_train_model(step, lake, first, company, store))
        for definition in others:
            try:
                facts = _train_model(step, lake, definition, company, store)
            except TooLittleDataError as error:
                step.report(f"{definition.name}: not trained; {error}")
            else:
                step.note(**{definition.name: facts})
        for definition in (first, *others):
            if isinstance(definition.label, Recommending):
                _write_base_nps(step, lake, definition)


def train_baseline(  # noqa: PLR0913, PLR0917 - a baseline, and where it is trained and kept
    step: job.Step, lake: Lake, definition: ModelDefinition, company: Settings, store: str, baseline: str
) -> tuple[training.TrainedModel, str]:
    """Train a baseline as a model that can score and be explained; return it and its name/version."""
    from lealtad.learning.estimators.baseline_models import make_baseline_learner

    searched = definition.model_copy(update={"booster": None})
    trained = training.train(
        lake,
        searched,
        step.report,
        capacity=_find_capacity(company),
        catalog=build_catalog(CompanyProfile.of(company)),
        learner=make_baseline_learner(baseline),
    )
    return trained, _register(step, lake, definition, company, store, trained, stands_in=baseline)


def _find_capacity(company: Settings) -> int:
    from lealtad.worklist.exploration import compute_contact_limit

    return compute_contact_limit(company.worklist)


def _train_model(
    step: job.Step, lake: Lake, definition: ModelDefinition, company: Settings, store: str
) -> dict[str, Any]:
    """Train one model, and return its entry of the summary."""
    trained = _learn(step, lake, definition, company, store)
    if trained.season is not None:
        step.report(
            f"churn varies by season (SD {trained.season.spread:.2f} log-odds beyond chance): scores are adjusted "
            "each night, by the outcomes of the last nights so far"
        )
    if not trained.chance.is_better:
        step.report(f"{definition.name}: {trained.chance.sentence}")
    registered = _register(step, lake, definition, company, store, trained)
    step.report(f"registered as challenger: {registered}; next: lealtad promote")
    shown = trained.metrics.select("name", *training.METRICS)
    with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, float_precision=4):
        job.show(shown)
    return {"model": registered, "metrics": {row.pop("name"): row for row in shown.iter_rows(named=True)}}


def _register(  # noqa: PLR0913, PLR0917 - what a registered model is made of
    step: job.Step,
    lake: Lake,
    definition: ModelDefinition,
    company: Settings,
    store: str,
    trained: training.TrainedModel,
    stands_in: str = "",
) -> str:
    """Register a model as challenger, with its leak check and the effect of contacts; return its name/version."""
    from lealtad.experiments.effect import summarize_actions, summarize_effect
    from lealtad.models.recording import record

    attached, effect_table = {}, None
    if isinstance(definition.label, Contractual | Inactivity):
        effect = _measure_effect(lake, definition, company, trained)
        step.report(f"effect of contacts: {summarize_effect(effect)}")
        attached, effect_table = {EFFECT: effect.to_text()}, summarize_actions(effect)
    report = read_current_report(step.out, lake)
    if report is None:
        step.report("no leak check of these features; the gate needs one: run lealtad leakcheck")
    card = step.out / "models" / definition.name / "card.md"  # the champion's card, with text that people wrote
    return record(
        trained,
        lake,
        definition,
        store,
        step.out / "mlartifacts",
        leakcheck=report,
        known_card=card.read_text(encoding="utf-8") if card.is_file() else "",
        attached=attached,
        effect=effect_table,
        stands_in=stands_in,
    )


def _learn(
    step: job.Step, lake: Lake, definition: ModelDefinition, company: Settings, store: str
) -> training.TrainedModel:
    """Train one model and compare it with the champion of its definition, if there is one."""
    from lealtad.models import registry

    step.report(f"{definition.name}: {definition.label.kind}")
    in_charge = registry.find_champion(store, definition.name)
    return training.train(
        lake,
        definition,
        step.report,
        champion=_predict_by_contract(in_charge),
        champion_season=None if in_charge is None else in_charge.season,
        capacity=_find_capacity(company),
        storage=step.out / f"search-{definition.name}.journal",
        catalog=build_catalog(CompanyProfile.of(company)),
    )


def _write_base_nps(step: job.Step, lake: Lake, definition: ModelDefinition) -> None:
    """Write the NPS of all customers, non-respondents included, as a table and a chart."""
    from lealtad.learning.response.nonresponse import plot_base_nps
    from lealtad.learning.response.promoter import build_surveyed_base

    try:
        nps = build_surveyed_base(lake, definition).nps
    except TooLittleDataError as error:
        step.report(f"NPS of all customers: not estimated; {error}")
        return
    with job.move_into_place(step.out / "nps.csv", step.out / "nps.png") as [table, chart]:
        write_csv(nps, table, decimals=2, quote_numbers=False)
        plot_base_nps(nps, words=_NPS_WORDS).savefig(chart, format="png", metadata={"Software": None})
    by_estimate = {row["estimate"]: row for row in nps.iter_rows(named=True)}
    naive, every, range_of = by_estimate["naive"], by_estimate["tilted"], by_estimate["bounds"]
    step.report(
        f"NPS: {naive['value']:.1f} of those who answer, {every['value']:.1f} [{every['low']:.1f}, "
        f"{every['high']:.1f}] of all customers if opinions last from one invitation to the next. "
        f"Without that assumption it is between {range_of['low']:.1f} and {range_of['high']:.1f}."
    )
    step.note(nps=nps.to_dicts())


def _predict_by_contract(champion: RegisteredModel | None) -> Callable[[pd.DataFrame], ArrayLike] | None:
    if champion is None:
        return None
    # columns of an older model that the lake no longer has count as missing
    return lambda rows: champion.probabilities(rows.reindex(columns=champion.contract["columns"]))


def _measure_effect(
    lake: Lake, definition: ModelDefinition, company: Settings, trained: training.TrainedModel
) -> Effect:
    """Measure the effect of contacts from the company's campaigns."""
    from lealtad.learning.on_lake.cross_fit import CrossFitModel
    from lealtad.worklist.effect_estimates import measure_effect

    profile = CompanyProfile.of(company)
    apart = CrossFitModel(trained, definition, build_catalog(profile))
    return measure_effect(lake, definition, company.worklist, apart.predict, profile)
