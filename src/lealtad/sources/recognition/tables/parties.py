"""Calls and messages that name two parties, of which one is the customer and one the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

_SENDER, _RECEIVER = get_words("parties", "sender"), get_words("parties", "receiver")
_FILLER = get_words("parties", "filler")
_REACHES = r"^(?:tel:|sip:)?\+?\d[\d\s().-]{5,}$|^[^@\s]+@[^@\s]+$"  # a phone number or an address
_SOME, _OFTEN, _NEARLY_ALL, _MOST_OWN = 0.4, 0.1, 0.95, 9
_CUSTOMER = frozenset({"customer", "contact", "account"})


def ask_about_parties(contents: Sequence[ColumnContent], rows: pl.DataFrame) -> str:
    """Ask which party of a call or message is the customer; empty for other tables.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> rows = pl.DataFrame({
    ...     "src": ["600000001", "910000000", "600000003"],
    ...     "dst": ["910000000", "600000002", "910000000"],
    ...     "calldate": ["2024-01-05 10:00"] * 3,
    ... })
    >>> ask_about_parties([describe_content(column) for column in rows.iter_columns()], rows).partition(",")[0]
    'its rows have two parties'
    """
    sender, receiver = _find_party(contents, _SENDER), _find_party(contents, _RECEIVER)
    if sender is None or receiver is None or not any(content.dates for content in contents):
        return ""
    others = [content for content in contents if content not in (sender, receiver) and content.distinct > 1]
    if any(_CUSTOMER & content.ideas for content in others):
        return ""
    pairs = [rows[content.name].cast(pl.String, strict=False).str.strip_chars() for content in (sender, receiver)]
    reached = [cells.str.contains(_REACHES).fill_null(value=False).mean() for cells in pairs]
    if not all(isinstance(share, float) and share >= _SOME for share in reached):
        return ""
    own = _find_own(*pairs)
    quoted = [f"'{number.replace(chr(39), chr(39) * 2)}'" for number in own]
    listed = ", ".join(quoted) or "'the numbers of the company'"
    shown = f"Are {listed} the company's? If so, write" if own else "Name those of the company, and write"
    is_ours = f"{quote_name(sender.name)} in ({listed})"
    ours, theirs = quote_name(sender.name), quote_name(receiver.name)
    return (
        f'its rows have two parties, "{sender.name}" and "{receiver.name}", and no column says which one is the '
        f"customer. {shown} its [sources.touchpoints] with a query that adds to its columns: "
        f"case when {is_ours} then {theirs} else {ours} end as customer_id, "
        f"case when {is_ours} then 'company' else 'customer' end as initiated_by"
    )


def is_party(content: ColumnContent, words: frozenset[str] = _SENDER | _RECEIVER) -> bool:
    """Whether a column is called a sender or receiver, and nothing else."""
    return bool(content.words & words) and content.words <= words | _FILLER and not _is_time(content)


def _find_party(contents: Sequence[ColumnContent], words: frozenset[str]) -> ColumnContent | None:
    return next((content for content in contents if is_party(content, words)), None)


def _is_time(content: ColumnContent) -> bool:
    """Whether a column holds times; a phone number may look like one that is counted in seconds."""
    return content.dates is not None and not content.dates.setting.startswith("epoch")


def _find_own(senders: pl.Series, receivers: pl.Series) -> list[str]:
    """Return the numbers of the company: few that take part in nearly all rows, and never two in one.

    Empty if no such numbers are certain.
    """
    rows = pl.DataFrame([senders.alias("sender"), receivers.alias("receiver")]).drop_nulls()
    rest, own = rows, list[str]()
    while rest.height > (1 - _NEARLY_ALL) * rows.height and len(own) < _MOST_OWN:
        counts = pl.concat([rest["sender"].alias("party"), rest["receiver"].alias("party")]).value_counts(
            sort=True
        )
        if counts["count"][0] < _OFTEN * rows.height:
            return []
        own.append(counts["party"][0])
        rest = rest.filter(~pl.any_horizontal(pl.all().is_in(own)))
    within = rows.filter(pl.all_horizontal(pl.all().is_in(own)))
    return [] if within.height or rest.height > (1 - _NEARLY_ALL) * rows.height else sorted(own)
