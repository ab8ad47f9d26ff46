"""The page of one experiment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lealtad.base.web_page import render_page
from lealtad.experiments.pages import tables
from lealtad.experiments.pages.survival_words import describe_silence, describe_survival, draw_survival
from lealtad.experiments.pages.wording import Words, describe_verdict

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experiments.planning.record import RecordedPlan
    from lealtad.experiments.running.experiment_state import ExperimentState

ROOM = "lealtad.experiments.pages"
_BAD = ("sample_ratio", "guardrail", "keep")


def write_experiment_page(
    path: Path, state: ExperimentState, language: Language, *, overview: str = "", gains: str = ""
) -> None:
    """Write the page as one self-contained file.

    Parameters
    ----------
    overview, gains
        Relative links to the overview and to the page of customers who gain; empty for none.
    """
    words, plan, read_out = Words(language), state.recorded.plan, state.read_out
    segments, notes = tables.build_segments(read_out, state, words)
    path.write_text(
        render_page(
            ROOM,
            "experiment.html.jinja",
            language,
            express=words.express,
            name=state.recorded.name,
            as_of=state.as_of,
            ends=state.ends,
            overview=overview,
            gains=gains,
            verdict=describe_verdict(read_out.verdict, plan, language, sample_ratio=read_out.sample_ratio),
            is_bad=read_out.verdict.kind in _BAD,
            arms=tables.build_arms(state, words),
            figures=tables.build_figures(state, words),
            looks=words.express(f"looks_{plan.looks}"),
            checks=tables.list_checks(read_out, state, words),
            losses=tables.list_losses(read_out, state, words),
            compliers=tables.build_compliers(state, words),
            segments=segments,
            segment_notes=notes,
            silence=describe_silence(state.silence_days, words),
            survival=[
                {"sentences": describe_survival(followed, words), "chart": draw_survival(followed.curve, words)}
                for followed in state.survival
            ],
            contamination=tables.build_contamination(state, words),
            plan=describe_plan(state.recorded, words),
        ),
        encoding="utf-8",
    )


def describe_plan(recorded: RecordedPlan, words: Words) -> list[str]:
    """Return the size of a plan, its base rate, its override and its amendments, in sentences."""
    plan, size, language = recorded.plan, recorded.size, words.language
    base = size["base"]
    units, power = language.number(size["units"]), language.percent(plan.power)
    if plan.effect is None:
        relative = language.percent(size["relative"], 1)
        detectable = words.write_amount(plan.primary, size["detectable"])
        lines = [
            words.express("plan_detectable", units=units, power=power, detectable=detectable, relative=relative)
        ]
    else:
        fewer = 1 - size["units_needed"] / size["units_needed_without_covariate"]
        lines = [
            words.express(
                "plan_size",
                units=units,
                needed=language.number(size["units_needed"]),
                effect=words.write_amount(plan.primary, plan.effect),
                power=power,
                saved=language.percent(fewer),
            )
        ]
    measured_on = language.date(datetime.fromisoformat(base["as_of"]).replace(tzinfo=UTC))
    mean = words.write_mean(plan.primary, base["mean"])
    lines.append(words.express("plan_base", date=measured_on, mean=mean, known=language.percent(base["known"])))
    if size["total_days"] is not None:
        lines.append(words.express("plan_duration", days=size["total_days"]))
    if recorded.override:
        lines.append(words.express("plan_override", reason=recorded.override))
    for change in recorded.amendments:
        key = "amendment_started" if change["started"] else "amendment"
        lines.append(
            words.express(key, on=change["on"], keys=", ".join(change["changed"]), reason=change["reason"])
        )
    return lines
