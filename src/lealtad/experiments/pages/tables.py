"""The tables of an experiment's page: rows of text, nothing computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.experiments.pages.wording import Words
    from lealtad.experiments.reading.read_out import ReadOut
    from lealtad.experiments.running.experiment_state import ExperimentState

Table = dict[str, object]


def build_arms(state: ExperimentState, words: Words) -> Table:
    """Return the arms with their sizes."""
    plan, read_out = state.recorded.plan, state.read_out
    rows = []
    for arm in plan.arms:
        name = f"{arm.name} ({words.express('control')})" if arm.control else arm.name
        counts = (read_out.assigned[arm.name], read_out.observed[arm.name])
        share = words.language.percent(plan.shares[arm.name], 1)
        rows.append([name, arm.message or "–", share, *map(words.language.number, counts)])
    heads = [words.express(key) for key in ("arm", "message", "share", "assigned", "observed")]
    return {"heads": heads, "rows": rows, "numbers": (2, 3, 4)}


def build_figures(state: ExperimentState, words: Words) -> Table:
    """Return the differences by outcome and arm."""
    outcomes = {outcome.name: outcome for outcome in state.recorded.plan.outcomes}
    rows = []
    for row in state.read_out.figures.iter_rows(named=True):
        outcome = outcomes[row["outcome"]]
        p_value = row["adjusted_p"] if row["adjusted_p"] is not None else row["p_value"]
        rows.append(
            [
                f"{words.name_outcome(outcome)} ({words.express('role_' + row['role'])})",
                row["arm"],
                words.write_mean(outcome, row["control"]),
                words.write_mean(outcome, row["treated"]),
                words.write_difference(outcome, row["effect"]),
                words.write_interval(outcome, row["low"], row["high"]) or "–",
                words.write_interval(outcome, row["always_low"], row["always_high"]) or "–",
                words.write_p(p_value),
                words.express("guarded_" + row["guarded"]) if row["guarded"] else "",
            ]
        )
    keys = (
        "outcome",
        "arm",
        "control_mean",
        "treated_mean",
        "difference",
        "fixed",
        "always",
        "p_value",
        "guarded",
    )
    return {"heads": [words.express(key) for key in keys], "rows": rows, "numbers": (2, 3, 4, 5, 6, 7)}


def build_compliers(state: ExperimentState, words: Words) -> Table:
    """Return the complier effects; no rows where no exposure is known."""
    outcome = state.recorded.plan.primary
    rows = [
        [
            arm,
            words.language.percent(made.share, 1),
            words.write_difference(outcome, made.effect),
            words.write_interval(outcome, made.low, made.high) or "–",
        ]
        for arm, made in state.read_out.compliers.items()
    ]
    heads = [words.express(key) for key in ("arm", "reached", "difference", "fixed")]
    return {"heads": heads, "rows": rows, "numbers": (1, 2, 3)}


def build_segments(read_out: ReadOut, state: ExperimentState, words: Words) -> tuple[Table, list[str]]:
    """Return the effects by segment, and for each column whether its segments differ."""
    outcome = state.recorded.plan.primary
    rows, notes = [], list[str]()
    for row in read_out.segments.iter_rows(named=True):
        interval = words.write_interval(outcome, row["low"], row["high"])
        numbers = [words.write_difference(outcome, row["effect"]), interval, words.language.number(row["n"])]
        rows.append([row["column"], row["segment"], row["arm"], *numbers])
        key = "segments_differ" if row["differs"] < state.recorded.plan.level else "segments_alike"
        notes.append(words.express(key, column=f"{row['column']}, {row['arm']}", p=words.write_p(row["differs"])))
    keys = ("segment_column", "segment", "arm", "difference", "fixed", "customers")
    heads = [words.express(key) for key in keys]
    return {"heads": heads, "rows": rows, "numbers": (3, 4, 5)}, list(dict.fromkeys(notes))


def build_contamination(state: ExperimentState, words: Words) -> Table:
    """Return what blurs the comparison, with counts."""
    rows = [
        [words.express(f"blur_{row['what']}"), words.language.number(row["n"]), words.language.number(row["of"])]
        for row in state.contamination.iter_rows(named=True)
    ]
    return {
        "heads": [words.express(key) for key in ("blur_what", "blur_n", "blur_of")],
        "rows": rows,
        "numbers": (1, 2),
    }


def list_checks(read_out: ReadOut, state: ExperimentState, words: Words) -> list[str]:
    """Return the checks in words: sample ratio, and the covariate of each outcome."""
    if read_out.verdict.kind == "sample_ratio":
        return []
    names = {outcome.name: words.name_outcome(outcome) for outcome in state.recorded.plan.outcomes}
    checks = [words.express("ratio_fine", p=words.write_p(read_out.sample_ratio))]
    for name, health in read_out.covariates.items():
        values = {
            "outcome": names[name],
            "share": words.language.percent(health.removed, 1),
            "missing": words.language.percent(health.missing, 1),
            "p": words.write_p(health.balance),
        }
        checks.append(words.express(f"cuped_{health.status}", **values))
    return checks


def list_losses(read_out: ReadOut, state: ExperimentState, words: Words) -> list[str]:
    """Return the expected loss of each choice in words."""
    outcome = state.recorded.plan.primary
    return [
        words.express("loss", arm=arm, loss=words.write_amount(outcome, loss))
        for arm, loss in read_out.losses.items()
    ]
