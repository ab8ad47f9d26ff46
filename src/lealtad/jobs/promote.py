"""Challenger against champion on one later slice → a verdict; if it passes, the alias `champion` moves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from lealtad.base import job
from lealtad.base.errors import ExitCode, SettingsError
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.jobs.baseline_champion import promote_baseline
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.options import MODEL, OUT, Model, Out, Store
from lealtad.lake import Lake

if TYPE_CHECKING:
    from lealtad.base.job import Step
    from lealtad.models.gate import GateVerdict
    from lealtad.models.registry import RegisteredModel

To = Annotated[
    str,
    typer.Option(help="Make this version champion without the gate: a roll-back, or the first champion."),
]
Because = Annotated[str, typer.Option(help="The reason; needed with --to.")]
History = Annotated[bool, typer.Option("--history", help="Print the history of champions, with the reasons.")]
Evidence = Annotated[
    Path,
    typer.Option(
        help="Folder for card.md and accepted.json of each model, such as models; empty: models in --out."
    ),
]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Show every check, and what to do about each that fails; nothing is promoted."),
]
Capacity = Annotated[int, typer.Option(min=0, help="Customers the team can contact per list; 0: a tenth.")]


def promote(  # noqa: PLR0913, PLR0917 - an option each
    out: Out = OUT,
    model: Model = MODEL,
    tracking_uri: Store = "",
    to: To = "",
    because: Because = "",
    history: History = False,
    evidence: Evidence = Path(),
    capacity: Capacity = 0,
    explain: Explain = False,
) -> None:
    """Ask the gate whether the challenger may become champion; with --to, decide without the gate.

    Exit code 0: the challenger is champion now, or was already. 1: the gate refuses. 2: it could not be asked.
    """
    if bool(to) != bool(because):
        raise SettingsError(
            place="--to and --because",
            expected="both or neither",
            found="one of them",
            fix='Give both, as in --to 3 --because "The list of May was wrong".',
        )
    store = job.find_store(tracking_uri, out)
    if history:
        _print_history(store, _choose_definition(out, model).name)
    elif to:
        with job.step("promote", out) as step:
            _make_champion(step, store, _choose_definition(out, model).name, to, because)
    else:
        asked = find_definitions(model, Lake.open(out / "lake"))
        # every model is judged, whatever the verdict on the others
        if explain:
            answers = [explain_gate(out, definition, tracking_uri, capacity) for definition in asked]
        else:
            answers = [judge(out, definition, tracking_uri, evidence, capacity) for definition in asked]
        if not all(answers):
            raise SystemExit(ExitCode.NO)


def judge(
    out: Path, definition: ModelDefinition, tracking_uri: str = "", evidence: Path = Path(), capacity: int = 0
) -> bool:
    """Ask the gate; make the challenger champion if it passes. Return whether it did."""
    from lealtad.models import registry

    with job.step("promote", out) as step:
        store = job.find_store(tracking_uri, out)
        champion = registry.find_champion(store, definition.name)
        challenger = _find_challenger(store, definition.name, champion)
        if challenger is None:
            reason = "none" if champion is None else f"version {champion.version} is champion already"
            step.report(f"no challenger to judge; {reason}")
            return champion is not None
        verdict = _ask_gate(out, definition, challenger, champion, capacity)
        job.show(_format_table(verdict.checks))
        summary = {"version": challenger.version, "passed": verdict.is_yes, "failed": verdict.failures}
        step.note(**{f"promotion.{definition.name}": summary})
        if not verdict.is_yes:
            step.report(f"no: version {challenger.version} fails {', '.join(verdict.failures)}")
            _report_levers(step, verdict)
            if champion is None and promote_baseline(step, out, definition, challenger, verdict, store):
                return True
            step.report(
                f"to promote it all the same: lealtad promote --model {definition.name} "
                f'--to {challenger.version} --because "…"'
            )
            return False
        folder = (evidence if evidence.name else out / "models") / definition.name
        # evidence first, so that an interruption never leaves a champion without it
        _write_evidence(folder, verdict, challenger, champion)
        _follow_gate(store, definition.name, challenger.version)
        step.report(f"champion: {definition.name}/{challenger.version}, evidence in {folder}")
    return True


def explain_gate(out: Path, definition: ModelDefinition, tracking_uri: str = "", capacity: int = 0) -> bool:
    """Show the checks of the challenger, and the lever of each that fails; return whether all pass."""
    from lealtad.models import registry

    store = job.find_store(tracking_uri, out)
    champion = registry.find_champion(store, definition.name)
    challenger = registry.find_challenger(store, definition.name)
    if challenger is None:
        reason = "none" if champion is None else f"version {champion.version} is champion already"
        job.show(f"{definition.name}: no challenger to judge; {reason}")
        return champion is not None
    verdict = _ask_gate(out, definition, challenger, champion, capacity)
    job.show(f"{definition.name}/{challenger.version}")
    for row in verdict.checks.iter_rows(named=True):
        job.show(f"{'yes' if row['passed'] else 'NO '}  {row['name']}: {row['found']}; needed: {row['needed']}")
    for name, lever in verdict.levers.iter_rows():
        job.show(f"→ {name}: {lever}")
    return verdict.is_yes


def _report_levers(step: Step, verdict: GateVerdict) -> None:
    for name, lever in verdict.levers.iter_rows():
        step.report(f"{name}: {lever}")


def _find_challenger(store: str, name: str, champion: RegisteredModel | None) -> RegisteredModel | None:
    """Return the challenger to judge; an interrupted promotion is completed first."""
    from lealtad.models import registry

    challenger = registry.find_challenger(store, name)
    if challenger is None or champion is None or challenger.version != champion.version:
        return challenger
    _follow_gate(store, name, champion.version)
    return None


def _follow_gate(store: str, name: str, version: str) -> None:
    from lealtad.models import registry

    registry.make_champion(store, name, version, because="the gate said yes", gate="passed", at=datetime.now(UTC))


def _ask_gate(
    out: Path,
    definition: ModelDefinition,
    challenger: RegisteredModel,
    champion: RegisteredModel | None,
    capacity: int,
) -> GateVerdict:
    from lealtad.kpis import definitions_hash
    from lealtad.learning.evaluation import Economics
    from lealtad.models import gate as promotion

    comparison = promotion.score_side_by_side(Lake.open(out / "lake"), definition, challenger, champion)
    kpis = {"in_force": definitions_hash(), "challenger": str(challenger.contract.get("kpis", "unknown"))}
    if champion is not None:
        kpis["champion"] = str(champion.contract.get("kpis", "unknown"))
    return promotion.judge_challenger(
        comparison.judged,
        baselines=comparison.baselines,
        leakcheck=challenger.leakcheck,
        kpis=kpis,
        champion_lacks=comparison.champion_lacks,
        economics=Economics() if isinstance(definition.label, Contractual | Inactivity) else None,
        capacity=capacity or None,
        seed=definition.seed,
    )


def _write_evidence(
    folder: Path, verdict: GateVerdict, challenger: RegisteredModel, champion: RegisteredModel | None
) -> None:
    from lealtad.models.card import CARDS, keep_written_parts
    from lealtad.models.gate import format_evidence

    folder.mkdir(parents=True, exist_ok=True)
    # models from before cards were translated have only the English one
    spoken = {name: challenger.read_if_logged(name) for language, name in CARDS.items() if language != "en"}
    texts = {folder / CARDS["en"]: challenger.read_artifact(CARDS["en"])}
    texts |= {folder / name: text for name, text in spoken.items() if text is not None}
    with job.move_into_place(*texts, folder / "accepted.json") as [*new_cards, new_evidence]:
        for new_card, (card, text) in zip(new_cards, texts.items(), strict=True):
            own_words = card.read_text(encoding="utf-8") if card.is_file() else ""
            new_card.write_text(keep_written_parts(text, own_words), encoding="utf-8")
        new_evidence.write_text(format_evidence(verdict, challenger, champion), encoding="utf-8")


def _make_champion(step: Step, store: str, name: str, version: str, because: str) -> None:
    from lealtad.models import registry

    moved = registry.make_champion(store, name, version, because=because, gate="not asked", at=datetime.now(UTC))
    step.report(f"champion: {name}/{version}" if moved else f"version {version} is champion already")
    step.note(promotion={"version": version, "because": because})


def _print_history(store: str, name: str) -> None:
    from lealtad.models import registry

    job.show(_format_table(registry.read_history(store, name)))


def _choose_definition(out: Path, model: Path) -> ModelDefinition:
    return (
        ModelDefinition.read(model)
        if model.name
        else ModelDefinition.choose(model, Lake.open(out / "lake").versions)
    )


def _format_table(table: pl.DataFrame) -> str:
    config = pl.Config(
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_rows=-1,
        tbl_width_chars=160,
        fmt_str_lengths=90,
    )
    with config:
        return str(table)
