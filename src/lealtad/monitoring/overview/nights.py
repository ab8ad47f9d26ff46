"""The newest night of a run compared with the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.worklist.stored_lists import read_last_list, read_list

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_CONTACTED = pl.col("arm") == "treated"


@dataclass(frozen=True)
class NightFigures:
    """Figures of all customers on a night: how many are active, and how many are expected to churn."""

    as_of: datetime
    active: int
    expected_churners: float


@dataclass(frozen=True)
class NightChange:
    """The newest night, and what changed since the last one.

    Attributes
    ----------
    now, before
        The figures of both nights; `before` is None on the first night.
    listed, gain
        Customers on the newest list, and its expected gain.
    by_owner
        By owner, the customers on the list.
    is_first_list
        Whether there was no list before.
    new, kept, left
        Customers only on this list, on both lists, and only on the last list.
    """

    now: NightFigures
    before: NightFigures | None
    listed: int
    gain: float
    by_owner: dict[str, int]
    is_first_list: bool
    new: int
    kept: int
    left: int


def compare_nights(lake: Lake, model: str) -> NightChange | None:
    """Compare the newest scored night of a model with the one before.

    Parameters
    ----------
    lake
        Its stored scores and lists are read. Held-out customers are not counted, so that readers cannot infer
        them.
    model
        The name of its definition, such as `churn`.

    Returns
    -------
    Active customers, expected churners and listed customers of both nights; None before the first night.
    """
    if not lake.has("scores"):
        return None
    scored = lake.read("scores", columns=["as_of", "probability"], where=pl.col("model") == model)
    nights = scored.group_by("as_of").agg(
        active=pl.col("probability").count(), expected=pl.col("probability").sort().sum()
    )
    newest = nights.sort("as_of", descending=True).head(2).to_dicts()
    if not newest:
        return None
    now = newest[0]["as_of"]
    listed = read_list(lake, now).filter(_CONTACTED)
    before = read_last_list(lake, now).filter(_CONTACTED)
    now_listed, before_listed = set(listed["customer_id"]), set(before["customer_id"])
    return NightChange(
        _take_figures(newest[0]),
        _take_figures(newest[1]) if len(newest) > 1 else None,
        listed.height,
        float(listed["expected_gain"].fill_null(0.0).sum()),
        dict(listed.group_by("owner").len().sort("len", "owner", descending=[True, False]).iter_rows()),
        before.is_empty(),
        len(now_listed - before_listed),
        len(now_listed & before_listed),
        len(before_listed - now_listed),
    )


def _take_figures(night: dict[str, Any]) -> NightFigures:
    return NightFigures(night["as_of"], night["active"], night["expected"])
