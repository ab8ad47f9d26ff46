"""How the tables of several tools join: the column, the format of ids or the identity that customers share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.sections.anonymous_customers import find_placeholder_ids
from lealtad.sources.recognition.sections.common_columns import join_by_common_column
from lealtad.sources.recognition.sections.customer_columns import (
    DESCRIBE,
    find_customer_column,
    may_be_phone,
    reads_source_columns,
)
from lealtad.sources.recognition.tables.id_overlap import (
    find_best_overlap,
    match_identities,
    read_ids,
    rewrite_series,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

Pair = tuple["Proposal", "SourceTable"]
_ENOUGH, _ALMOST_UNIQUE, _FEWEST = 0.5, 0.9, 3
_MOST_TRIED = 40  # columns of a table


def join_sections(pairs: Sequence[Pair]) -> list[Pair]:
    """Join each section of facts to the customers, and ask how if nothing joins them.

    The ids of facts are compared with those of customers as they are, and in other formats. Then other columns are
    tried, and at last identities that both know, such as an e-mail address or a phone.
    """
    pairs = [(_exclude_placeholders(section, table), table) for section, table in pairs]
    homes = [pair for pair in pairs if pair[0].table == "customers" and "customer_id" in pair[0].columns]
    if not homes:
        return join_by_common_column(pairs)
    # one list of customers may be several files, such as those who subscribed and those who left
    id_lists = [read_ids(where, customers.columns["customer_id"]) for customers, where in homes]
    id_lists += [read_ids(where, other.columns["alias"]) for other, where in pairs if "alias" in other.columns]
    ids = pl.concat(id_lists).unique()
    joined = [
        (section, table) if section.table in DESCRIBE else (_join_section(section, table, homes[0], ids), table)
        for section, table in pairs
    ]
    return _complete_customers(joined, [customers for customers, _ in homes], ids, homes[0][1])


def _join_section(section: Proposal, table: SourceTable, home: Pair, customer_ids: pl.Series) -> Proposal:
    customers, where = home
    header = find_customer_column(section, table)
    overlap = find_best_overlap(read_ids(table, header), customer_ids) if header else None
    if customer_ids.len() < _FEWEST or (overlap and overlap.share >= _ENOUGH):
        if overlap and overlap.way:
            note = (
                f'"{header}" has ids in another format than {where.place.name}: ids.customer_id = "{overlap.way}" '
                "makes them equal."
            )
            return replace(section, ids={**section.ids, "customer_id": overlap.way}, notes=(*section.notes, note))
        return section
    if not reads_source_columns(section, table):
        return _ask_how_to_join(section, header, table, where, customers)
    for other in _list_candidates(table, section):
        if other.name != header and find_best_overlap(read_ids(table, other.name), customer_ids).share >= _ENOUGH:
            note = f'"{other.name}" holds the ids of {where.place.name}'
            note += f', "{header}" does not.' if header else "."
            columns = {**section.columns, "customer_id": other.name}
            return _join_section(
                replace(section, columns=columns, notes=(*section.notes, note)), table, home, customer_ids
            )
    return _tie_by_identity(section, table, home) or _ask_how_to_join(section, header, table, where, customers)


def _tie_by_identity(section: Proposal, table: SourceTable, home: Pair) -> Proposal | None:
    """Join by an identity that both know; None if there is none."""
    customers, where = home
    best: tuple[float, str, str, str, str] | None = None
    for mine in _list_candidates(table, section):
        for other in where.contents:
            kind = _find_identity_kind(mine, other)
            if (
                other.name == customers.columns["customer_id"]
                or kind is None
                or other.share_distinct < _ALMOST_UNIQUE
            ):
                continue
            part, code = match_identities(read_ids(table, mine.name), read_ids(where, other.name), kind)
            if part >= _ENOUGH and (best is None or part > best[0]):
                best = (part, kind, mine.name, other.name, code)
    if best is None:
        return None
    part, kind, mine_name, other_name, code = best
    header = section.columns.get("customer_id")
    note = (
        f'Joined by {kind}: {part:.0%} of "{mine_name}" occur in "{other_name}" of {where.place.name}, '
        "exactly, after normalisation."
    )
    left_out = {**section.left_out}
    if header and header != mine_name:
        left_out[header] = "not an id of these customers"
    left_out.pop(mine_name, None)
    return replace(
        section,
        columns={name: column for name, column in section.columns.items() if name != "customer_id"},
        identities={kind: mine_name},
        country_code=code,
        rivals={name: others for name, others in section.rivals.items() if name != "customer_id"},
        left_out=left_out,
        notes=(*section.notes, note),
    )


def _ask_how_to_join(
    section: Proposal, header: str | None, table: SourceTable, where: SourceTable, customers: Proposal
) -> Proposal:
    mine = (
        f'No (or hardly any) id in "{header}" of {table.place.name}'
        if header
        else f"No column of {table.place.name}"
    )
    note = (
        f'{mine} matches "{customers.columns["customer_id"]}" of {where.place.name}: how do they join? '
        "Map the column with columns.customer_id, or one that both have with identities.email or identities.phone"
    )
    return section.add_notes(note)


def _complete_customers(
    pairs: Sequence[Pair], homes: Sequence[Proposal], customer_ids: pl.Series, where: SourceTable
) -> list[Pair]:
    """Add to the customers what the joins of their facts need: identities, and the format of ids."""
    identities: dict[str, str] = {}
    code = ""
    ways: set[str] = set()
    customers = homes[0]
    for section, table in pairs:
        for kind, mine in section.identities.items():
            identities[kind] = _find_partner(table, mine, where, customers, kind, section.country_code)
        code = section.country_code or code
        way = section.ids.get("customer_id")
        if way and not rewrite_series(customer_ids, way).equals(customer_ids):
            ways.add(way)
    ids = {"customer_id": ways.pop()} if len(ways) == 1 else {}
    first = replace(customers, identities=identities, country_code=code)
    changed = {id(home): replace(first if home is customers else home, ids={**home.ids, **ids}) for home in homes}
    return [(changed.get(id(section)) or _align_ids(section, ids), table) for section, table in pairs]


def _align_ids(section: Proposal, ids: dict[str, str]) -> Proposal:
    """Rewrite the ids of facts in the format in which those of customers are rewritten."""
    if section.table in DESCRIBE or section.identities or not ids or "customer_id" not in section.columns:
        return section
    return replace(section, ids={**ids, **section.ids})


def _find_partner(  # noqa: PLR0913, PLR0917 - the two columns, where each stands, and how they meet
    table: SourceTable, header: str, where: SourceTable, customers: Proposal, kind: str, code: str
) -> str:
    others = [
        content
        for content in where.contents
        if content.name != customers.columns["customer_id"]
        and _find_identity_kind(table.content(header), content) == kind
    ]
    ids = read_ids(table, header)
    return (
        max(others, key=lambda content: match_identities(ids, read_ids(where, content.name), kind)[0]).name
        if code == ""
        else max(others, key=lambda content: content.share_distinct).name
    )


def _find_identity_kind(mine: ColumnContent, other: ColumnContent) -> str | None:
    """Return which kind of identity two columns hold; None where they hold different ones."""
    if mine.mail and other.mail:
        return "email"
    if may_be_phone(mine) and may_be_phone(other):
        return "phone"
    named = "id" in mine.ideas or "id" in other.ideas
    plain = not (mine.mail or other.mail or mine.phone or other.phone or mine.dates or other.dates)
    return "id" if named and plain and not mine.wordy and not other.wordy else None


def _list_candidates(table: SourceTable, section: Proposal) -> Iterator[ColumnContent]:
    """Yield the columns that may name the customer: those of persons first, then ids; not the row's own id."""
    own = {section.columns.get(name) for name in ("ticket_id", "order_id", "survey_id", "touchpoint_id")}
    able = [
        content
        for content in table.contents
        if content.name not in own
        and not content.empty
        and not content.wordy
        and not content.flag
        and (content.personal or not content.dates)
        and (
            content.personal
            or {"id", "customer", "contact", "account", "phone", "mail", "document"} & content.ideas
        )
    ]
    header = section.columns.get("customer_id")
    able.sort(key=lambda content: (content.name != header, not content.personal))
    yield from able[:_MOST_TRIED]


def _exclude_placeholders(section: Proposal, table: SourceTable) -> Proposal:
    header = find_customer_column(section, table)
    if header is None or section.table in DESCRIBE:
        return section
    ids, part = find_placeholder_ids(table, header)
    if not ids:
        return section
    note = (
        f'{part:.0%} of its rows have {", ".join(ids)} in "{header}", which many people share: nobody leaves them '
        "out. If one of them is a customer, remove it there."
    )
    return replace(section, nobody=ids, notes=(*section.notes, note))
