"""Tables that name no customer, but something of one: the use of a subscription is that of its account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.query import stem_of
from lealtad.sources.recognition.matching import best_match
from lealtad.sources.recognition.overlaps import ids_of, share
from lealtad.sources.recognition.unfolding import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.contents import Content
    from lealtad.sources.recognition.proposal import Found, Place

CUSTOMER = "customer_id"
_UNIQUE, _ENOUGH = 0.98, 0.9


def with_parents(tables: Sequence[Found]) -> list[Found]:
    """Join tables that have no shape for want of a customer to the table that knows whose their ids are.

    Only ids that are called alike in both, are unique in the other one and nearly all stand there join them.
    """
    return [one if one.match else _joined(one, tables) or one for one in tables]


def _joined(child: Found, tables: Sequence[Found]) -> Found | None:
    for parent in tables:
        customer = parent.match.columns.get(CUSTOMER) if parent.match else None
        key = _shared(child, parent, customer) if customer and _laid_out_alike(child, parent) else None
        if customer is None or key is None or child.sample is None or parent.sample is None:
            continue
        told = parent.sample.select(key, parent.sample[customer].alias(CUSTOMER))
        rows = child.sample.join(told.unique(key), on=key, how="left", maintain_order="left")
        whose = replace(parent.content(customer), name=CUSTOMER, share_distinct=0.5)
        contents = (*child.contents, whose)
        match = best_match(stem_of(str(child.place.keys["files"])), contents)
        if match:
            return replace(
                child, place=_place(child, parent, key, customer), contents=contents, match=match, sample=rows
            )
    return None


def _shared(child: Found, parent: Found, customer: str) -> str | None:
    """Return the column that is a key of the parent and stands in the child under the same name."""
    if any(content.name == CUSTOMER for content in child.contents):
        return None
    known = {content.name: content for content in parent.contents}
    return next(
        (
            one.name
            for one in child.contents
            if one.name != customer and _is_key(one, known.get(one.name), child, parent)
        ),
        None,
    )


def _is_key(mine: Content, other: Content | None, child: Found, parent: Found) -> bool:
    if other is None or other.dates or other.share_distinct < _UNIQUE or other.empty:
        return False
    return share(ids_of(child, mine.name), ids_of(parent, other.name)) >= _ENOUGH


def _laid_out_alike(child: Found, parent: Found) -> bool:
    """Whether one section can read both: files without a pattern, laid out and written alike."""
    both = (child.place.keys, parent.place.keys)
    files = [keys.get("files") for keys in both]
    rest = [{name: value for name, value in keys.items() if name != "files"} for keys in both]
    single = all(isinstance(one, str) and "*" not in one for one in files)
    return single and files[0] != files[1] and rest[0] == rest[1]


def _place(child: Found, parent: Found, key: str, customer: str) -> Place:
    names = [str(one.place.keys["files"]) for one in (child, parent)]
    mine, other = (quoted(stem_of(name.rpartition("/")[2])) for name in names)
    rows = (
        f"(select c.*, p.{quoted(customer)} as {CUSTOMER} from {mine} c left join {other} p using ({quoted(key)}))"  # noqa: S608 - quoted
    )
    return replace(child.place, keys={**child.place.keys, "files": names}, rows=rows)
