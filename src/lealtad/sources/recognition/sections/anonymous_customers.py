"""Rows without a customer or an amount of their own: counter sales, placeholders, guests known by e-mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.queries import list_missing_marks, require_value
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

# whole ids in lower case; numbers count only if they have many times the rows of other customers
_WORDS = (
    r"^(?:(?:cliente|venta|ventas|clientes)? ?(?:de )?(?:al )?"
    r"(?:contado|mostrador|varios|gen[eé]rico|general|an[oó]nimo)|walk.?in|"
    r"guests?|anonymous|invitado|consumidor final|p[uú]blico(?: en)? general|"
    r"sin (?:cliente|identificar|registro|registrar)|"
    r"no (?:identificado|registrado)|cash|counter|unknown|desconocido|balc[aã]o|consumidor|cliente final|avulso|"
    r"cash customer|one.?time customer|default|dummy|tienda)$"
)
_NUMBERS = r"^(?:0+|9{4,}|-1|x{3,})$"
_TIMES, _LEAST = 5, 5
_NOBODY = get_words("anonymous_customers", "nobody")
_SOME, _MANY, _NEARLY_ALL = 0.005, 0.1, 0.95
_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def find_placeholder_ids(table: SourceTable, header: str) -> tuple[tuple[str, ...], float]:
    """Return the ids in a column that stand for no customer, and the share of its rows with one of them."""
    if table.sample is None or header not in table.sample.columns:
        return (), 0.0
    ids = table.sample[header].cast(pl.String, strict=False).str.strip_chars().drop_nulls()
    counts = ids.filter(ids != "").value_counts(sort=True)
    if counts.height < _LEAST:
        return (), 0.0
    name = counts.columns[0]
    usual = counts["count"].median() or 1
    low = pl.col(name).str.to_lowercase()
    often = pl.col("count") >= pl.lit(max(_LEAST, _TIMES * float(usual)))  # type: ignore[arg-type]
    nobody = counts.filter(low.str.contains(_WORDS) | (low.str.contains(_NUMBERS) & often))
    return tuple(nobody[name]), float(nobody["count"].sum() / max(ids.len(), 1))


def identify_guests(section: Proposal, table: SourceTable) -> Proposal:
    """Identify customers by e-mail if many orders come from guests without an account."""
    header = section.columns.get("customer_id")
    if header is None or table.sample is None or section.query:
        return section
    ids = table.sample[header].cast(pl.String, strict=False).str.strip_chars().fill_null("").str.to_lowercase()
    nobody = ids.is_in(list(_NOBODY)).mean()
    if not isinstance(nobody, float) or nobody < _MANY:
        return section
    for content in table.contents:
        if content.personal and content.name != header:
            mails = (
                table.sample[content.name].cast(pl.String, strict=False).str.contains(_MAIL).fill_null(value=False)
            )
            share = mails.mean()
            if isinstance(share, float) and share >= _NEARLY_ALL:
                note = (
                    f'{nobody:.0%} of its rows come from guests, whom "{header}" does not name: customers are '
                    f'identified by "{content.name}". If only accounts should count, map customer_id = "{header}".'
                )
                columns = {**section.columns, "customer_id": content.name}
                return replace(section, columns=columns, notes=(*section.notes, note))
    return section


def leave_out_incomplete(section: Proposal, table: SourceTable) -> Proposal:
    """Leave out orders whose customer is empty, as at a till, or whose amount is a dash.

    Empty cells of further lines stay. An empty amount stays too: the load rejects it with its reason.
    """
    if not section.columns or {"one_row_per", "where"} & section.keys.keys():
        return section
    conditions = [_require_customer(section, table), _require_amount(section, table)]
    found = [condition for condition in conditions if condition]
    if not found:
        return section
    where = " and ".join(condition for condition, _ in found)
    return replace(section.add_notes(*(note for _, note in found)), keys={**section.keys, "where": where})


def _require_customer(section: Proposal, table: SourceTable) -> tuple[str, str] | None:
    """Return the condition that a row has a customer, with its note; None if nearly all have one."""
    header = section.columns.get("customer_id")
    if header not in table.headers or table.content(header).share_missing <= _SOME:
        return None
    missing = table.content(header).share_missing
    where = require_value(table, header)
    return where, f'{missing:.0%} of its rows have no customer in "{header}"; they are left out.'


def _require_amount(section: Proposal, table: SourceTable) -> tuple[str, str] | None:
    """Return the condition that no word or dash stands for the amount, with its note; None if none does."""
    header = section.columns.get("amount")
    if table.sample is None or header not in table.headers or not table.content(header).text:
        return None
    cells = table.sample[header].str.strip_chars()
    marks = list_missing_marks(table, header)
    if not marks:
        return None
    listed = ", ".join(f"'{mark}'" for mark in marks)
    where = f"trim(coalesce({quote_name(header)}, '')) not in ({listed})"
    share = cells.is_in(marks).sum() / cells.len()
    note = f'{share:.0%} of its rows have {listed} for "{header}", no amount; they are left out.'
    return where, note
