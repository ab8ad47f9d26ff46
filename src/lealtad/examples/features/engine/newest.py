"""Order within a customer: which fact happened first, last, or as the nth newest, among those known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.examples.features.engine.coverage import Coverage
    from lealtad.examples.features.engine.grid import Matrix, Whole
    from lealtad.examples.features.engine.ordered import OrderedFacts

NONE = -1
_BEFORE_ALL = np.iinfo(np.int64).min


def find_last(facts: OrderedFacts, known: Coverage, chosen: Whole | None) -> Whole:
    """Find, per customer and date, the fact that happened last among those known (`NONE` without any).

    If facts happened together, the later known is the last, then the later row.
    """
    return _find_greatest(facts, known, chosen, facts.event)


def find_first(facts: OrderedFacts, known: Coverage, chosen: Whole | None) -> Whole:
    """Find, per customer and date, the fact that happened first; of those together the one known last."""
    return _find_greatest(facts, known, chosen, -facts.event)


def find_nth_newest(facts: OrderedFacts, known: Coverage, chosen: Whole | None, nth: int) -> Matrix:
    """Return, per customer and date, when the nth newest fact happened; NaN if there are fewer."""
    if nth == 1:
        position = find_last(facts, known, chosen)
        return _take(facts.event, np.zeros_like(position), position)
    chosen = np.arange(len(facts)) if chosen is None else chosen
    if known.past is None and _is_in_order(facts.customer[chosen], facts.event[chosen]):
        starts, ends = _find_ends(facts, known, chosen)
        return _take(facts.event[chosen], starts, ends - nth)
    chosen = _keep_chosen(facts.by_event, chosen)
    columns = []
    for covered in known.by_date(chosen):
        starts = np.searchsorted(facts.customer[covered], np.arange(facts.customers + 1))
        columns.append(_take(facts.event[covered], starts[:-1], starts[1:] - nth))
    return np.stack(columns, axis=1)


def _find_greatest(facts: OrderedFacts, known: Coverage, chosen: Whole | None, value: Whole) -> Whole:
    """Find, per customer and date, the chosen fact of the greatest value among those known, of equals the last.

    Facts of one customer that become known between the same two dates form a cell. The greatest of each cell is
    found in one pass. A date adds one comparison of two columns to the date before.
    """
    if known.past is not None:
        return _find_greatest_in_force(facts, known, chosen, value)
    width = known.dates + 1
    cell = facts.customer * width + known.first
    if chosen is not None:
        cell, value = cell[chosen], value[chosen]
    positions = np.full((facts.customers, width), NONE)
    if not len(cell):
        return positions[:, :-1]
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    greatest = np.maximum.reduceat(value, starts)
    equal = np.flatnonzero(value == np.repeat(greatest, np.diff(starts, append=len(cell))))
    last = equal[np.searchsorted(equal, np.append(starts[1:], len(cell))) - 1]
    positions.ravel()[cell[starts]] = last if chosen is None else chosen[last]
    best = np.full((facts.customers, width), _BEFORE_ALL)
    best.ravel()[cell[starts]] = greatest
    for date in range(1, known.dates):
        still = best[:, date - 1] > best[:, date]
        best[still, date], positions[still, date] = best[still, date - 1], positions[still, date - 1]
    return positions[:, :-1]


def _find_greatest_in_force(facts: OrderedFacts, known: Coverage, chosen: Whole | None, value: Whole) -> Whole:
    """Find the same where facts are taken back again, date by date."""
    positions = np.full((facts.customers, known.dates), NONE)
    every = np.arange(len(facts)) if chosen is None else chosen
    for date, covered in enumerate(known.by_date(every)):
        starts = np.flatnonzero(np.diff(facts.customer[covered], prepend=-1))
        if not len(starts):
            continue
        greatest = np.maximum.reduceat(value[covered], starts)
        equal = np.flatnonzero(value[covered] == np.repeat(greatest, np.diff(starts, append=len(covered))))
        last = equal[np.searchsorted(equal, np.append(starts[1:], len(covered))) - 1]
        positions[facts.customer[covered[starts]], date] = covered[last]
    return positions


def _is_in_order(customer: Whole, event: Whole) -> bool:
    """Whether every customer's facts became known in the order in which they happened."""
    return bool(((event[1:] >= event[:-1]) | (customer[1:] != customer[:-1])).all())


def _keep_chosen(order: Whole, chosen: Whole) -> Whole:
    """Return the chosen facts in an order of all."""
    is_chosen = np.zeros(len(order), dtype=bool)
    is_chosen[chosen] = True
    return order[is_chosen[order]]


def _find_ends(facts: OrderedFacts, known: Coverage, chosen: Whole) -> tuple[Whole, Whole]:
    """Where among the chosen facts each customer's begin, and where those known before each date end."""
    customer = facts.customer[chosen]
    width = known.dates + 1
    counts = np.bincount(customer * width + known.first[chosen], minlength=facts.customers * width)
    starts = np.searchsorted(customer, np.arange(facts.customers))[:, None]
    return starts, starts + counts.reshape(facts.customers, width)[:, :-1].cumsum(axis=1)


def _take(event: Whole, starts: Whole, position: Whole) -> Matrix:
    if not len(event):
        return np.full(position.shape, np.nan)
    return np.where(position >= starts, event[np.maximum(position, 0)].astype(np.float64), np.nan)
