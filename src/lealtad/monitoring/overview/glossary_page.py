"""The glossary: the words of all pages and files, so that no page has to repeat them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.web_page import render_page
from lealtad.experience.glossary import describe_terms
from lealtad.worklist.columns import define_columns, define_other_columns

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.company.settings import Settings


def write_glossary_page(
    path: Path, settings: Settings, language: Language, *, horizon_days: int, window_days: float
) -> None:
    """Write the meaning of each figure, each word of the lists and each column.

    Parameters
    ----------
    horizon_days
        The horizon of the churn model.
    window_days
        Days that the figures of the journey cover.
    """
    _ = language.translate
    figures = {
        **describe_terms("journey", settings, language, window_days),
        **describe_terms("company", settings, language, window_days),
    }
    columns = {
        **define_columns(language, days=horizon_days, currency=language.currency),
        **define_other_columns(language),
    }
    path.write_text(
        render_page(
            "lealtad.monitoring.overview",
            "glossary.html.jinja",
            language,
            sections=[
                ("lists", _("The lists and what they earned"), _describe_earnings(language)),
                ("figures", _("The figures"), dict(sorted(figures.items()))),
                ("model", _("How the model is judged"), _describe_model(language)),
                ("columns", _("The columns of the files"), columns),
            ],
        )
    )


def _describe_earnings(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        _("Held out"): _("Customers whom a random draw leaves without a contact, for comparison."),
        _("Customers saved"): _(
            "Contacted customers who stayed and would have churned without the contact. The held-out customers "
            "show how many would have."
        ),
        _("Margin kept"): _("The margin that the saved customers were expected to bring."),
        _("Profit"): _("The margin kept, less the cost of the contacts and offers."),
        _("Saves promised"): _(
            "What the list expected on its night, from the probabilities and measured effects."
        ),
        _("95 % interval"): _("It contains the true number in 95 of 100 such cases."),
    }


def _describe_model(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        _("AUC"): _("The chance that a customer who churned ranks above one who stayed; 0.5 is chance."),
        _("PR-AUC"): _("Mean precision over all cut-offs of the ranking; chance is the churn rate."),
        _("Brier score"): _("Mean squared distance between probability and outcome; lower is better."),
        _("Calibration error"): _("Mean distance between predicted and observed shares; lower is better."),
        _("Lift, first 10 %"): _(
            "Churners in the first tenth of the ranking, as a multiple of those in a random tenth."
        ),
    }
