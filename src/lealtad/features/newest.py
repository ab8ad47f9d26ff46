"""Order within a customer: which fact happened first, last, or as the nth newest, among those known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.features.coverage import Coverage
    from lealtad.features.grid import Matrix, Whole
    from lealtad.features.ordered import OrderedFacts

NONE = -1


def last_position(facts: OrderedFacts, known: Coverage, chosen: Whole | None) -> Whole:
    """Find, per customer and date, the fact that happened last among those known (`NONE` without any).

    Of facts that happened together the later known is the last, then the later row.
    """
    chosen = np.arange(len(facts)) if chosen is None else chosen
    customer, event = facts.customer[chosen], facts.event[chosen]
    newest = chosen if _in_order(customer, event) else _running(facts.by_event, chosen)
    return _at_ends(newest, *_ends(facts, known, chosen))


def first_position(facts: OrderedFacts, known: Coverage, chosen: Whole | None) -> Whole:
    """Find, per customer and date, the fact that happened first; of those together the one known last."""
    chosen = np.arange(len(facts)) if chosen is None else chosen
    customer, event = facts.customer[chosen], facts.event[chosen]
    starts, ends = _ends(facts, known, chosen)
    if not _in_order(customer, event):
        return _at_ends(_running(facts.by_event_backwards, chosen), starts, ends)
    together = event == event[starts[customer, 0]]  # with the customer's first
    last = starts + np.bincount(customer[together], minlength=facts.customers)[:, None]
    return _at_ends(chosen, starts, np.minimum(ends, last))


def nth_newest(facts: OrderedFacts, known: Coverage, chosen: Whole | None, nth: int) -> Matrix:
    """Return, per customer and date, when the nth newest fact happened; NaN where there are fewer."""
    chosen = np.arange(len(facts)) if chosen is None else chosen
    if _in_order(facts.customer[chosen], facts.event[chosen]):
        starts, ends = _ends(facts, known, chosen)
        return _taken(facts.event[chosen], starts, ends - nth)
    if nth == 1:
        position = last_position(facts, known, chosen)
        return np.where(position == NONE, np.nan, facts.event[position].astype(np.float64))
    chosen = _only(facts.by_event, chosen)
    columns = []
    for covered in known.by_date(chosen):
        starts = np.searchsorted(facts.customer[covered], np.arange(facts.customers + 1))
        columns.append(_taken(facts.event[covered], starts[:-1], starts[1:] - nth))
    return np.stack(columns, axis=1)


def _in_order(customer: Whole, event: Whole) -> bool:
    """Whether every customer's facts became known in the order in which they happened."""
    return bool(((event[1:] >= event[:-1]) | (customer[1:] != customer[:-1])).all())


def _running(order: Whole, chosen: Whole) -> Whole:
    """Return, for each chosen fact, the one that comes last in an order among those of its customer up to it.

    The order goes by customer first, so that it starts anew with each.
    """
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return order[np.maximum.accumulate(rank[chosen])]


def _only(order: Whole, chosen: Whole) -> Whole:
    """Return the chosen facts in an order of all."""
    kept = np.zeros(len(order), dtype=bool)
    kept[chosen] = True
    return order[kept[order]]


def _ends(facts: OrderedFacts, known: Coverage, chosen: Whole) -> tuple[Whole, Whole]:
    """Where among the chosen facts each customer's begin, and where those known before each date end."""
    customer = facts.customer[chosen]
    width = known.dates + 1
    counts = np.bincount(customer * width + known.first[chosen], minlength=facts.customers * width)
    starts = np.searchsorted(customer, np.arange(facts.customers))[:, None]
    return starts, starts + counts.reshape(facts.customers, width)[:, :-1].cumsum(axis=1)


def _at_ends(positions: Whole, starts: Whole, ends: Whole) -> Whole:
    """Return what stands before each end; `NONE` where nothing does."""
    if not len(positions):
        return np.full(ends.shape, NONE)
    return np.where(ends > starts, positions[ends - 1], NONE)


def _taken(event: Whole, starts: Whole, position: Whole) -> Matrix:
    if not len(event):
        return np.full(position.shape, np.nan)
    return np.where(position >= starts, event[np.maximum(position, 0)].astype(np.float64), np.nan)
