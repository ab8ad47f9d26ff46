"""The best baseline as champion, if the gate refused a company's first model and finds the baseline better."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.options import SETTINGS
from lealtad.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.job import Step
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.learning.on_lake import TrainedModel
    from lealtad.models.gate import GateVerdict
    from lealtad.models.registry import RegisteredModel

_SHARED = {"leak check", "KPI definitions", "no leap in ranking"}  # checks of the columns, which a baseline shares
_IGNORANT = "base_rate"


def promote_baseline(  # noqa: PLR0913, PLR0917 - what was refused, and what the gate found
    step: Step,
    out: Path,
    definition: ModelDefinition,
    refused: RegisteredModel,
    verdict: GateVerdict,
    store: str,
) -> bool:
    """Make the best baseline champion if it passes the gate against the trivial ones; return whether it did.

    A list needs a ranking. Until a model passes, a simple rule that passes on later dates is better than none.
    """
    baseline = choose_baseline(verdict)
    if baseline is None:
        return False
    from lealtad.jobs.train import train_baseline
    from lealtad.models import registry

    step.report(f"the gate finds {baseline} better: it is trained to score until a model passes")
    lake, company = Lake.open(out / "lake"), follow_settings(step, SETTINGS)
    trained, registered = train_baseline(step, lake, definition, company, store, baseline)
    version = registered.rpartition("/")[2]
    answer = _judge(trained, refused, definition)
    if answer.is_yes:
        because = f"the best baseline ({baseline}) scores until a model passes: the gate refused version "
        registry.make_champion(
            store, definition.name, version, because=because + refused.version, gate="best baseline", at=_now()
        )
        step.report(f"champion: {registered}, the baseline {baseline}; lists state this")
    else:
        step.report(f"no: {baseline} fails {', '.join(answer.failures)}")
    registry.name_challenger(store, definition.name, refused.version)
    return answer.is_yes


def choose_baseline(verdict: GateVerdict) -> str | None:
    """Return the baseline that ranks best; None if the gate refuses the columns that all models share.

    Examples
    --------
    >>> from lealtad.models.gate import GateVerdict
    >>> checks = pl.DataFrame({"name": ["calibration error"], "passed": [False]})
    >>> rivals = pl.DataFrame({"rival": ["base_rate", "recency", "logistic"], "measure": ["ranking"] * 3,
    ...                        "other": [0.5, 0.7, 0.8]})
    >>> choose_baseline(GateVerdict(checks, rivals, pl.DataFrame()))
    'logistic'
    """
    if _SHARED & set(verdict.failures):
        return None
    ranking = verdict.rivals.filter(
        pl.col("measure") == "ranking", ~pl.col("rival").is_in([_IGNORANT, "champion"])
    )
    return None if ranking.is_empty() else str(ranking.sort("other", descending=True)["rival"][0])


def _judge(trained: TrainedModel, refused: RegisteredModel, definition: ModelDefinition) -> GateVerdict:
    """Ask the gate about a baseline, against the trivial ones, by the evidence of the refused model."""
    from lealtad.kpis import definitions_hash
    from lealtad.learning.evaluation import Economics
    from lealtad.learning.on_lake import MODEL
    from lealtad.models.gate import judge_challenger

    judged = trained.test.rows.select("as_of", "observed").with_columns(
        pl.Series("customer", trained.test.customers),
        *(pl.Series(name, trained.probabilities[name]) for name in (MODEL, _IGNORANT)),
    )
    in_force = definitions_hash()
    return judge_challenger(
        judged,
        challenger=MODEL,
        baselines=[_IGNORANT],
        leakcheck=refused.leakcheck,
        kpis={"in_force": in_force, "challenger": in_force},
        economics=Economics() if isinstance(definition.label, Contractual | Inactivity) else None,
        seed=definition.seed,
    )


def _now() -> datetime:
    return datetime.now(UTC)
