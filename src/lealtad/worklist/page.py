"""The report: the basis of a night's list, and how far the model can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.drawing import render_figure
from lealtad.base.web_page import render_page
from lealtad.learning.evaluation import compute_calibration, compute_lift_curve, plot_calibration, plot_lift_curve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    rows: Mapping[str, Mapping[str, int]],
    definition: ModelDefinition,
    language: Language,
) -> None:
    """Write the report as one self-contained file.

    Parameters
    ----------
    listed
        The list, for its name, its date and its model; it may be empty.
    metrics, judged
        The evaluation of the model and its baselines on later data: metrics, and test rows with `observed` and one
        column of probabilities per name.
    rows
        By table: `rows_in, valid, rejected` of the load before the list; empty if that load is unknown.
    """
    path.write_text(
        render_page(
            "lealtad.worklist",
            "report.html.jinja",
            language,
            tiles=tiles,
            metrics=metrics.to_dicts(),
            names=_name_models(language),
            charts=_draw_charts(judged, language),
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
        "cadence": _("silence relative to the usual rhythm only"),
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
            "svg": render_figure(lift),
            "says": _(
                "Contacting the first 10 % reaches {reached} of the churners.", reached=language.percent(reached)
            ),
        },
        {
            "svg": render_figure(calibration),
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
