"""Rank the candidates of customers as of a day, block by block: memory holds a thousand customers at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.recommending.candidates import rank_within
from lealtad.recommending.new_products import NewProducts
from lealtad.recommending.repeats import Repeats
from lealtad.recommending.training import AGAIN, BLOCK, NEW

if TYPE_CHECKING:
    from lealtad.recommending.candidates import Candidates
    from lealtad.recommending.history import History
    from lealtad.recommending.protocol import Protocol
    from lealtad.recommending.purchases import Floats, Ints
    from lealtad.recommending.training import TaskModel


@dataclass(frozen=True)
class Scorer:
    """Ranks the candidates of any customers; fitted on one history.

    Attributes
    ----------
    models
        By task; a task without one is ranked by its simple score.
    """

    models: dict[str, TaskModel | None]
    repeats: Repeats
    new_products: NewProducts

    @classmethod
    def fit(
        cls, history: History, categories: Ints, protocol: Protocol, models: dict[str, TaskModel | None]
    ) -> Scorer:
        """Fit the description of candidates as of the history's day."""
        return cls(
            models,
            Repeats.fit(history, categories, protocol),
            NewProducts.fit(history, categories, protocol),
        )

    def rank(self, history: History, task: str, most: int) -> pl.DataFrame:
        """Rank the candidates of a task.

        Parameters
        ----------
        history
            Any customers, with the products that this was fitted on.
        most
            Candidates to return by customer, at most 60.

        Returns
        -------
        `customer, product` (positions in the history), `score, probability, place` (from 0), by customer and
        place. Without a model the probability is null. For `buy_again` also `times, days_since, interval,
        progress, hazard, returned`.
        """
        parts, start = [], 0
        for block in history.split(BLOCK):
            candidates, score, probability = self._score(self._list(block, task), task)
            place = rank_within(candidates.customer, score)
            stays = place < most
            part = pl.DataFrame(
                {
                    "customer": candidates.customer[stays] + start,
                    "product": candidates.product[stays],
                    "score": score[stays],
                    "probability": pl.Series(probability[stays], nan_to_null=True),
                    "place": place[stays],
                    **{name: candidates.read(name)[stays].astype(float) for name in _SHOWN[task]},
                }
            )
            parts.append(part.sort("customer", "place"))
            start += block.shape[0]
        return pl.concat(parts) if parts else pl.DataFrame()

    def _list(self, block: History, task: str) -> Candidates:
        return (self.repeats if task == AGAIN else self.new_products).list_candidates(block)

    def _score(self, candidates: Candidates, task: str) -> tuple[Candidates, Floats, Floats]:
        """Return candidates with scores and probabilities: all, or those preselected by the first few trees."""
        model = self.models.get(task)
        if model is None:
            simple = candidates.read(_SIMPLE[task]).astype(np.float64)
            return candidates, simple, np.full(len(simple), np.nan)
        glance = model.ranker.score(candidates.values, trees=_GLANCE)
        stays = rank_within(candidates.customer, glance) < _LOOKED_AT
        best = candidates.select(stays)
        score = glance[stays] + model.ranker.score(best.values, first=_GLANCE)
        return best, score, model.calibration.read(score)


# the first few trees preselect twice as many candidates as requested; only these are scored by all trees
_GLANCE, _LOOKED_AT = 30, 60
_SIMPLE = {AGAIN: "formula", NEW: "ease"}
_SHOWN = {AGAIN: ("times", "days_since", "interval", "progress", "hazard", "returned"), NEW: ("ease",)}


def arrange_lists(ranked: pl.DataFrame, customers: int, places: int) -> Ints:
    """Return customer × place: the product at each place; -1 where there is none."""
    listed = np.full((customers, places), -1, dtype=np.int64)
    if ranked.height:
        best = ranked.filter(pl.col("place") < places)
        listed[best["customer"].to_numpy(), best["place"].to_numpy()] = best["product"].to_numpy()
    return listed
