"""How the tables of several tools join: the column, the way of writing or the identity that customers share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.common_column import by_a_common_column
from lealtad.sources.recognition.naming import ideas_of
from lealtad.sources.recognition.nobody import nobodies
from lealtad.sources.recognition.overlaps import best_overlap, ids_of, tie, written
from lealtad.sources.recognition.whose import DESCRIBE, customer_of, may_be_phone, reads_theirs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lealtad.sources.recognition.contents import Content
    from lealtad.sources.recognition.proposal import Found, Proposal

Pair = tuple["Proposal", "Found"]
_ENOUGH, _ALMOST_UNIQUE, _FEWEST = 0.5, 0.9, 3
_MOST_TRIED = 40  # columns of a table


def joined(pairs: Sequence[Pair]) -> list[Pair]:
    """Say for each section of facts how its rows find their customers, and ask where they do not.

    The ids of its column are held against those of the customers: as they are, in another way of writing, then
    other columns, then what customers and facts both know of a person, such as an e-mail or a phone.
    """
    pairs = [(_without_nobody(section, found), found) for section, found in pairs]
    home = next(
        (pair for pair in pairs if pair[0].table == "customers" and "customer_id" in pair[0].columns), None
    )
    if home is None:
        return by_a_common_column(pairs)
    customers, where = home
    told = [
        (section, found) if section.table in DESCRIBE else (_joined(section, found, home), found)
        for section, found in pairs
    ]
    return _both_sides([(one, found) for one, found in told], customers, where)


def _joined(section: Proposal, found: Found, home: Pair) -> Proposal:
    customers, where = home
    known = ids_of(where, customers.columns["customer_id"])
    theirs = customer_of(section, found)
    overlap = best_overlap(ids_of(found, theirs), known) if theirs else None
    if known.len() < _FEWEST or (overlap and overlap.share >= _ENOUGH):
        if overlap and overlap.way:
            note = (
                f'"{theirs}" writes ids otherwise than {where.place.name}: ids.customer_id = "{overlap.way}" '
                "makes them one."
            )
            return replace(section, ids={**section.ids, "customer_id": overlap.way}, notes=(*section.notes, note))
        return section
    if not reads_theirs(section, found):
        return _asked(section, theirs, found, where, customers)
    for other in _candidates(found, section):
        if other.name != theirs and best_overlap(ids_of(found, other.name), known).share >= _ENOUGH:
            note = f'"{other.name}" holds the ids of {where.place.name}'
            note += f', "{theirs}" does not.' if theirs else "."
            columns = {**section.columns, "customer_id": other.name}
            return _joined(replace(section, columns=columns, notes=(*section.notes, note)), found, home)
    return _tied(section, found, home) or _asked(section, theirs, found, where, customers)


def _tied(section: Proposal, found: Found, home: Pair) -> Proposal | None:
    """Tie by what both know of a person; None where nothing does."""
    customers, where = home
    best: tuple[float, str, str, str, str] | None = None
    for mine in _candidates(found, section):
        for other in where.contents:
            kind = _kind(mine, other)
            if (
                other.name == customers.columns["customer_id"]
                or kind is None
                or other.share_distinct < _ALMOST_UNIQUE
            ):
                continue
            part, code = tie(ids_of(found, mine.name), ids_of(where, other.name), kind)
            if part >= _ENOUGH and (best is None or part > best[0]):
                best = (part, kind, mine.name, other.name, code)
    if best is None:
        return None
    part, kind, mine_name, other_name, code = best
    theirs = section.columns.get("customer_id")
    note = (
        f'Joined by {kind}: {part:.0%} of "{mine_name}" stand in "{other_name}" of {where.place.name}, '
        "exact after normalising."
    )
    left_out = {**section.left_out}
    if theirs and theirs != mine_name:
        left_out[theirs] = "no id of these customers"
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


def _asked(section: Proposal, theirs: str | None, found: Found, where: Found, customers: Proposal) -> Proposal:
    mine = (
        f'No (or hardly any) id in "{theirs}" of {found.place.name}'
        if theirs
        else f"No column of {found.place.name}"
    )
    note = (
        f'{mine} matches "{customers.columns["customer_id"]}" of {where.place.name}: how do they join? '
        "Name the column with columns.customer_id, or one that both have with identities.email, identities.phone …"
    )
    return replace(section, notes=(*section.notes, note))


def _both_sides(pairs: Sequence[Pair], customers: Proposal, where: Found) -> list[Pair]:
    """Give the customers what the joins of their facts need: the identities, and the way of writing ids."""
    identities: dict[str, str] = {}
    code = ""
    ways: set[str] = set()
    known = ids_of(where, customers.columns["customer_id"])
    for section, found in pairs:
        for kind, mine in section.identities.items():
            identities[kind] = _partner(found, mine, where, customers, kind, section.country_code)
        code = section.country_code or code
        way = section.ids.get("customer_id")
        if way and not written(known, way).equals(known):
            ways.add(way)
    ids = {"customer_id": ways.pop()} if len(ways) == 1 else {}
    changed = replace(customers, identities=identities, country_code=code, ids={**customers.ids, **ids})
    return [(changed if section is customers else _alike(section, ids), found) for section, found in pairs]


def _alike(section: Proposal, ids: dict[str, str]) -> Proposal:
    """Where the ids of customers are written anew, so are those of every table of facts."""
    if section.table in DESCRIBE or section.identities or not ids or "customer_id" not in section.columns:
        return section
    return replace(section, ids={**ids, **section.ids})


def _partner(  # noqa: PLR0913, PLR0917 - the two columns, where each stands, and how they meet
    found: Found, mine: str, where: Found, customers: Proposal, kind: str, code: str
) -> str:
    others = [
        one
        for one in where.contents
        if one.name != customers.columns["customer_id"] and _kind(found.content(mine), one) == kind
    ]
    ids = ids_of(found, mine)
    return (
        max(others, key=lambda one: tie(ids, ids_of(where, one.name), kind)[0]).name
        if code == ""
        else max(others, key=lambda one: one.share_distinct).name
    )


def _kind(mine: Content, other: Content) -> str | None:
    """Return which kind of identity two columns hold; None where they hold different ones."""
    if mine.mail and other.mail:
        return "email"
    if may_be_phone(mine) and may_be_phone(other):
        return "phone"
    named = "id" in ideas_of(mine.name) or "id" in ideas_of(other.name)
    plain = not (mine.mail or other.mail or mine.phone or other.phone or mine.dates or other.dates)
    return "id" if named and plain and not mine.wordy and not other.wordy else None


def _candidates(found: Found, section: Proposal) -> Iterator[Content]:
    """Give the columns that may say whose a row is: those of persons first, then ids; not the row's own."""
    own = {section.columns.get(name) for name in ("ticket_id", "order_id", "survey_id", "touchpoint_id")}
    able = [
        content
        for content in found.contents
        if content.name not in own
        and not content.empty
        and not content.wordy
        and not content.flag
        and (content.personal or not content.dates)
        and (
            content.personal
            or {"id", "customer", "contact", "account", "phone", "mail", "document"} & ideas_of(content.name)
        )
    ]
    theirs = section.columns.get("customer_id")
    able.sort(key=lambda content: (content.name != theirs, not content.personal))
    yield from able[:_MOST_TRIED]


def _without_nobody(section: Proposal, found: Found) -> Proposal:
    theirs = customer_of(section, found)
    if theirs is None or section.table in DESCRIBE:
        return section
    ids, part = nobodies(found, theirs)
    if not ids:
        return section
    note = (
        f'{part:.0%} of its rows are of {", ".join(ids)} in "{theirs}", under which many people buy: nobody '
        "leaves them out. If one of them is a customer, take it away there."
    )
    return replace(section, nobody=ids, notes=(*section.notes, note))
