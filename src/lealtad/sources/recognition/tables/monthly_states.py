"""Tables that state how things stand each month, in rows or in columns, rather than what happened."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.order_statuses import is_status, read_statuses
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

_PERIOD = get_words("monthly_states", "period")
_STATE = get_words("monthly_states", "state")
_MONEY = frozenset({"amount", "price"})
_ALIKE, _UNIQUE, _FEWEST, _REPEATED = 0.5, 0.98, 3, 0.6
_GONE = get_words("monthly_states", "gone")
_CUSTOMER = frozenset({"customer", "contact", "account", "mail", "phone", "document"})
_MOST_STATUSES = 20
_NAMES = "ene|jan|feb|fev|mar|abr|apr|may|mai|jun|jul|ago|aug|sep|set|oct|out|nov|dic|dec|dez"
_MONTH = re.compile(
    rf"^(.*?)[\W_]*(?:(?:{_NAMES})[a-zç]*[\W_]*(?:\d{{4}}|\d{{2}})?|(?:19|20)\d{{2}}[\W_]?(?:0[1-9]|1[0-2])|"
    r"(?:0[1-9]|1[0-2])[\W_](?:19|20)?\d{2}|m(?:es|onth)?[\W_]?\d{1,2})$",
    re.IGNORECASE,
)


def ask_about_snapshots(frames: Sequence[pl.DataFrame]) -> str:
    """Ask about files that list the same things each month with their status; empty for other files.

    Parameters
    ----------
    frames
        The rows of each file of a group, in order; or of a single file.

    Examples
    --------
    >>> month = pl.DataFrame({"cliente": ["1", "2"], "Estado": ["Activo", "Baja"]})
    >>> ask_about_snapshots([month, month]).partition(":")[0]
    'its files are snapshots, month by month'
    >>> ask_about_snapshots([month])
    ''
    """
    if not frames or not any(read_ideas(name) & _STATE for name in frames[0].columns):
        return ""
    if len(frames) > 1:
        keys = [name for name in frames[0].columns if _names_same_things(frames, name)]
        how = "its files are snapshots, month by month"
        month = "source_file"
    else:
        period = _find_period(frames[0])
        keys = [name for name in frames[0].columns if period and _is_once_per_period(frames[0], name, period)]
        how = f'its rows are snapshots, month by month ("{period}")'
        month = period or ""
    if not keys:
        return ""
    if len(frames) > 1 and (status := _find_order_status(frames)):
        return _ask_about_repeated_orders(keys[0], status)
    states = [name for name in frames[0].columns if name != keys[0]]
    shown = ", ".join(states[:4])
    return (
        f'{how}: the state of each "{keys[0]}" ({shown}), not what happened. Does a contract start in the first '
        "month it appears, change with its amount, and end when its status says so or it disappears? If so, write "
        f"[sources.subscriptions] with its files and {_write_section(frames, keys[0], month)}. "
        "A file that lacks some contracts would end them"
    )


def _write_section(frames: Sequence[pl.DataFrame], key: str, month: str) -> str:
    """Return the settings that unfold snapshots."""
    lines = [
        'snapshots = "month"',
        f"columns.subscription_id = {_quote_text(key)}",
        f"columns.customer_id = {_quote_text(_find_customer(frames[0].columns, key))}",
    ]
    lines.append(f"columns.occurred_at = {_quote_text(month)}")
    contents = [describe_content(pl.concat([rows[name] for rows in frames])) for name in frames[0].columns]
    amount = next(
        (content.name for content in contents if _MONEY & content.ideas and content.decimal is not None),
        None,
    )
    lines += [f"columns.amount_monthly = {_quote_text(amount)}"] if amount else []
    state = next((content for content in contents if "status" in content.ideas and content.values), None)
    if state:
        lines.append(f"columns.event = {_quote_text(state.name)}")
        means = {value: "end" if _GONE & set(split_words(value)) else "start" for value in state.values}
        lines += [f"values.event.{_quote_text(value)} = {_quote_text(meant)}" for value, meant in means.items()]
    return ", ".join(lines)


def _find_customer(names: Sequence[str], key: str) -> str:
    """Return the column of the customer beside the key of a snapshot; the key if there is none."""
    return next((name for name in names if name != key and _CUSTOMER & read_ideas(name)), key)


def _find_order_status(frames: Sequence[pl.DataFrame]) -> str | None:
    """Return the column that says which orders count, if the files list orders."""
    names = frames[0].columns
    if not any("order" in read_ideas(name) for name in names):
        return None
    values = {name: pl.concat([rows[name] for rows in frames]).drop_nulls().unique() for name in names}
    statuses = [name for name in names if is_status(name) and values[name].len() <= _MOST_STATUSES]
    return next(
        (name for name in statuses if "counts" in read_statuses(values[name].cast(pl.String)).values()), None
    )


def _ask_about_repeated_orders(key: str, status: str) -> str:
    newest = f"row_number() over (partition by {quote_name(key)} order by source_file desc) = 1"
    return (
        f'its files list the same "{key}" again, perhaps with another "{status}": which one counts? If the newest '
        f"file does, write its [sources.orders] with only.{_quote_text(status)} = [the values that count], and a "
        f"query that keeps its rows with: qualify {newest}"
    )


def _quote_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def describe_undated_state(contents: Sequence[ColumnContent]) -> str:
    """Say what a status without a date cannot show; empty if a column has the date, or no value means an end.

    Examples
    --------
    >>> describe_undated_state([describe_content(pl.Series("Estado", ["Activo", "Baja"]))]).partition(":")[0]
    '"Estado" says that some customers have churned ("Baja"), and no column says when'
    """
    for content in contents:
        gone = [value for value in content.values if _GONE & set(split_words(value))]
        if "status" not in content.ideas or not gone or len(gone) == len(content.values):
            continue
        if any(content.dates and content.ideas & {"end", "term"} for content in contents):
            continue
        shown = ", ".join(f'"{value}"' for value in gone[:3])
        return (
            f'"{content.name}" says that some customers have churned ({shown}), and no column says when: without '
            "the date, no model can learn who churns. Export the date of the end too"
        )
    return ""


def _names_same_things(frames: Sequence[pl.DataFrame], name: str) -> bool:
    """Whether a column names each thing once per file, and mostly the same ones in the next file."""
    ids = [_read_ids(rows[name]) for rows in frames]
    if any(first.is_empty() or first.n_unique() < _UNIQUE * first.len() for first in ids):
        return False
    if describe_content(frames[0][name]).dates is not None:
        return False
    pairs = itertools.pairwise(ids)
    shares = [first.is_in(second.implode()).mean() for first, second in pairs]
    return all(isinstance(share, float) and share >= _ALIKE for share in shares)


def _find_period(rows: pl.DataFrame) -> str | None:
    named = [name for name in rows.columns if _PERIOD & set(split_words(name))]
    return next((name for name in named if _FEWEST <= rows[name].n_unique() <= rows.height // 2), None)


def _is_once_per_period(rows: pl.DataFrame, name: str, period: str) -> bool:
    ids = rows[name]
    if name == period or not read_ideas(name) & {"id", "customer", "account", "subscription"}:
        return False
    repeated = ids.n_unique() < _REPEATED * rows.height
    return repeated and rows.select(name, period).n_unique() >= _UNIQUE * rows.height


def _read_ids(values: pl.Series) -> pl.Series:
    text = values.cast(pl.String, strict=False).str.strip_chars()
    return text.filter((text != "").fill_null(value=False))


def describe_month_columns(contents: Sequence[ColumnContent]) -> str:
    """Say that some columns are months, and are not read; empty if there are none.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> import polars as pl
    >>> columns = [describe_content(pl.Series(f"FACT_{month}-24", ["15,00"])) for month in ("ene", "feb", "mar")]
    >>> describe_month_columns(columns).partition(":")[0]
    'Its columns FACT_ene-24 … FACT_mar-24 are months'
    """
    groups: dict[str, list[str]] = {}
    for content in contents:
        month = _MONTH.match(content.name.strip())
        if month and not content.dates:
            groups.setdefault(month[1].lower(), []).append(content.name)
    shown = [f"{names[0]} … {names[-1]}" for names in groups.values() if len(names) >= _FEWEST]
    if not shown:
        return ""
    listed = ", ".join(shown)
    return f"Its columns {listed} are months: what do they contain? They are not read; one row per month would be."
