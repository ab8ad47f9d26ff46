"""Plan an experiment, assign its arms, read what it changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.base.navigation import link_pages
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.playbook import read_holdout_key
from lealtad.company.settings_in_force import follow_settings
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.experiment_target import PAGE, target_into
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech, Until
from lealtad.lake import Lake

if TYPE_CHECKING:
    from lealtad.company.settings import Settings
    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.planning.record import RecordedPlan


class Action(StrEnum):
    """What to do with an experiment."""

    PLAN = "plan"
    ASSIGN = "assign"
    READ = "read"
    TARGET = "target"


What = Annotated[
    Action,
    typer.Argument(help="plan: size it and record it; assign: draw the arms; read: judge it; target: who gains."),
]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Its name, for experiments/NAME.toml, or the path of the TOML.")
]
Override = Annotated[str, typer.Option(help="Why it may run below its power; noted on its page.")]
Cost = Annotated[
    float, typer.Option(help="target: what one message costs, in outcomes: 0.001 for one in 1,000 messages.")
]
Amend = Annotated[str, typer.Option(help="Why the plan is changed after the start; noted on its page.")]


def experiment(  # noqa: PLR0913, PLR0917 - an option each
    action: What,
    name: Name,
    out: Out = OUT,
    model: Model = MODEL,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    language: Speech = "en",
    override_power: Override = "",
    amend: Amend = "",
    cost: Cost = 0.0,
) -> None:
    """Plan an experiment, assign its arms, read what it changed, or find whom to send the message next."""
    from lealtad.experiments.running import find_plan

    label, plan = find_plan(name, out)
    with job.step("experiment", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        conditions, speech = _find_conditions(lake, company, model, as_of, language)
        folder = out / "experiments" / label
        if action is Action.PLAN:
            _plan(step, lake, folder, plan, conditions, company, override_power, amend)
            return
        recorded = _read_unchanged(folder, plan)
        if action is Action.ASSIGN:
            _assign(step, lake, folder, recorded, conditions, company)
        elif action is Action.TARGET:
            consent = company.worklist.assume_consent
            target_into(step, lake, out, recorded, conditions, speech, assume_consent=consent, cost=cost)
        if action in {Action.READ, Action.TARGET}:  # the experiment's page leads to who gains
            read_into(step, lake, out, recorded, conditions, company, speech)


def _find_conditions(
    lake: Lake, company: Settings, model: Path, as_of: str, language: str
) -> tuple[Conditions, Language]:
    from lealtad.experiments.outcomes.measures import Conditions

    definition = ModelDefinition.choose(model, lake.versions)
    speech = Language.from_code(language, definition.value.currency, company.names.by_language)
    end = parse_as_of(as_of, lake)
    rate = definition.value.margin_rate
    return Conditions(definition.label, end, rate, lake.identity_history), speech


def _plan(  # noqa: PLR0913, PLR0917 - what a plan is sized by
    step: job.Step,
    lake: Lake,
    folder: Path,
    plan: Any,
    conditions: Conditions,
    company: Settings,
    override: str,
    amend: str,
) -> None:
    from lealtad.base.errors import SettingsError
    from lealtad.experiments.running import plan_experiment

    if plan is None:
        raise SettingsError(
            place=f"experiment '{folder.name}'",
            expected=f"its plan in experiments/{folder.name}.toml",
            found="no such file",
            fix="Write it as docs/experiments.md shows, or name the path of a TOML.",
        )
    consent = company.worklist.assume_consent
    recorded = plan_experiment(
        lake, folder, plan, conditions, assume_consent=consent, override=override, reason=amend
    )
    _report_size(step, recorded)
    step.note(experiment={"name": recorded.name, **recorded.size})


def _report_size(step: job.Step, recorded: RecordedPlan) -> None:
    size, base, plan = recorded.size, recorded.size["base"], recorded.plan
    step.report(
        f"{plan.primary.name} was {base['mean']:.4g} from {base['as_of']}, known for {base['known']:.0%} of "
        f"{base['units']:,} units; CUPED ({plan.covariate}: {base['covariate']}) removes {base['removed']:.0%}"
    )
    if plan.effect is None:
        step.report(f"{size['units']:,} units show a difference of {size['detectable']:.3g}")
    else:
        step.report(
            f"{size['units_needed']:,} units needed for {plan.effect:g}, {size['units']:,} take part: "
            f"power {size['power']:.0%}"
        )
    if size["total_days"] is not None:
        step.report(f"{format_count(size['total_days'], 'day')} until every outcome is known")
    if recorded.override:
        step.report(f"runs below its power, because: {recorded.override}")
    for change in recorded.amendments:
        step.report(f"amended on {change['on']}: {', '.join(change['changed'])} {change['reason']}".rstrip())


def _read_unchanged(folder: Path, plan: Any) -> RecordedPlan:
    from lealtad.experiments.planning.record import check_unchanged, read_record

    recorded = read_record(folder)
    if plan is not None:
        check_unchanged(recorded, plan)
    return recorded


def _assign(  # noqa: PLR0913, PLR0917 - as above
    step: job.Step, lake: Lake, folder: Path, recorded: RecordedPlan, conditions: Conditions, company: Settings
) -> None:
    from lealtad.experiments.running import assign_customers

    enrolment = assign_customers(
        lake,
        folder,
        recorded.plan,
        conditions,
        key=read_holdout_key(company.worklist),
        assume_consent=company.worklist.assume_consent,
    )
    counts = dict(enrolment.rows.group_by("arm").len().sort("arm").iter_rows())
    arms = ", ".join(f"{arm} {count:,}" for arm, count in counts.items()) or "nobody new"
    step.report(f"assigned on {conditions.end:%Y-%m-%d}: {arms}; for the sending tool: {folder / 'send.csv'}")
    for count, why in (
        (enrolment.already, "have an arm already"),
        (enrolment.busy, f"are in another experiment of layer '{recorded.plan.layer}'"),
        (enrolment.overlapping, "are in an experiment of another layer too"),
    ):
        if count:
            step.report(f"{count:,} {why}")
    step.note(experiment={"name": recorded.name, "assigned": counts})


def read_into(  # noqa: PLR0913, PLR0917 - what a page is made of
    step: job.Step,
    lake: Lake,
    out: Path,
    recorded: RecordedPlan,
    conditions: Conditions,
    company: Settings,
    speech: Language,
) -> None:
    """Read one experiment and write its page, its figures and the overview."""
    from lealtad.experiments.pages import describe_verdict, write_experiment_page
    from lealtad.experiments.running import read_experiment

    state = read_experiment(lake, recorded, conditions)
    sentence = describe_verdict(
        state.read_out.verdict, recorded.plan, speech, sample_ratio=state.read_out.sample_ratio
    )
    folder = out / "experiments" / recorded.name
    files = (folder / "index.html", folder / "figures.csv", folder / "read.json")
    with job.move_into_place(*files) as [page, figures, verdict]:
        gains = PAGE if (folder / PAGE).is_file() else ""
        write_experiment_page(page, state, speech, overview="../index.html", gains=gains)
        state.read_out.figures.write_csv(figures)
        read_out = state.read_out
        content = {
            "verdict": asdict(read_out.verdict),
            "sentence": sentence,
            "sample_ratio": read_out.sample_ratio,
            "as_of": f"{state.as_of:%Y-%m-%d}",
        }
        verdict.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    step.report(f"{sentence} {files[0]}")
    write_overview_of(lake, out, conditions, company, speech)
    step.note(experiment={"name": recorded.name, "verdict": state.read_out.verdict.kind})


def write_overview_of(lake: Lake, out: Path, conditions: Conditions, company: Settings, speech: Language) -> None:
    """Write the overview of all experiments of a run directory, each with the verdict of its last read-out."""
    from lealtad.experiments.decay import recommend_rest
    from lealtad.experiments.pages import read_campaign_history, write_overview
    from lealtad.experiments.running import list_experiments

    rows = [_describe_last_read(out, recorded, speech) for recorded in list_experiments(out)]
    history = read_campaign_history(lake, conditions)
    (out / "experiments").mkdir(parents=True, exist_ok=True)
    files = [out / "experiments" / name for name in ("index.html", "rest.json")]
    with job.move_into_place(*files) as [path, rest]:
        cooling_off = company.worklist.cooling_off_days
        write_overview(path, rows, history, conditions.end, speech, cooling_off_days=cooling_off)
        days = None if history is None or history.survival is None else recommend_rest(history.survival.decay)
        rest.write_text(json.dumps({"as_of": f"{conditions.end:%Y-%m-%d}", "rest_days": days}) + "\n")
    link_pages(out)


def _describe_last_read(out: Path, recorded: RecordedPlan, speech: Language) -> dict[str, str]:
    from lealtad.experiments.pages import describe_verdict
    from lealtad.experiments.pages.wording import Words
    from lealtad.experiments.reading.verdict import Verdict

    read = out / "experiments" / recorded.name / "read.json"
    if not read.is_file():
        return {"name": recorded.name, "page": "", "verdict": Words(speech).express("not_started")}
    content = json.loads(read.read_text(encoding="utf-8"))
    verdict = Verdict(**content["verdict"])
    sentence = describe_verdict(verdict, recorded.plan, speech, sample_ratio=content["sample_ratio"])
    return {"name": recorded.name, "page": f"{recorded.name}/index.html", "verdict": sentence}
