"""The report: one page with the list, what it rests on, and how far the model can be trusted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup
from matplotlib import rc_context

from lealtad.base.web_page import render_page
from lealtad.learning.evaluation import compute_calibration, compute_lift_curve, plot_calibration, plot_lift_curve
from lealtad.worklist.cards import build_card, describe_forgone_gain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.figure import Figure

    from lealtad.base.language import Language
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.worklist.tiles import Tile

_IN_CHART = ("model", "logistic", "frequency", "recency")


def write_page(  # noqa: PLR0913 - the parts of the page
    path: Path,
    *,
    listed: pl.DataFrame,
    tiles: list[Tile],
    metrics: pl.DataFrame,
    judged: pl.DataFrame,
    definitions: Mapping[str, str],
    rows: Mapping[str, Mapping[str, int]],
    definition: ModelDefinition,
    language: Language,
    actions: Mapping[str, str] | None = None,
) -> None:
    """Write the report as one file that needs no other.

    Parameters
    ----------
    listed
        The list, with codes; it may be empty.
    metrics, judged
        How the model and its baselines did on later data. These are the metrics of the training, and the test rows
        with `observed` and one probability column per name.
    rows
        By table: `rows_in, valid, rejected` of the load before the list; empty where none is known to be it.
    actions
        By name of an action, its words.
    """
    path.write_text(
        render_page(
            "lealtad.worklist",
            "report.html.jinja",
            language,
            cards=[build_card(row, language, actions or {}) for row in listed.to_dicts()],
            forgone=describe_forgone_gain(listed, language),
            tiles=tiles,
            metrics=metrics.to_dicts(),
            names=_name_models(language),
            charts=_draw_charts(judged, language),
            definitions=definitions,
            rows=rows,
            definition=definition,
            as_of=listed["as_of"].max(),
            list_id=listed["list_id"].max(),
            model_version=listed["model_version"].max(),
        )
    )


def _name_models(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "model": _("this model"),
        "base_rate": _("same rate for all"),
        "recency": _("last purchase only"),
        "frequency": _("purchases only"),
        "cadence": _("silence relative to the own rhythm only"),
        "logistic": _("logistic regression"),
    }


def _draw_charts(judged: pl.DataFrame, language: Language) -> list[dict[str, Any]]:
    _, names = language.translate, _name_models(language)
    shown = [name for name in _IN_CHART if name in judged.columns]
    curves = {names[name]: compute_lift_curve(judged["observed"], judged[name]) for name in shown}
    lift = plot_lift_curve(
        curves,
        words={
            "title": _("Churners rank near the top"),
            "x": _("share of customers contacted"),
            "y": _("share of churners reached"),
            "chance": _("by chance"),
        },
    )
    table = compute_calibration(judged["observed"], judged["model"])
    calibration = plot_calibration(
        table,
        words={
            "title": _("Predicted and observed churn"),
            "x": _("predicted"),
            "y": _("observed, with 95 % interval"),
            "perfect": _("perfect"),
        },
    )
    reached = _compute_reach(curves[names["model"]], 0.1)
    return [
        {
            "svg": _render_svg(lift),
            "says": _(
                "Contacting the first 10 % reaches {reached} of the churners.", reached=language.percent(reached)
            ),
        },
        {
            "svg": _render_svg(calibration),
            "says": _(
                "Ten groups of equal size, from {low} to {high} predicted.",
                low=language.percent(table["predicted"][0], 1),
                high=language.percent(table["predicted"][-1], 1),
            ),
        },
    ]


def _compute_reach(curve: pl.DataFrame, share: float) -> float:
    within = curve.filter(pl.col("contacted") <= share)
    return float(within["reached"][-1]) if within.height else 0.0


def _render_svg(figure: Figure) -> Markup:
    text = io.StringIO()
    # no date and fixed ids, so that the same numbers draw the same file
    with rc_context({"svg.hashsalt": "lealtad"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return Markup(text.getvalue()[text.getvalue().index("<svg") :])  # noqa: S704 - drawn here, not given
