"""Whether history, active customers and outcomes suffice to predict churn, at the dates of a definition."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding
from lealtad.checks.sufficiency.verdict import DataVerdict, Requirement
from lealtad.company.outcome_definition import Contractual
from lealtad.examples.dataset import LEAST_OUTCOMES
from lealtad.examples.outcomes import compute_table_outcomes
from lealtad.sources.contract import get_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.company.model_definition import ModelDefinition

_LEAST_FOLDS, _GOOD_FOLDS = 2, 3  # in time; one fold cannot both choose and judge


def judge_churn(evidence: DataEvidence, definition: ModelDefinition, end: datetime | None) -> DataVerdict:
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
    Training needs 25 rows of active customers who churned and 25 of active customers who stayed, at its training
    dates and at its test dates. The history must reach back to the first date, and before it for as long as a
    customer takes to show activity.
    """
    name = definition.label.tables[0]
    facts = evidence.tables.get(name)
    if facts is None or facts.is_empty() or end is None:
        return DataVerdict("churn", (), (DataFinding(f"needs_{name}", name),))
    history = _measure_history(facts, definition, end)
    outcomes = _count_outcomes({name: facts}, definition, end)
    lacks = (
        *_describe_too_short(history, definition),
        *_describe_too_few(outcomes, name),
        *_find_stopped(evidence, name),
    )
    return DataVerdict("churn", (history, *outcomes), lacks)


def _measure_history(facts: pl.DataFrame, definition: ModelDefinition, end: datetime) -> Requirement:
    first = facts[_find_event_time(definition)].min()
    days = (end.date() - first.date()).days if isinstance(first, datetime) else 0
    label, dates = definition.label, definition.dates
    spans = definition.train_dates + _measure_embargo(definition, end) + dates.test - 1
    before = label.history_days if isinstance(label, Contractual) else label.alive_days
    needed = before + label.outcome_days + spans * dates.step_days
    return Requirement("history_days", max(days, 0), needed)


def _find_event_time(definition: ModelDefinition) -> str:
    return str(get_table(definition.label.tables[0]).event_time)


def _measure_embargo(definition: ModelDefinition, end: datetime) -> int:
    return -(-definition.timeline(end).outcome.days // definition.dates.step_days)


def _count_outcomes(
    tables: Mapping[str, pl.DataFrame], definition: ModelDefinition, end: datetime
) -> tuple[Requirement, ...]:
    split = definition.timeline(end).split(definition.train_dates, definition.dates.test)
    dates = [*split.train, *split.test, end]
    rows = compute_table_outcomes(tables, dates, definition.label, end).filter(pl.col("missing").is_null())
    parts = {"train": rows.filter(pl.col("as_of").is_in(list(split.train)))}
    parts["test"] = rows.filter(pl.col("as_of").is_in(list(split.test)))
    counted = [
        Requirement(f"{outcome}_{part}", labelled.filter(pl.col("observed") == churned).height, LEAST_OUTCOMES)
        for part, labelled in parts.items()
        for outcome, churned in (("left", True), ("stayed", False))
    ]
    alive = rows.filter(pl.col("as_of") == end).height
    churned = rows.filter(pl.col("observed"))["customer_id"].n_unique()
    return (Requirement("alive_now", alive, 1), *counted, Requirement("customers_who_left", churned))


def _describe_too_short(history: Requirement, definition: ModelDefinition) -> Iterator[DataFinding]:
    """Find a history too short for the stated dates, and dates that leave fewer than two folds in time."""
    values = _plan_folds(history, definition)
    stated = "train" in definition.dates.model_fields_set
    if history.short and (stated or values["folds"] < _LEAST_FOLDS):
        # fewer dates are suggested only if they still give enough folds
        code = "short_history" if values["used"] >= values["enough"] else "much_too_short_history"
    elif values["folds"] < _LEAST_FOLDS:
        code = "few_train_dates"
    else:
        return
    yield DataFinding(code, definition.label.tables[0], _find_event_time(definition), values)


def find_thin_folds(
    evidence: DataEvidence, definition: ModelDefinition, end: datetime | None
) -> Iterator[DataFinding]:
    """Find a history with fewer dates than planned, and too few folds for a good choice."""
    facts = evidence.tables.get(definition.label.tables[0])
    if facts is None or facts.is_empty() or end is None:
        return
    history = _measure_history(facts, definition, end)
    values = _plan_folds(history, definition)
    stated = "train" in definition.dates.model_fields_set
    if values["folds"] < _LEAST_FOLDS or (history.short and stated):
        return  # the verdict states this
    place = (definition.label.tables[0], _find_event_time(definition))
    if values["folds"] < min(_GOOD_FOLDS, definition.search.folds):
        yield DataFinding("thin_folds", *place, values)
    elif history.short:
        yield DataFinding("fewer_dates", *place, values)


def _plan_folds(history: Requirement, definition: ModelDefinition) -> dict[str, int]:
    """Return the numbers of planned, available and sufficient training dates, and of available folds."""
    planned, step = definition.train_dates, definition.dates.step_days
    reach = planned + (int(history.value) - int(history.needed or 0)) // step
    used = max(min(planned, reach), 0)
    enough = next(
        dates for dates in range(1, 10_000) if definition.count_folds(dates) >= _enough_folds(definition)
    )
    return {
        "have": int(history.value),
        "short": int(history.short),
        "needed": int(history.needed or 0),
        "planned": planned,
        "allowed": max(reach, 0),
        "used": used,
        "train": used,
        "folds": definition.count_folds(used),
        "enough": enough,
    }


def _enough_folds(definition: ModelDefinition) -> int:
    return min(_GOOD_FOLDS, definition.search.folds)


def _describe_too_few(outcomes: tuple[Requirement, ...], name: str) -> Iterator[DataFinding]:
    for measure in outcomes:
        if measure.short:
            values = {"short": measure.short, "have": measure.value, "needed": measure.needed}
            yield DataFinding(f"few_{measure.name}", name, "", values)


def _find_stopped(evidence: DataEvidence, needed: str) -> Iterator[DataFinding]:
    """Find tables that the model needs and that a load would refuse."""
    for name in ("customers", needed):
        rows = evidence.rows_in.get(name, 0)
        rejected = evidence.rejected.filter(pl.col("table") == name).height
        if rows and rejected / rows > evidence.reject_limit:
            yield DataFinding("load_stops", name, "", {"name": name})
