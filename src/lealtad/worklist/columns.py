"""What each column of the list means, in the words of the people who work it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.definition import Definition
    from lealtad.language import Language


def column_definitions(definition: Definition, language: Language) -> dict[str, str]:
    """Return a plain definition of every column of the list."""
    _ = language.say
    days, label = definition.value.lookback_days, definition.label
    rate = language.percent(definition.value.margin_rate)
    return {
        "list_id": _("Name of this list; the same data and model give the same name."),
        "as_of": _("The moment the list speaks of, in UTC: nothing known later was used."),
        "rank": _("Whom to contact first: 1 has the highest expected loss."),
        "customer_id": _("The customer, as the company's systems name them."),
        "segment": _("The customer's group, as the company defines it."),
        "churn_probability": _(
            "Probability that the customer places no order in the next {days} days.", days=label.horizon_days
        ),
        "band": _("The probability in words: low, medium (from 10 %), high (from 25 %), very high (from 50 %)."),
        "value_at_stake": _(
            "Margin the customer would bring in the next {horizon} days at the pace of the last {days} days, in "
            "{currency}. Orders that state no margin count {rate} of their amount.",
            horizon=label.horizon_days,
            days=days,
            currency=definition.value.currency,
            rate=rate,
        ),
        "expected_loss": _("Probability times value at stake: what is lost on average if nobody acts."),
        "reason_1": _("What raises the probability most, with the customer's own value and what is typical."),
        "reason_2": _("The second reason."),
        "reason_3": _("The third reason."),
        "days_since_order": _("Days since the customer's last order."),
        "orders_56d": _("Orders of the customer in the last 56 days."),
        "last_contact_at": _("Last time the company wrote to the customer, as far as the data tell."),
        "data_notes": _("What is missing in the customer's data, and what that means for the row."),
        "reason_1_own": _("The customer's own value in the first reason; likewise for the others."),
        "reason_1_typical": _("The median of customers who stayed, for the same; likewise for the others."),
        "reason_2_own": _("See reason_1_own."),
        "reason_2_typical": _("See reason_1_typical."),
        "reason_3_own": _("See reason_1_own."),
        "reason_3_typical": _("See reason_1_typical."),
        "model_version": _("The model that scored the customer, by name and version in the registry."),
    }
