"""The page of customers who gain from a message: the choice in words, rankings, policies and the Qini curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from lealtad.base.drawing import render_figure
from lealtad.base.web_page import render_page
from lealtad.experiments.pages.wording import Words
from lealtad.learning.evaluation.plots import ACCENT, GRID, INK, QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    import polars as pl
    from markupsafe import Markup

    from lealtad.base.language import Language
    from lealtad.experiments.gains import ArmGains
    from lealtad.experiments.plan import ExperimentPlan

ROOM = "lealtad.experiments.pages"
_PER = 1000
_POLICIES = {"uplift": "policy_uplift", "all": "policy_all", "none": "policy_none"}


def write_gains_page(  # noqa: PLR0913, PLR0917 - what the page is of
    path: Path,
    name: str,
    plan: ExperimentPlan,
    gains: Sequence[ArmGains],
    as_of: datetime,
    language: Language,
    *,
    chosen: dict[str, int],
    cost: float,
) -> None:
    """Write the page as one self-contained file.

    Parameters
    ----------
    gains
        One per treated arm.
    chosen
        By arm, how many customers `next.csv` names.
    cost
        What one message costs, in outcomes.
    """
    words = Words(language)
    arms = [
        {
            "verdict": describe_choice(arm_gains, words),
            "next": words.express(
                "next_customers", arm=arm_gains.arm, count=language.number(chosen[arm_gains.arm])
            ),
            "policies": build_policies(arm_gains.choice.values, words),
            "rankings": build_rankings(arm_gains.rankings, words),
            "chart": draw_qini(arm_gains.curve, words),
        }
        for arm_gains in gains
    ]
    path.write_text(
        render_page(
            ROOM,
            "gains.html.jinja",
            language,
            express=words.express,
            name=name,
            as_of=as_of,
            outcome=words.name_outcome(plan.primary),
            cost=words.express("gains_cost", cost=language.decimal(cost * _PER, 1)) if cost else "",
            arms=arms,
        ),
        encoding="utf-8",
    )


def describe_choice(gains: ArmGains, words: Words) -> str:
    """Return to whom an arm's message should be sent, and why.

    Parameters
    ----------
    gains
        The estimated gains of the arm, with the value of each policy.
    words
        The sentences of a language.

    Returns
    -------
    One or two sentences.
    """
    values = {row["policy"]: row for row in gains.choice.values.iter_rows(named=True)}
    uplift, all_policy = values["uplift"], values["all"]
    return words.express(
        f"choice_{gains.use}",
        arm=gains.arm,
        customers=words.language.number(gains.customers),
        share=words.language.percent(uplift["share"]),
        ahead=_write(all_policy, "ahead", words),
        gain=_write(uplift if gains.choice.use == "uplift" else all_policy, "gain", words),
    )


def build_policies(values: pl.DataFrame, words: Words) -> dict[str, object]:
    """Return what each policy brings, as a table."""
    rows = [
        [
            words.express(_POLICIES[row["policy"]]),
            words.language.percent(row["share"]),
            _write(row, "gain", words),
            _write(row, "ahead", words) if row["policy"] != "uplift" else "–",
        ]
        for row in values.iter_rows(named=True)
    ]
    heads = [words.express(key) for key in ("policy", "treated_share", "gain_per_1000", "uplift_ahead")]
    return {"heads": heads, "rows": rows, "numbers": (1, 2, 3)}


def build_rankings(rankings: pl.DataFrame, words: Words) -> dict[str, object]:
    """Return how well each estimate ranks, as a table."""
    rows = [
        [
            words.express(f"ranking_{row['name']}"),
            _write(row, "qini", words, per=1, digits=3),
            _write(row, "autoc", words),
            _write(row, "qini_ahead", words, per=1, digits=3) if number else "–",
        ]
        for number, row in enumerate(rankings.iter_rows(named=True))
    ]
    heads = [words.express(key) for key in ("ranking", "qini", "autoc", "logits_ahead")]
    return {"heads": heads, "rows": rows, "numbers": (1, 2, 3)}


def draw_qini(curve: pl.DataFrame, words: Words) -> Markup:
    """Draw how many more outcomes the first customers of the ranking bring, against a random order."""
    figure = Figure(figsize=(8.0, 3.0), layout="constrained")
    axes = figure.subplots()
    axes.set_title(words.express("qini_title"), loc="left", fontsize=11, color=INK)
    axes.plot(curve["share"], curve["random"] * _PER, color=QUIET, linewidth=1.2, linestyle="--")
    axes.plot(curve["share"], curve["gained"] * _PER, color=ACCENT, linewidth=2.2)
    middle = (0.62, float(curve["random"][-1]) * _PER * 0.5)
    axes.annotate(words.express("qini_random"), middle, color=INK, fontsize=9)
    axes.set_xlabel(words.express("qini_x"), color=INK, fontsize=9)
    axes.xaxis.set_major_formatter(lambda value, _: words.language.percent(value))
    axes.yaxis.set_major_formatter(lambda value, _: words.language.decimal(value, 1))
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return render_figure(figure, "gains")


def _write(row: dict[str, float], name: str, words: Words, per: float = _PER, digits: int = 1) -> str:
    value, low, high = (words.language.decimal(row[key] * per, digits) for key in (name, *_name_ends(name)))
    return f"{value} [{low}, {high}]"


def _name_ends(name: str) -> tuple[str, str]:
    return ("low", "high") if name == "gain" else (f"{name}_low", f"{name}_high")
