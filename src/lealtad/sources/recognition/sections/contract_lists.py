"""A list of contracts: which of its times are a start, a request, an end or a term."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.consent import read_consent_direction
from lealtad.sources.recognition.sections.contract_prices import find_interval, map_amounts
from lealtad.sources.recognition.sections.unread_columns import OF_TODAY

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_SURE_END = get_words("contract_lists", "sure_end")
_CANCEL = get_words("contract_lists", "cancel")
_REQUEST = get_words("contract_lists", "request")
_EXPIRES = get_words("contract_lists", "expires")
_PERIOD = get_words("contract_lists", "period")
_COMMITMENT, _TERM = get_words("contract_lists", "commitment"), frozenset({"term"})
_ACTIVE, _RENEWS = get_words("contract_lists", "active"), get_words("contract_lists", "renews")
_YES = get_words("consent", "yes")
_NO_END = r"9999|2999|20[89]\d|2100|1900"
_FEW, _HALF = 0.02, 0.5
_CONTRACTS = (
    "Its rows are contracts: each becomes a start, an end, and a request to cancel if there is one. An end in the "
    "future is a term, not an end, and so is a date such as 31/12/9999."
)
_END_OF_TERM = (
    'say first what "{}" is: contracts that are active or renew have one too. If contracts ended then, map it to '
    "ended_at; if it is the end of their current term, map another column, or none. Nothing is loaded until you do"
)
_HISTORY = "For its history, map a table with a row per change (event = start, renew, change, end) instead"


def read_contract_list(section: Proposal, table: SourceTable) -> Proposal:
    """Read a list of contracts as the table `contracts`, which the load unfolds into changes."""
    names = ("subscription_id", "customer_id", "started_at", "voluntary")
    columns = {name: header for name, header in section.columns.items() if name in names}
    columns |= _drop_term(_map_times(section, table), table)
    amounts, asked, notes = map_amounts(section, table)
    end = section.columns.get("ended_at", "")
    if end and "ended_at" not in columns and _is_end_of_term(table, end):
        asked = {**asked, "subscription_id": (columns.pop("subscription_id"), _END_OF_TERM.format(end))}
    columns |= amounts
    term = section.columns.get("term_end")
    left_out = {term: OF_TODAY} if term and term not in columns.values() else {}
    notes = [_CONTRACTS, *notes]
    if left_out:
        notes.append(_describe_overwritten_term(str(term)))
    price = columns.get("amount_monthly") or columns.get("amount")
    if price:
        notes.append(_describe_current_price(price))
    interval = find_interval(columns["amount"]) if "amount" in columns and "interval" not in columns else None
    constants = {"interval": interval} if interval else {}
    return replace(
        section,
        table="contracts",
        columns=columns,
        constants={**section.constants, **constants},
        asked={**section.asked, **asked},
        rivals={},
        left_out={**section.left_out, **left_out},
        notes=(*section.notes, *notes),
    )


def _map_times(section: Proposal, table: SourceTable) -> dict[str, str]:
    """Distinguish the end from the request: a customer who cancels stays one until the end of the period."""
    taken = {section.columns.get("started_at"), section.columns.get("subscription_id")}
    times = [
        content
        for content in table.contents
        if content.dates
        and content.name not in taken
        and not content.empty
        and not read_consent_direction(content.name)  # the end of a newsletter ends no contract
    ]
    period = [time for time in times if time.words & _PERIOD and time.words & (_SURE_END | {"until"})]
    requests = [time for time in times if time.words & _REQUEST]
    ends = [time for time in times if time.words & _SURE_END and time not in period and time not in requests]
    ends = [time for time in ends if not time.words & _COMMITMENT]
    cancels = [time for time in times if time.words & _CANCEL and time not in requests and time not in ends]
    if cancels or len(ends) > 1:
        ends = [time for time in ends if not time.words & _TERM]  # a renewed contract goes on
    some_end = any(time.share_missing > _FEW for time in ends)
    ends = [time for time in ends if time.share_missing > _FEW or not some_end]  # all contracts have a term
    expires = [time for time in times if time.words & _EXPIRES]
    columns: dict[str, str] = {}
    flag = _find_period_end_flag(table)
    if ends:
        columns["ended_at"] = _choose_shortest_name(ends)
        requests = requests or cancels
    elif cancels and expires and _is_filled_only_with(table, expires[0].name, cancels[0].name):
        columns["ended_at"] = expires[0].name
        requests = requests or cancels
    elif cancels and flag and period:
        columns |= {"ends_with_period": flag, "period_end": period[0].name}
        requests = requests or cancels
    elif cancels:
        columns["ended_at"] = _choose_shortest_name(cancels)
    elif (header := section.columns.get("ended_at")) and not set(split_words(header)) & _COMMITMENT:
        columns["ended_at"] = header
    if requests:
        columns["cancel_requested_at"] = _choose_request(requests, table, columns.get("ended_at"))
    return columns


def _drop_term(columns: dict[str, str], table: SourceTable) -> dict[str, str]:
    """Return the times without an end that active contracts have too."""
    is_term = "ended_at" in columns and _is_end_of_term(table, columns["ended_at"])
    return {name: header for name, header in columns.items() if not (is_term and name == "ended_at")}


def _is_end_of_term(table: SourceTable, header: str) -> bool:
    """Whether contracts that are active, or renew, have an end too: it is that of their current term."""
    if table.sample is None or table.content(header).share_missing > _FEW:
        return False
    ends = table.sample[header].cast(pl.String, strict=False)
    for content in table.contents:
        renews = content.flag and content.words & _RENEWS
        if not (renews or "status" in content.ideas) or not content.values:
            continue
        going = [value for value in content.values if set(split_words(value)) & (_YES if renews else _ACTIVE)]
        rows = table.sample[content.name].cast(pl.String, strict=False).is_in(going)
        some = ends.filter(rows.fill_null(value=False)).str.contains(_NO_END)
        if some.len() and (~some).mean() > _HALF:  # type: ignore[operator]  # a number
            return True
    return False


def _choose_shortest_name(contents: list[ColumnContent]) -> str:
    """Return the header with the fewest words."""
    return min(contents, key=lambda content: len(split_words(content.name))).name


def _choose_request(requests: list[ColumnContent], table: SourceTable, end: str | None) -> str:
    """Return the header of the request: those whose contracts ended had one. A cancellation to come is none."""
    if table.sample is None or end is None:
        return _choose_shortest_name(requests)
    ended = table.sample.filter(_mark_filled(table.sample, end))
    counts = {content.name: int(_mark_filled(ended, content.name).sum()) for content in requests}
    most = max(counts.values())
    return _choose_shortest_name([content for content in requests if counts[content.name] == most])


def _find_period_end_flag(table: SourceTable) -> str | None:
    return next(
        (content.name for content in table.contents if content.flag and {"period", "end"} <= content.words),
        None,
    )


def _is_filled_only_with(table: SourceTable, first: str, second: str) -> bool:
    """Whether one column is filled only where the other one is."""
    if table.sample is None:
        return False
    filled = [_mark_filled(table.sample, name) for name in (first, second)]
    return not (filled[0] & ~filled[1]).any()


def _mark_filled(rows: pl.DataFrame, name: str) -> pl.Series:
    text = rows[name].cast(pl.String, strict=False).str.strip_chars()
    return text.is_not_null() & (text != "").fill_null(value=False)


def _describe_overwritten_term(term: str) -> str:
    return (
        f'"{term}" is left out: each renewal overwrites it, so that a start would reveal who renewed later. '
        f"{_HISTORY}; if nothing ever overwrites it, map it to term_end."
    )


def _describe_current_price(price: str) -> str:
    return (
        f'The start has the current price, "{price}", since the value at stake needs one. If prices rise, '
        f"customers who stay pay more, and a start would reveal them. {_HISTORY}."
    )
