"""The sentence and the fix of each finding, by its code."""

from __future__ import annotations

from lealtad.checks.sufficiency.finding_text import FindingText, _, advice, error, warning
from lealtad.checks.sufficiency.verdict_sentences import MISSING

SENTENCES: dict[str, FindingText] = {
    # dates to learn from
    "thin_folds": warning(
        _("{used} training dates give {folds} folds in time, which is little for settings and calibration."),
        _("Set train = {enough} or more under [dates] (the history allows {allowed}), or shorten horizon_days."),
    ),
    "fewer_dates": advice(
        _("The history covers {used} of {planned} planned training dates; they give {folds} folds in time."),
        _("Load older facts to learn from more dates."),
    ),
    # rows that cannot be loaded
    "too_many_rejected": error(
        _("{rejected} of {rows} rows ({part}) are rejected; a load stops above {limit}."),
        _("Fix the causes below, or raise reject_limit in [sources]."),
    ),
    "unreadable": warning(
        _("{n} of {rows} values ({part}) cannot be read as {kind}; they look like {forms}, first in row {row}."),
        _("State how they are written (dates, decimal, zone) in lealtad.toml, or correct them in the source."),
    ),
    "not_given": warning(
        _("{n} of {rows} rows ({part}) have no value, and each row needs one; first row {row}."),
        _("Map the column that holds it, or give a constant for it."),
    ),
    "unmapped": warning(
        _("{n} of {rows} rows ({part}) have a value that is none of {allowed}: {found}."),
        _("Map each under values.{column} in lealtad.toml."),
    ),
    "repeated_key": warning(
        _("{n} of {rows} rows ({part}) repeat a key with other content; the first is kept. First row {row}."),
        _(
            "If the rows are lines or versions of one thing, join them with a query; otherwise give each its own "
            "key."
        ),
    ),
    "unknown_customer": warning(
        _("{n} of {rows} rows ({part}) belong to customers who are not in the customers table."),
        _("Export all customers, including former ones, or map their other ids in identities."),
    ),
    "off_scale": warning(
        _("{n} of {rows} scores ({part}) are outside their scale."),
        _("Correct scale_min and scale_max, or map the code for “no answer” to an empty value."),
    ),
    "after_the_load": warning(
        _("{n} of {rows} values ({part}) are more than 24 h after the load; only what has happened is a fact."),
        _("Check zone and dates; leave out what is planned. Only contract events can be in the future."),
    ),
    "broken_rule": warning(
        _("{n} of {rows} rows ({part}) break a rule: {rule}. First row {row}."),
        _("Correct them in the source, or map another column."),
    ),
    "exact_repeats": advice(
        _("{n} of {rows} rows ({part}) repeat another row exactly; they count once."),
        _("Nothing to do; overlapping exports are fine."),
    ),
    "unused_status": error(
        _("The column '{column}' may state which rows count, but no setting reads it."),
        _("Write only.'{column}' = [the values that count] in lealtad.toml, or name it in ignore."),
    ),
    # columns
    "empty_column": warning(
        _("No row has a value."),
        _("Map the column that holds it, or leave it out."),
    ),
    "mostly_missing": advice(
        _("{part} of the rows have no value."),
        _("Check the export; missing values are kept as missing, never filled in."),
    ),
    "constant": advice(
        _("Every row has the same value."),
        _("Check the mapping; a column that never varies carries no information."),
    ),
    # clocks
    "future": warning(
        _("{n} of {rows} rows ({part}) are in the future, up to {latest}."),
        _("Check zone and dates; leave out what is only planned."),
    ),
    "planned": advice(
        _("{n} of {rows} contract events ({part}) are planned, up to {latest}: each counts from when it happens."),
        _("Nothing to do. For an older export, state when it was taken with --loaded-at."),
    ),
    "no_time_of_day": warning(
        _("All times are midnight, so the order of facts within a day is lost."),
        _("Export the time of day if the system has it."),
    ),
    "mostly_no_time_of_day": advice(
        _("{part} of the times are midnight; they probably hold only a day."),
        _("Export the time of day if the system has it."),
    ),
    "no_recorded_at": advice(
        _("{part} of the rows do not state when they were recorded; they count as known at once."),
        _(
            "Map recorded_at if the system keeps it; otherwise late entries look as if they had been known in "
            "time."
        ),
    ),
    "lateness": advice(
        _(
            "{late} of the rows were recorded more than a day after the event; half within {half}, 95% within "
            "{most}, the latest after {latest}."
        ),
        _("Nothing to do: each counts from when it was known."),
    ),
    # history
    "gap": warning(
        _("No rows between {start} and {end} ({days} days); the longest other gap is {usual} days."),
        _("Check whether an export is missing for that period."),
    ),
    "volume_change": warning(
        _("Around {when} the rows per week went from {before} to {after}."),
        _("Check whether a source was added, lost or filtered then; a model would take the change for behaviour."),
    ),
    # people
    "sampled": advice(
        _("There are many rows, so {part} of the customers were checked; all numbers except rejects are theirs."),
        _("Nothing to do: customers are drawn by their ids, whatever they did."),
    ),
    "without_facts": advice(
        _("{n} of {rows} customers ({part}) have no fact in any table."),
        _("Fine for prospects; otherwise check that ids are written the same way in all tables."),
    ),
    "no_customer_matches": error(
        _("None of its customers is in the customers table."),
        _("Check that ids are written the same way in both (prefixes, leading zeros)."),
    ),
    "one_id_for_many": warning(
        _("{n} of {rows} rows ({part}) are of one id, '{customer}': probably many people, such as counter sales."),
        _('If so, leave its rows out: nobody = ["{customer}"] in the section of [sources].'),
    ),
    "ids_differ_in_case": warning(
        _(
            "{n} of {rows} ids differ from another one only in capitals or blanks; probably the same customer "
            "twice."
        ),
        _('Write ids.customer_id = "lower case" in each section of [sources].'),
    ),
    "ids_written_otherwise": warning(
        _("{part} of the {n} ids without a customer are ids of customers, written differently ({way})."),
        _('Write ids.customer_id = "{way}" in each section of [sources] that needs it.'),
    ),
    "made_key_repeats": warning(
        _("{n} of {rows} rows ({part}) repeat a key that was made of their content; they count once."),
        _("If they are different facts, the key is wrong: add a column that distinguishes them."),
    ),
    "identities_made_up": warning(
        _("All {n} count as known from {at}, before any fact; nobody can have known them then."),
        _("State when each was linked, or join by a column that both tables share (identities in a section)."),
    ),
    "attributes_always_known": advice(
        _("Attributes without valid_from: {n}. They are read as if they had never changed."),
        _("Leave out those that change when a customer churns, or map valid_from."),
    ),
    # money, answers, tickets
    "returns": advice(
        _("{n} of {rows} orders ({part}) are returns; they do not count as activity."),
        _("Nothing to do if that is about right."),
    ),
    "returns_positive": advice(
        _("All {n} returns with a value here are positive; each counts below zero."),
        _("Check that is_return marks no purchases; if it marks only returns, nothing needs to change."),
    ),
    "returns_of_mixed_sign": warning(
        _("{n} of {rows} returns are positive here and {negative} negative; each counts below zero."),
        _("Check that is_return marks no purchases; if it marks only returns, nothing needs to change."),
    ),
    "negative_no_return": warning(
        _("{n} of {rows} orders ({part}) have an amount below zero and are not marked as returns."),
        _('Map is_return, or write negative_amounts = "returns" in the section of [sources].'),
    ),
    "scales_mixed": warning(
        _("Scores of {metric} use {n} scales: {scales}."),
        _("Check scale_min and scale_max; a measure uses one scale at a time."),
    ),
    "everyone_answers": warning(
        _("Every invitation was answered, so the unanswered ones are probably missing."),
        _("Export invitations too: silence is a signal, and the response rate needs them."),
    ),
    "few_answers": advice(
        _("{answers} of {invited} invitations ({part}) were answered."),
        _("Nothing to do; few answers come from few customers."),
    ),
    "ces_undirected": warning(
        _(
            "{n} of {rows} answers on effort ({part}) do not state whether high is easy, so CES cannot be "
            "computed."
        ),
        _("Write constants.higher_is_easier = true (or false) in [sources.surveys], or map a column."),
    ),
    "never_solved": warning(
        _("No ticket was ever solved: resolution times cannot be computed."),
        _("Map solved_at, or the event that closes a ticket."),
    ),
    "never_replied": warning(
        _("No agent ever replied: first response times cannot be computed."),
        _("Map first_reply_at, or the event of a reply."),
    ),
    "orphan_tickets": warning(
        _("{n} of {rows} tickets ({part}) do not begin with a created event."),
        _("Export from the day on which the oldest ticket was created."),
    ),
    "priority_without_sla": warning(
        _("{n} of {rows} tickets ({part}) have a priority without hours in [sla], and are never late: {found}."),
        _("Map each to one of {named} under values.priority in lealtad.toml, or give it hours in [sla]."),
    ),
    "no_complaint_priority": warning(
        _("No priority is one of complaint_priorities ({named}), so no ticket is a complaint: {found}."),
        _("Map each to low, normal, high or urgent under values.priority in lealtad.toml."),
    ),
    # what absent tables cost
    "absent": advice(
        _("Features off: {features} ({families}). No {kpis}."),
        _("Add it to [sources] if the company has it."),
    ),
    "absent_no_features": advice(
        _("No {kpis}."),
        _("Add it to [sources] if the company has it."),
    ),
    "absent_column": advice(
        _("The column is absent; features off: {features}."),
        _("Map it if the company has it."),
    ),
    **MISSING,
}

KPIS: dict[str, str] = {
    "touchpoints": _("journey map by stage and touchpoint"),
    "surveys": _("NPS, CSAT, CES or response rate"),
    "ticket_events": _("first response, resolution, one-touch, reopen or SLA measures"),
    "subscriptions": _("retention, contractual churn, GRR or NRR of contracts"),
    "orders": _("customer value or inactivity churn"),
    "interventions": _("effect of contacting customers"),
}

# what the contract says of its columns, for the sentences above
KINDS = (
    _("text"),
    _("a date or time such as 2026-01-31 or 2026-01-31T09:30:00"),
    _("a finite number"),
    _("a whole number"),
    _("true or false"),
)
