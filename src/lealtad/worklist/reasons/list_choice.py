"""Choosing which causes each card of a list shows, so that the list is not repetitive."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lealtad.worklist.reasons.causes import find_kind
from lealtad.worklist.reasons.choice import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHARE = 3  # a cause that is not a card's first is on at most one card in three


def choose_for_list(
    causes: Sequence[Sequence[str]], needed: Sequence[str | None] = (), most: int = REASONS
) -> list[list[int]]:
    """Choose up to three causes per card; a cause that is not a card's first is on at most a third of the cards.

    Parameters
    ----------
    causes
        Per card, in the order of the list, the causes of the score, heaviest first.
    needed
        Per card, the cause that its action answers, which is always shown; None if there is none.

    Returns
    -------
    Per card, the positions of the causes to show, in order.

    Examples
    --------
    >>> choose_for_list([["waits", "price"], ["price", "waits"], ["silence", "waits", "price"]])
    [[0], [0], [0]]
    >>> choose_for_list([["waits", "price"]] + [["silence"]] * 5)
    [[0, 1], [0], [0], [0], [0], [0]]
    """
    allowed = len(causes) / _SHARE
    wanted = [*needed, *[None] * (len(causes) - len(needed))]
    shown: list[list[int]] = []
    for own, need in zip(causes, wanted, strict=True):
        first = [0] if own else []
        shown.append(first + [place for place, cause in enumerate(own) if place and cause == need])
    counts = Counter(own[place] for own, places in zip(causes, shown, strict=True) for place in places)
    for rank in range(1, max((len(own) for own in causes), default=0)):
        for own, places in zip(causes, shown, strict=True):
            if rank >= len(own) or rank in places or len(places) >= most:
                continue
            kinds = {find_kind(own[place]) for place in places}
            if find_kind(own[rank]) not in kinds and counts[own[rank]] + 1 <= allowed:
                places.append(rank)
                counts[own[rank]] += 1
    return [sorted(places) for places in shown]
