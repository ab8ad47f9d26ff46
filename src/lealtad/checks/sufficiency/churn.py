"""Whether history, living customers and outcomes suffice to learn who leaves, at the dates of a definition."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import Finding
from lealtad.checks.sufficiency.verdict import Measure, Verdict
from lealtad.company.outcome_definition import Contractual
from lealtad.examples.dataset import LEAST_OUTCOMES
from lealtad.examples.outcomes import outcomes_of
from lealtad.sources.contract import table_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lealtad.checks.sufficiency.evidence import Evidence
    from lealtad.company.model_definition import Definition

_FEWEST_TRAIN_DATES = 6  # with fewer, no forward fold has a past to learn from


def churn_verdict(evidence: Evidence, definition: Definition, end: datetime | None) -> Verdict:
    """Judge whether the churn model of a definition can be trained.

    Parameters
    ----------
    evidence
        The company's rows.
    definition
        Its label, and the dates to learn from and to be judged on.
    end
        The end of the data; None if there is none.

    Notes
    -----
    Training asks for 25 rows of living customers who left and 25 of such who stayed, both at the dates it learns
    from and at those it is judged on, and for a history that reaches back to the first of them with the time in
    which a customer shows to be alive before it.
    """
    name = definition.label.tables[0]
    facts = evidence.tables.get(name)
    if facts is None or facts.is_empty() or end is None:
        return Verdict("churn", (), (Finding(f"needs_{name}", name),))
    history = _history(facts, definition, end)
    outcomes = _outcomes({name: facts}, definition, end)
    lacks = (*_too_short(history, definition), *_too_few(outcomes, name), *_stopped(evidence, name))
    return Verdict("churn", (history, *outcomes), lacks)


def _history(facts: pl.DataFrame, definition: Definition, end: datetime) -> Measure:
    first = facts[_event_time(definition)].min()
    days = (end.date() - first.date()).days if isinstance(first, datetime) else 0
    label, dates = definition.label, definition.dates
    spans = dates.train + _embargo(definition, end) + dates.test - 1
    before = label.history_days if isinstance(label, Contractual) else label.alive_days
    needed = before + label.outcome_days + spans * dates.step_days
    return Measure("history_days", max(days, 0), needed)


def _event_time(definition: Definition) -> str:
    return str(table_named(definition.label.tables[0]).event_time)


def _embargo(definition: Definition, end: datetime) -> int:
    return -(-definition.timeline(end).outcome.days // definition.dates.step_days)


def _outcomes(tables: Mapping[str, pl.DataFrame], definition: Definition, end: datetime) -> tuple[Measure, ...]:
    split = definition.timeline(end).split(definition.dates.train, definition.dates.test)
    dates = [*split.train, *split.test, end]
    rows = outcomes_of(tables, dates, definition.label, end).filter(pl.col("missing").is_null())
    parts = {"train": rows.filter(pl.col("as_of").is_in(list(split.train)))}
    parts["test"] = rows.filter(pl.col("as_of").is_in(list(split.test)))
    counted = [
        Measure(f"{outcome}_{part}", labelled.filter(pl.col("observed") == left).height, LEAST_OUTCOMES)
        for part, labelled in parts.items()
        for outcome, left in (("left", True), ("stayed", False))
    ]
    alive = rows.filter(pl.col("as_of") == end).height
    left = rows.filter(pl.col("observed"))["customer_id"].n_unique()
    return (Measure("alive_now", alive, 1), *counted, Measure("customers_who_left", left))


def _too_short(history: Measure, definition: Definition) -> Iterator[Finding]:
    if not history.short:
        return
    step = definition.dates.step_days
    train = definition.dates.train - -(-int(history.short) // step)
    values = {"short": int(history.short), "have": history.value, "needed": history.needed, "train": train}
    code = "short_history" if train >= _FEWEST_TRAIN_DATES else "much_too_short_history"
    yield Finding(code, definition.label.tables[0], _event_time(definition), values)


def _too_few(outcomes: tuple[Measure, ...], name: str) -> Iterator[Finding]:
    for measure in outcomes:
        if measure.short:
            values = {"short": measure.short, "have": measure.value, "needed": measure.needed}
            yield Finding(f"few_{measure.name}", name, "", values)


def _stopped(evidence: Evidence, needed: str) -> Iterator[Finding]:
    """Tell of tables that the model needs and that a load would refuse."""
    for name in ("customers", needed):
        rows = evidence.rows_in.get(name, 0)
        rejected = evidence.rejected.filter(pl.col("table") == name).height
        if rows and rejected / rows > evidence.reject_limit:
            yield Finding("load_stops", name, "", {"name": name})
