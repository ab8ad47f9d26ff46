"""The definitions in force, as data: what each measure means, in words, with a version and one hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from lealtad.base.errors import SettingsError, suggest_name


@dataclass(frozen=True)
class KpiDefinition:
    """One measure: change its formula and its version must rise."""

    name: str
    version: int
    formula: str

    def label(self, *choices: str) -> str:
        """Name the definition with the choices that one figure was computed with.

        Examples
        --------
        >>> find_definition("first_response_time").label("median", "calendar hours")
        'first_response_time@1: median, calendar hours'
        """
        named = f"{self.name}@{self.version}"
        return f"{named}: {', '.join(choices)}" if choices else named


DEFINITIONS: tuple[KpiDefinition, ...] = (
    KpiDefinition(
        "nps",
        1,
        "100 times (promoters minus detractors) over answers, integers on the scale 0-10 or 1-10; "
        "promoter 9-10, passive 7-8 (stays in the denominator), detractor up to 6; relational and "
        "transactional never mixed; relational: the last answer per customer; transactional: the last per "
        "customer and touchpoint, else ticket, else survey; interval from SE = 100 sqrt((p + d - (p - d)^2) / n)",
    ),
    KpiDefinition(
        "csat",
        2,
        "answers with (score - min) / (max - min) of at least 3/4 over answers: 4-5 of 1-5, 6-7 of 1-7, 8-10 "
        "of 1-10, 3 of 1-3, 4 of 1-4, 5-6 of 1-6, from 75 of 0-100, good of good and bad; Wilson interval",
    ),
    KpiDefinition(
        "ces",
        1,
        "mean: mean score on its own scale; top_box: share of 5-7 of 1-7; net: 100 times (share of "
        "6-7 minus share of 1-3) of 1-7; boxes are mirrored where a low score means easy; the "
        "direction is data",
    ),
    KpiDefinition("response_rate", 1, "invitations answered over invitations sent in the window; Wilson interval"),
    KpiDefinition(
        "first_response_time",
        1,
        "hours from creation to the first public reply by a human agent (to the second where an agent "
        "opened the ticket), tickets created in the window; unanswered tickets are censored at their "
        "age, at their solution if they were solved without a reply; Kaplan-Meier",
    ),
    KpiDefinition(
        "resolution_time",
        1,
        "full: hours from creation to the last solution; first: to the first solution; tickets solved "
        "in the window, and those open at its end (for first: never solved), censored at their age; "
        "Kaplan-Meier",
    ),
    KpiDefinition(
        "resolution_rate",
        1,
        "cohort: tickets solved, and not open again, within the limit over tickets created in the "
        "window and older than the limit; flow: tickets solved in the window over created in it; "
        "stock: solved in the window over open at its start plus created in it; a ticket that is open "
        "again is not solved",
    ),
    KpiDefinition(
        "one_touch_rate",
        1,
        "tickets solved with at most one public agent reply (an agent's opening message is none) and "
        "not reopened within the limit over tickets first solved in the window, at least the limit "
        "ago; Wilson interval",
    ),
    KpiDefinition(
        "sla_breach_share",
        1,
        "tickets whose first response time (or full resolution time) passes the target of their "
        "priority over all tickets created in the window that have a target; waiting tickets that "
        "have passed it count as breaches; Wilson interval",
    ),
    KpiDefinition(
        "reopen_rate",
        1,
        "tickets reopened or solved again over tickets first solved in the window; Wilson interval",
    ),
    KpiDefinition(
        "retention_rate",
        1,
        "customers active at the start and at the end over customers active at the start; new "
        "customers in neither; a paused contract is active; Wilson interval",
    ),
    KpiDefinition("churn_rate", 1, "one minus the retention rate; Wilson interval"),
    KpiDefinition(
        "grr",
        1,
        "recurring revenue of the customers who paid at the start: the smaller of start and end per "
        "customer, summed, over the start; at most 1; a paused contract pays nothing",
    ),
    KpiDefinition(
        "nrr",
        1,
        "recurring revenue at the end of the customers who paid at the start, over the start; with "
        "reactivation also that of earlier customers who did not pay at the start",
    ),
    KpiDefinition(
        "cohort_retention",
        1,
        "customers active at the end of the k-th month after the one in which they became customers "
        "over all who became customers in that month; Wilson interval",
    ),
    KpiDefinition(
        "clv",
        1,
        "mean margin of a period m, retention over a period r, discount of a period d: immediate "
        "m(1+d)/(1+d-r), after_one_period m r/(1+d-r)",
    ),
)


def find_definition(name: str) -> KpiDefinition:
    """Return one definition.

    Raises
    ------
    SettingsError
        If no definition has that name.
    """
    for definition in DEFINITIONS:
        if definition.name == name:
            return definition
    raise SettingsError(
        place="KPI definitions",
        expected="the name of a KPI",
        found=f"'{name}'",
        fix=suggest_name(name, [definition.name for definition in DEFINITIONS]),
    )


def definitions_hash(definitions: tuple[KpiDefinition, ...] = DEFINITIONS) -> str:
    """Return the SHA-256 of all definitions in force, to be logged with every model.

    Examples
    --------
    >>> len(definitions_hash())
    64
    """
    in_order = sorted((asdict(definition) for definition in definitions), key=lambda one: one["name"])
    return hashlib.sha256(json.dumps(in_order, sort_keys=True).encode()).hexdigest()
