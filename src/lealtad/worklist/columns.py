"""The columns of the team's files: their order, their kind, and what each means in the words of who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lealtad.base.language import Language

Kind = Literal["name", "code", "sentence", "share", "money", "number", "count", "flag", "instant", "day"]

_REASONS = (1, 2, 3)
_PARTS: Mapping[str, Kind] = {
    "own": "number",
    "typical": "number",
    "direction": "code",
    "actionable": "flag",
    "about": "name",
}
TEAM: Mapping[str, Kind] = {
    "as_of": "instant",
    "list_id": "name",
    "rank": "count",
    "previous_rank": "count",
    "change": "code",
    "customer_id": "name",
    "segment": "name",
    "churn_probability": "share",
    "churn_probability_low": "share",
    "churn_probability_high": "share",
    "band": "code",
    "promoter_probability": "share",
    "promoter_basis": "code",
    "quadrant": "code",
    "value_at_stake": "money",
    "expected_gain": "money",
    "forgone_gain": "money",
    "uplift": "share",
    "effect_basis": "code",
    "effect_share": "share",
    **{f"reason_{i}": "sentence" for i in _REASONS},
    "against_1": "sentence",
    "suggested_action": "code",
    "owner": "name",
    "channel": "code",
    "consent": "flag",
    "last_contact_at": "instant",
    "open_tickets": "count",
    "oldest_open_ticket_hours": "count",
    "last_nps": "count",
    "last_csat": "share",
    "renewal_date": "day",
    "due_by": "day",
    "data_notes": "sentence",
    **{f"reason_{i}_{part}": kind for i in _REASONS for part, kind in _PARTS.items()},
    "model_version": "name",
    "kpi_version": "name",
}
REFERRALS: Mapping[str, Kind] = {
    name: TEAM[name]
    for name in (
        *("as_of", "list_id", "rank", "customer_id", "segment", "promoter_probability", "promoter_basis"),
        *("last_nps", "last_csat", "churn_probability", "last_contact_at", "model_version"),
    )
}
RESOLVED: Mapping[str, Kind] = {
    "as_of": "instant",
    "customer_id": "name",
    "previous_rank": "count",
    "change": "code",
    "why": "code",
    "owner": "name",
}
ABSTENTIONS: Mapping[str, Kind] = {
    "as_of": "instant",
    "customer_id": "name",
    "segment": "name",
    "model": "name",
    "missing": "code",
    "model_version": "name",
}
KINDS: Mapping[str, Kind] = {**TEAM, **REFERRALS, **RESOLVED, **ABSTENTIONS}


def select_team_columns(rows: pl.DataFrame, columns: Iterable[str] = TEAM) -> pl.DataFrame:
    """Return what the team may see: the known columns in their order, without the holdout.

    Rows of the arm "holdout", and rows without a rank, are left out; so are columns that are not the team's, and
    `uplift` where it was never measured. A column that is absent stays absent.

    Examples
    --------
    >>> rows = pl.DataFrame({"arm": ["treated", "holdout"], "customer_id": ["a", "b"], "rank": [1, None]})
    >>> select_team_columns(rows).to_dicts()
    [{'rank': 1, 'customer_id': 'a'}]
    """
    shown = rows.filter(pl.col("arm").ne_missing("holdout")) if "arm" in rows.columns else rows
    shown = shown.drop_nulls("rank") if "rank" in rows.columns else shown
    unmeasured = "uplift" in shown.columns and shown["uplift"].null_count() == shown.height
    told = shown.drop("uplift") if unmeasured else shown
    return told.select(name for name in columns if name in told.columns)


def define_columns(language: Language, *, days: object, currency: str) -> dict[str, str]:
    """Return a plain definition of every column of the list.

    Parameters
    ----------
    days
        The horizon of the churn model.
    currency
        The company's, as people read it.
    """
    return {
        **_define_identity(language),
        **_define_scores(language, days),
        **_define_gains(language, days, currency),
        **_define_reasons(language),
        **_define_actions(language),
        **_define_known(language),
        **_define_details(language),
        **_define_versions(language),
    }


def define_other_columns(language: Language) -> dict[str, str]:
    """Return a plain definition of the columns of the files beside the list, as far as the list has none."""
    _ = language.translate
    return {
        "why": _("Why a customer of the last list is on this one no longer, in words."),
        "model": _("The model that could not score the customer."),
        "missing": _("What is missing for a score, in words."),
    }


def _define_identity(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "as_of": _("The moment the list speaks of, in UTC: nothing known later was used."),
        "list_id": _("Name of this list; the same data, model and playbook give the same name."),
        "rank": _("Whom to contact first: 1 has the highest expected gain."),
        "previous_rank": _("The customer's rank on the list before; empty if they were not on it."),
        "change": _(
            "What happened since the list before. On the list: new, up, down, stays. No longer on it: resolved "
            "(the reason to call is gone), displaced (others gain more), left alone (for now), gone (no longer a "
            "customer who is scored)."
        ),
        "customer_id": _("The customer, as the company's systems name them."),
        "segment": _("The customer's group, as the company defines it."),
    }


def _define_scores(language: Language, days: object) -> dict[str, str]:
    _ = language.translate
    return {
        "churn_probability": _("Probability that the customer leaves in the next {days} days.", days=days),
        "churn_probability_low": _("The least the probability may well be: lower end of its 95 % interval."),
        "churn_probability_high": _("The most the probability may well be: upper end of its 95 % interval."),
        "band": _("The probability in words: low, medium (from 10 %), high (from 25 %), very high (from 50 %)."),
        "promoter_probability": _("Probability that the customer would recommend the company with 9 or 10 of 10."),
        "promoter_basis": _(
            "What that probability rests on: the customer's own answer, the model, or nothing yet (unknown)."
        ),
        "quadrant": _(
            "Leaving and recommending together: at-risk promoter (win back a friend), at risk and not a promoter "
            "(put right what went wrong), safe promoter (ask for a referral), safe and not a promoter (fix). Who "
            "answers 7 or 8 is no promoter, and no detractor either; the codes say detractor for both."
        ),
    }


def _define_gains(language: Language, days: object, currency: str) -> dict[str, str]:
    _ = language.translate
    return {
        "value_at_stake": _(
            "Margin the customer would still bring in the time the list looks ahead, in {currency}: what is lost "
            "if they leave.",
            currency=currency,
        ),
        "expected_gain": _(
            "What contacting the customer is worth on average, in {currency}: the chance that it saves them times "
            "what they bring, less what offer and contact cost. Below 0 it would cost more than it brings.",
            currency=currency,
        ),
        "forgone_gain": _(
            "How much more another action would gain, in {currency}. Campaigns cannot tell the two apart, and the "
            "suggested one answers the customer's reason.",
            currency=currency,
        ),
        "uplift": _(
            "By how much a contact lowers the probability of leaving in the next {days} days, as measured in past "
            "campaigns; empty until there are any.",
            days=days,
        ),
        "effect_basis": _(
            "What the effect of the suggested action rests on: campaigns (measured), campaigns and the prior "
            "(mixed), the prior alone (prior), or the prior of an action that no campaign has tried (assumed)."
        ),
        "effect_share": _("How much of what is known of that effect campaigns bring; the rest is the prior."),
    }


def _define_reasons(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "reason_1": _(
            "What raises the probability most, with the customer's own value and the usual one of customers who "
            "stay. Of reasons that weigh about the same, one that somebody can act on comes first."
        ),
        "reason_2": _("The second reason."),
        "reason_3": _("The third reason."),
        "against_1": _("What lowers the probability most: a good thing to build the conversation on."),
    }


def _define_actions(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "suggested_action": _(
            "What to do: the action of the playbook that is worth most. Where campaigns cannot tell two actions "
            "apart, the one that answers the customer's reason."
        ),
        "owner": _("The team that does it; one that is not usual is named as in the playbook."),
        "channel": _("How to reach the customer."),
        "consent": _("Whether the customer agreed to be contacted; empty if nobody knows."),
        "due_by": _("Do it by this day, on which the company works."),
    }


def _define_known(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "last_contact_at": _(
            "Last time the company wrote to or called the customer, as far as the data tell (UTC)."
        ),
        "open_tickets": _("Tickets of the customer that are open."),
        "oldest_open_ticket_hours": _("Hours since the oldest open ticket was opened; empty if none is open."),
        "last_nps": _("The customer's newest answer to whether they would recommend the company, 0 to 10."),
        "last_csat": _("The customer's newest satisfaction answer, as a share of full marks."),
        "renewal_date": _("The day on which the term of the customer's contract ends; the first of several."),
        "data_notes": _("What to know about the data behind the row, such as something that is missing."),
    }


def _define_details(language: Language) -> dict[str, str]:
    _ = language.translate
    first = {
        "reason_1_own": _("The customer's own value in the first reason; likewise for the others."),
        "reason_1_typical": _("The median of customers who stayed, for the same; likewise for the others."),
        "reason_1_direction": _("Whether the customer's value is above or below the usual one."),
        "reason_1_actionable": _("Whether somebody in the company can act on the reason."),
        "reason_1_about": _(
            "What the reason is about; in the Parquet file, by the name it has in the catalog of features."
        ),
    }
    others = {
        name.replace("_1_", f"_{i}_"): _("See {column}.", column=name) for i in _REASONS[1:] for name in first
    }
    return first | others


def _define_versions(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        "model_version": _("The model that scored the customer, by name and version in the registry."),
        "kpi_version": _("The KPI definitions in force, by their hash."),
    }
