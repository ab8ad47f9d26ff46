"""The reasons of a list in words, with the facts behind them, varied from card to card."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.sentences import read_sentences
from lealtad.worklist.reasons.causes import find_cause
from lealtad.worklist.reasons.choice import REASONS
from lealtad.worklist.reasons.days import format_day
from lealtad.worklist.reasons.frame import REASON_PARTS, build_reason_schema, describe_values
from lealtad.worklist.reasons.list_choice import choose_for_list
from lealtad.worklist.reasons.purchases import says_nothing_bought
from lealtad.worklist.reasons.sentences import write_sentence
from lealtad.worklist.reasons.strengths import find_strength, write_event_strength, write_strength

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.worklist.reasons.evidence import Evidence, EvidenceWriter
    from lealtad.worklist.reasons.ranking import RankedCauses
    from lealtad.worklist.reasons.sentences import ReasonWords

_SEPARATOR = " | "  # between the facts of a reason
_ACCEPTED, _ANSWER, _BOUGHT_ON = "accepted", "last_nps", "bought_on"
_YEAR = timedelta(days=364)  # older comments are not quoted


def build_list_reason_schema() -> dict[str, pl.DataType]:
    """Return the columns that `describe_reasons` adds to `customer_id`, with their types."""
    evidence = {f"reason_{i}_evidence": pl.String() for i in range(1, REASONS + 1)}
    comment: dict[str, pl.DataType] = {"last_comment": pl.String(), "last_comment_at": INSTANT}
    return {**build_reason_schema(), **evidence, **comment}


def describe_reasons(
    ranked: Mapping[str, RankedCauses],
    words: ReasonWords,
    writer: EvidenceWriter,
    needed: Sequence[str | None] = (),
) -> pl.DataFrame:
    """Describe why each customer of a list is on it.

    Parameters
    ----------
    ranked
        The causes of the score by customer, in the order of the list.
    needed
        Per customer, the cause that the action answers; it is always among the reasons.

    Returns
    -------
    `customer_id` and the columns of `explain_scores`. Then for i in 1…3 `reason_i_evidence` (the facts behind it,
    newest first), `last_comment` (the customer's own words, masked) and `last_comment_at`.
    """
    causes = [
        [_find_cause(words, column) for column in causes_ranked.columns] for causes_ranked in ranked.values()
    ]
    places = choose_for_list(causes, needed)
    schema = {"customer_id": pl.String(), **build_list_reason_schema()}
    cells: dict[str, list[Any]] = {name: [] for name in schema}
    for (customer, causes_ranked), shown in zip(ranked.items(), places, strict=True):
        row = _build_row(customer, causes_ranked, [causes_ranked.columns[place] for place in shown], words, writer)
        for name in schema:
            cells[name].append(row.get(name))
    return pl.DataFrame(cells, schema=schema)


def _find_cause(words: ReasonWords, column: str) -> str:
    return find_cause(words.known[column].feature.about)


def _build_row(
    customer: str, ranked: RankedCauses, columns: Sequence[str], words: ReasonWords, writer: EvidenceWriter
) -> dict[str, Any]:
    row: dict[str, Any] = {"customer_id": customer}
    columns = _drop_repeated_silence(columns, ranked.row)
    # the day of the last purchase is stated once
    is_silent = any(says_nothing_bought(column, ranked.row[column]) for column in columns)
    stated = _drop_repeated_tickets(columns, [writer.describe(customer, column) for column in columns])
    for i, (column, evidence) in enumerate(stated, start=1):
        details = {name: text for name, text in evidence.details.items() if name != _BOUGHT_ON or not is_silent}
        sentence = write_sentence(words, column, ranked.row, details=details)
        values = (sentence, *describe_values(words, column, ranked.row[column]))
        row |= {f"reason_{i}{part}": value for part, value in zip(REASON_PARTS, values, strict=True)}
        row[f"reason_{i}_evidence"] = _SEPARATOR.join(evidence.facts) or None
    if not stated:
        row["reason_1"] = read_sentences(words.language.code)["list"]["no_single_cause"]
    row["against_1"] = _find_strength(customer, ranked, [column for column, _ in stated], words, writer)
    comment = writer.find_last_comment(customer)
    if comment:
        row["last_comment"], row["last_comment_at"] = comment
    return row


def _drop_repeated_silence(columns: Sequence[str], row: Mapping[str, float]) -> list[str]:
    """Keep only one reason about buying nothing: purchases, items and money of an empty window are one fact."""
    silent = [column for column in columns if says_nothing_bought(column, row[column])]
    return [column for column in columns if column not in silent[1:]]


def _drop_repeated_tickets(columns: Sequence[str], evidence: Sequence[Evidence]) -> list[tuple[str, Evidence]]:
    """Leave out a reason about the same ticket as an earlier reason."""
    stated: list[tuple[str, Evidence]] = []
    tickets: set[str] = set()
    for column, fact in zip(columns, evidence, strict=True):
        if fact.ticket is None or fact.ticket not in tickets:
            stated.append((column, fact))
        tickets |= {fact.ticket} if fact.ticket else set()
    return stated


def _find_strength(
    customer: str, ranked: RankedCauses, columns: Sequence[str], words: ReasonWords, writer: EvidenceWriter
) -> str | None:
    """Return the customer's first strength in words: an accepted offer, else one stated by a feature."""
    contacts = [
        offer.get("contacted_at")
        for offer in writer.histories.list_rows(customer, "interventions")
        if offer.get("outcome") == _ACCEPTED
    ]
    accepted = [moment for moment in contacts if moment is not None and moment > writer.as_of - _YEAR]
    if accepted:
        day = format_day(max(accepted), writer.as_of, words.language, words.zone)
        return write_event_strength(words, "accepted_offers", day)
    strength = find_strength(words, ranked.row, columns)
    if strength == _ANSWER and not _answered_of_late(customer, writer):
        strength = find_strength(words, ranked.row, [*columns, _ANSWER])
    if strength is None:
        return None
    return write_strength(words, strength, ranked.row, writer.describe(customer, strength).details)


def _answered_of_late(customer: str, writer: EvidenceWriter) -> bool:
    fact = writer.histories.find_facts(customer, _ANSWER)
    return fact is not None and bool(fact.rows) and fact.rows[-1][fact.clock] > writer.as_of - _YEAR
