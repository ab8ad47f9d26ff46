"""Sentences of a verdict: its question, the numbers behind it, and what is missing."""

from __future__ import annotations

from lealtad.checks.sufficiency.finding_text import FindingText, _, error

MISSING: dict[str, FindingText] = {
    "needs_orders": error(
        _("Orders: the definition counts inactivity as churn, and no table holds purchases."),
        _("Add orders to [sources]."),
    ),
    "needs_subscriptions": error(
        _("Contracts: the definition counts the end of the last contract as churn, and no table holds contracts."),
        _("Add subscriptions to [sources], or choose inactivity under [label] in model.toml."),
    ),
    "short_history": error(
        _("{short} more days of history: {have} exist, and the dates of model.toml need {needed}."),
        _("Load older facts, or set train = {train} under [dates]."),
    ),
    "much_too_short_history": error(
        _(
            "{short} more days of history: {have} exist, {needed} are needed. They allow {used} training dates; "
            "folds in time need {enough}."
        ),
        _("Load older facts, or shorten horizon_days and step_days."),
    ),
    "few_train_dates": error(
        _("More training dates: {used} give {folds} folds in time, and two at least are needed."),
        _("Set train = {enough} or more under [dates]; the history allows {allowed}."),
    ),
    "few_alive_now": error(
        _("An active customer: none is active at the newest date."),
        _("Load newer facts, or widen [label] in model.toml."),
    ),
    "few_left_train": error(
        _("{short} more churned customers at the training dates: {have} of {needed}."),
        _("Load a longer history or more customers, or widen [label] in model.toml."),
    ),
    "few_stayed_train": error(
        _("{short} more customers who stayed at the training dates: {have} of {needed}."),
        _("Load a longer history or more customers, or widen [label] in model.toml."),
    ),
    "few_left_test": error(
        _("{short} more churned customers at the test dates: {have} of {needed}."),
        _("Load more customers, or set more test dates in model.toml."),
    ),
    "few_stayed_test": error(
        _("{short} more customers who stayed at the test dates: {have} of {needed}."),
        _("Load more customers, or set more test dates in model.toml."),
    ),
    "load_stops": error(
        _("Rows of {name} that can be loaded: too many are rejected."),
        _("Fix the errors that the report lists for them."),
    ),
    "needs_surveys": error(
        _("Surveys: no table holds customers' answers."),
        _("Add surveys to [sources], with the invitations that nobody answered."),
    ),
    "needs_nps": error(
        _("Answers on NPS, from 0 or 1 to 10: there are none."),
        _("Add the answers to whether a customer would recommend."),
    ),
    "few_promoters": error(
        _("{short} more promoters (9-10) who answered within the horizon of a date: {have} of {needed}."),
        _("Load more answers, or widen horizon_days and [dates] in model.toml."),
    ),
    "few_no_promoters": error(
        _("{short} more answers below 9 within the horizon of a date: {have} of {needed}."),
        _("Load more answers, or widen horizon_days and [dates] in model.toml."),
    ),
}

MEASURES: dict[str, str] = {
    "history_days": _("days of history"),
    "alive_now": _("active customers at the newest date"),
    "left_train": _("churned, per customer and training date"),
    "stayed_train": _("stayed, per customer and training date"),
    "left_test": _("churned, per customer and test date"),
    "stayed_test": _("stayed, per customer and test date"),
    "customers_who_left": _("different churned customers"),
    "nps_invitations": _("NPS invitations"),
    "nps_answers": _("NPS answers"),
    "response_rate": _("response rate"),
    "nps_answers_per_year": _("NPS answers per year"),
    "promoters": _("promoters (9-10) within the horizon of a date"),
    "no_promoters": _("other answers within the horizon of a date"),
}

QUESTIONS: dict[str, str] = {
    "churn": _("Enough to predict churn?"),
    "promoter": _("Enough to predict promoters?"),
}
