"""The codes of the list in the words of the team: one place, both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.examples.features.sentences import translate_topic
from lealtad.worklist.columns import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.base.language import Language

_BETWEEN = ","


def list_code_words(language: Language) -> dict[str, dict[str, str]]:
    """Return by column the words of its codes."""
    _ = language.translate
    direction = {"above": _("above"), "below": _("below")}
    return {
        "band": {
            "very_high": _("very high"),
            "high": _("high"),
            "medium": _("medium"),
            "low": _("low"),
        },
        "change": {
            "new": _("new"),
            "up": _("up"),
            "down": _("down"),
            "stays": _("stays"),
            "resolved": _("resolved"),
            "displaced": _("displaced"),
            "held_out": _("held out"),
            "restrained": _("left alone"),
            "gone": _("gone"),
        },
        "promoter_basis": {
            "answered": _("answered"),
            "modelled": _("modelled"),
            "unknown": _("unknown"),
        },
        "effect_basis": {
            "measured": _("measured"),
            "mixed": _("mixed"),
            "prior": _("prior"),
            "assumed": _("assumed"),
        },
        "quadrant": {
            "at_risk_promoter": _("at-risk promoter"),
            "at_risk_detractor": _("at risk, not a promoter"),
            "safe_promoter": _("safe promoter"),
            "safe_detractor": _("safe, not a promoter"),
        },
        "owner": {
            "retention": _("retention"),
            "service": _("service"),
            "sales": _("sales"),
            "marketing": _("marketing"),
            **language.names.get("owners", {}),
        },
        **{f"reason_{i}_direction": direction for i in (1, 2, 3)},
        "missing": _read_missing(language),
        "why": _read_causes(language),
    }


def list_note_words(language: Language) -> dict[str, str]:
    """Return the sentences of the codes in `data_notes`."""
    _ = language.translate
    return {
        "consent_unknown": _("Nobody knows whether the customer agreed to be contacted."),
        "never_answered": _("Has never answered a survey."),
        "never_contacted": _("Has never been contacted, as far as the data tell."),
        "no_value": _("Nothing is known of what the customer brings."),
        "short_history": _("A customer for a short time: the value at stake may be higher."),
        "explored": _("Drawn by lot, to learn whom a contact helps."),
        "effect_assumed": _(
            "The expected gain rests on an assumed effect of the action; no campaign has measured it yet."
        ),
        "answers_reason": _(
            "The action answers the customer's reason; another that campaigns cannot tell from it would gain more."
        ),
    }


def translate_codes(rows: pl.DataFrame, language: Language, actions: Mapping[str, str]) -> pl.DataFrame:
    """Put words for the codes and flags of any of the team's files, and days for moments that mean a day.

    A code without words is told as it is.

    Parameters
    ----------
    rows
        `data_notes` holds codes parted by commas; other codes stand alone.
    actions
        By name of an action, its words in this language.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> rows = pl.DataFrame({"band": ["very_high"], "suggested_action": ["call"], "channel": ["phone"]})
    >>> translate_codes(rows, Language.from_code("es"), {"call": "Llamar"}).row(0)
    ('muy alta', 'Llamar', 'teléfono')
    """
    words: dict[str, Mapping[str, str]] = {**list_code_words(language), "suggested_action": actions}
    told = [pl.col(name).replace(dict(words[name])) for name in rows.columns if name in words]
    flags = {True: language.translate("yes"), False: language.translate("no")}
    told += [
        pl.col(name).replace_strict(flags, default=None, return_dtype=pl.String)
        for name, dtype in rows.schema.items()
        if dtype == pl.Boolean
    ]
    if "channel" in rows.columns:
        told.append(_translate_column("channel", rows, language, translate_name))
    told += [
        _translate_column(name, rows, language, translate_topic)
        for name in rows.columns
        if name.endswith("_about")
    ]
    told += [
        pl.col(name).dt.date()
        for name, dtype in rows.schema.items()
        if KINDS.get(name) == "day" and dtype == pl.Datetime
    ]
    if "data_notes" in rows.columns:
        each = pl.col("data_notes").str.split(_BETWEEN).list.eval(pl.element().replace(list_note_words(language)))
        told.append(each.list.join(" ").alias("data_notes"))
    return rows.with_columns(told)


def _translate_column(
    name: str, rows: pl.DataFrame, language: Language, words: Callable[[str, str], str]
) -> pl.Expr:
    codes = rows[name].drop_nulls().unique().sort()
    return pl.col(name).replace({code: words(code, language.code) for code in codes})


def join_notes(**conditions: pl.Expr) -> pl.Expr:
    """Return `data_notes`: the codes whose condition holds, parted by commas; null where none does.

    Examples
    --------
    >>> rows = pl.DataFrame({"consent": [None, True]}, schema={"consent": pl.Boolean})
    >>> rows.select(join_notes(consent_unknown=pl.col("consent").is_null()))["data_notes"].to_list()
    ['consent_unknown', None]
    """
    codes = [pl.when(condition).then(pl.lit(code)) for code, condition in conditions.items()]
    joined = pl.concat_str(codes, separator=_BETWEEN, ignore_nulls=True)
    return pl.when(joined != "").then(joined).alias("data_notes")


def _read_missing(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "history": _("The customer has not been with the company long enough."),
        "orders": _("The customer has bought too little to have a rhythm that could break."),
        "cadence": _("The customer was silent for longer than usual already: it is too late to predict it."),
        "score": _("The model gave no score."),
        "feed": _("A table that the customer's features rest on came late or thin: a score would be wrong."),
        "value": _("Nothing is known of what the customer brings."),
        "invitation": _("The customer was never asked whether they would recommend the company."),
    }


def _read_causes(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "gone": _("No longer an active customer."),
        "not_scored": _("No longer a customer who is scored."),
        "no_value": _("Nothing is known of what the customer brings."),
        "consent": _("Has not agreed to be contacted."),
        "cooling_off": _("Was contacted by a campaign lately."),
        "complaint": _("Has an open complaint: that comes first."),
        "recent_contact": _("Was in contact with the company lately."),
        "negative_uplift": _("A contact would cost more than it brings."),
        "no_action": _("There is no action any more that the customer may get."),
        "held_out": _("Held out: a campaign compares with this customer."),
        "others_first": _("Others would gain more from the contact."),
    }
