"""Training the ranking of candidates on earlier dates, each only with what was known before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Protocol as Shape

import numpy as np

from lealtad.base.errors import TooLittleDataError
from lealtad.learning.learners.ranking import Ranker, fit_ranker
from lealtad.recommending.calibration import ScoreCalibration
from lealtad.recommending.history import History, drop_cells, read_cells
from lealtad.recommending.new_products import NewProducts
from lealtad.recommending.repeats import Repeats

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    from lealtad.recommending.candidates import Candidates
    from lealtad.recommending.protocol import Protocol
    from lealtad.recommending.purchases import Floats, Ints, Purchases

BLOCK = 1024
AGAIN, NEW = "buy_again", "goes_with"
TASKS = (AGAIN, NEW)
_ROUNDS, _MOST_CUSTOMERS = 120, 6000
_IS_RANKED = {AGAIN: False, NEW: True}
_MOST_ROWS = 60_000  # per date and task: all bought candidates, and a sample of the others
_LEAST_BOUGHT = 50
_SEED = 5


class Describer(Shape):
    """Lists the candidates of a task."""

    def list_candidates(self, history: History) -> Candidates:
        """Return the candidates of the customers of a history."""
        ...


@dataclass(frozen=True)
class Examples:
    """Candidates of one date, by customer: whether each was bought, and its sampling weight."""

    values: NDArray[np.float32]
    bought: Floats
    weight: Floats
    customer: Ints
    names: tuple[str, ...]


@dataclass(frozen=True)
class TaskModel:
    """How a task ranks: trees, and what their scores mean as a probability to buy.

    Attributes
    ----------
    calibration
        From score to P(buy within the horizon), learned on the newest date by trees that had not seen it.
    """

    ranker: Ranker
    calibration: ScoreCalibration


def train_tasks(
    purchases: Purchases,
    categories: Ints,
    day: float,
    protocol: Protocol,
    built: dict[float, dict[str, Examples]] | None = None,
) -> tuple[dict[str, TaskModel | None], list[float]]:
    """Train both tasks on dates whose outcomes are known by a day; return the models and the dates.

    A task with hardly any purchases has no model; `Scorer.rank` then uses its simple score.

    Parameters
    ----------
    built
        Examples by day, used instead of building them; newly built ones are added.

    Raises
    ------
    TooLittleDataError
        If purchases do not reach back two horizons, or no product has enough buyers.
    """
    days = protocol.list_training_days(day, purchases.first_day)
    if not days:
        raise TooLittleDataError(
            what="days of purchases before the as-of date",
            needed=int(2 * protocol.horizon_days),
            found=int(max(day - purchases.first_day, 0.0)) if np.isfinite(purchases.first_day) else 0,
            fix="Load more orders with their lines, or recommend as of a later day.",
        )
    past = purchases.before(day)
    if not History.build(past, day, protocol.least_buyers).shape[1]:
        raise TooLittleDataError(
            what=f"products with {protocol.least_buyers} buyers",
            needed=1,
            found=0,
            fix="Load more orders with their lines, or give products that are alike one id.",
        )
    parts: dict[str, list[Examples]] = {task: [] for task in TASKS}
    built = {} if built is None else built
    for earlier in days:
        if earlier not in built:
            built[earlier] = build_examples(past, categories, earlier, protocol)
        for task, examples in built[earlier].items():
            parts[task].append(examples)
    return {task: _fit_task(parts[task], task) if parts[task] else None for task in TASKS}, days


def build_examples(purchases: Purchases, categories: Ints, day: float, protocol: Protocol) -> dict[str, Examples]:
    """Build the candidates of a day and what was bought in the horizon after it, by task; or none."""
    history = History.build(purchases, day, protocol.least_buyers)
    if not history.shape[1]:
        return {}
    truth = history.find_truth(purchases, protocol.horizon_days)
    fits: dict[str, Describer] = {
        AGAIN: Repeats.fit(history, categories, protocol),
        NEW: NewProducts.fit(history, categories, protocol),
    }
    awaited = {AGAIN: truth, NEW: drop_cells(truth, history.bought)}
    return {task: _sample(fits[task], history, awaited[task]) for task in TASKS}


def _sample(describer: Describer, history: History, truth: sparse.csr_matrix) -> Examples:
    """Sample candidates of customers: all that were bought, and a share of the others."""
    rng = np.random.default_rng(_SEED)
    chance, share = min(1.0, _MOST_CUSTOMERS / max(history.shape[0], 1)), 0.0
    parts: list[tuple[Candidates, NDArray[np.float32], Ints]] = []
    start = 0
    for block in history.split(BLOCK):
        rows = truth[start : start + block.shape[0]]
        start += block.shape[0]
        drawn = rng.random(block.shape[0]) < chance
        candidates = describer.list_candidates(block)
        bought = read_cells(rows, candidates.customer, candidates.product)
        if not parts and len(bought):
            customers = min(history.shape[0], _MOST_CUSTOMERS)
            share = min(1.0, _MOST_ROWS / (len(bought) / block.shape[0] * customers))
        stays = drawn[candidates.customer] & ((bought > 0) | (rng.random(len(bought)) < share))
        parts.append((candidates.select(stays), bought[stays], candidates.customer[stays] + start))
    happened = np.concatenate([bought for _, bought, _ in parts]).astype(np.float64)
    return Examples(
        np.concatenate([part.values for part, _, _ in parts]),
        happened,
        np.where(happened > 0, 1.0, 1 / max(share, 1e-9)),
        np.concatenate([customer for _, _, customer in parts]),
        parts[0][0].names,
    )


def _fit_task(dates: list[Examples], task: str) -> TaskModel | None:
    """Fit the trees on all dates, and calibrate with trees that had not seen the newest date."""
    if sum(part.bought.sum() for part in dates) < _LEAST_BOUGHT or dates[0].bought.sum() == 0:
        return None
    earlier = dates[1:] or dates
    newest = dates[0]
    score = _fit(task, earlier).score(newest.values)
    return TaskModel(_fit(task, dates), ScoreCalibration.learn(score, newest.bought, newest.weight))


def _fit(task: str, dates: list[Examples]) -> Ranker:
    parts = [_drop_unbought(part) if _IS_RANKED[task] else part for part in dates]
    groups = [np.unique(part.customer, return_counts=True)[1] for part in parts]
    return fit_ranker(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.bought for part in parts]),
        dates[0].names,
        np.concatenate(groups) if _IS_RANKED[task] else None,
        rounds=_ROUNDS,
    )


def _drop_unbought(part: Examples) -> Examples:
    """Drop customers who bought none of their candidates, since they give no order to learn."""
    buyers = np.unique(part.customer[part.bought > 0])
    stays = np.isin(part.customer, buyers)
    return Examples(part.values[stays], part.bought[stays], part.weight[stays], part.customer[stays], part.names)
