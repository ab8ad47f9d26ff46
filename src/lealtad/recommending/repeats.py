"""The task *buy again*: candidates among products that a customer has bought, with their features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from lealtad.recommending.candidates import Candidates, rank_within
from lealtad.recommending.facts import CustomerFacts, ProductFacts
from lealtad.recommending.history import read_cells
from lealtad.recommending.intervals import Hazard, Intervals, average_by_product
from lealtad.recommending.similarity import fit_cosine

if TYPE_CHECKING:
    from lealtad.recommending.history import History
    from lealtad.recommending.protocol import Protocol
    from lealtad.recommending.purchases import Floats, Ints
    from lealtad.recommending.similarity import Weights

_HALF_LIVES = (7, 14, 30, 60, 120, 240)
_WINDOWS = (14, 28, 56, 91, 182)
_YEAR = 365.0
_PRIOR_BUYERS, _PRIOR_SHARE = 20, 0.1


@dataclass(frozen=True)
class Repeats:
    """Describes repeated purchases; fitted on one history.

    Attributes
    ----------
    usual_days
        The mean interval of each product in days.
    came_back
        By product, the share of its buyers up to a horizon ago who have bought it again since.
    cosine
        Product × product: cosine of their buyers.
    """

    protocol: Protocol
    products: ProductFacts
    usual_days: Floats
    came_back: Floats
    hazard: Hazard
    cosine: Weights
    has_last_year: bool

    @classmethod
    def fit(cls, history: History, categories: Ints, protocol: Protocol) -> Repeats:
        """Fit intervals, hazard and facts of a history."""
        horizon, size = protocol.horizon_days, history.shape[1]
        intervals = Intervals.measure(history)
        usual = average_by_product(
            intervals.product, intervals.count.astype(float), intervals.first - intervals.last, size
        )
        earlier, back = _look_back(history, horizon, usual)
        hits = np.bincount(earlier.product, back, size) + _PRIOR_BUYERS * _PRIOR_SHARE
        return cls(
            protocol,
            ProductFacts.compute(history, categories, horizon),
            usual,
            hits / (np.bincount(earlier.product, minlength=size) + _PRIOR_BUYERS),
            Hazard.learn(earlier, back),
            fit_cosine(history.bought, size),
            history.has_last_year,
        )

    def list_candidates(self, history: History) -> Candidates:
        """Return the products that each customer of a history has bought, with their features."""
        intervals = Intervals.measure(history, self.usual_days)
        customer, product = intervals.customer, intervals.product
        columns = {
            **self._describe_frequency(history, intervals),
            **self._describe_intervals(intervals),
            **_describe_share(history, intervals),
            **self._describe_context(history, intervals),
        }
        for name in ("times", "decayed_60d", "formula"):
            columns[f"{name}_rank"] = rank_within(customer, columns[name]).astype(float)
        facts = CustomerFacts.compute(history, self.products, self.protocol.horizon_days)
        columns |= {f"product_{name}": values[product] for name, values in self.products.columns.items()}
        columns |= {f"customer_{name}": values[customer] for name, values in facts.columns.items()}
        values = np.column_stack([np.asarray(value, dtype=np.float32) for value in columns.values()])
        return Candidates(customer, product, values, tuple(columns))

    def _describe_frequency(self, history: History, pairs: Intervals) -> dict[str, Floats]:
        at = (pairs.customer, pairs.product)
        columns: dict[str, Floats] = {"times": pairs.times.astype(float)}
        columns |= {f"decayed_{days}d": read_cells(history.decay(days), *at) for days in _HALF_LIVES}
        columns |= {f"bought_{days}d": _count_window(history, days, at) for days in _WINDOWS}
        columns["same_season"] = (
            _count_window(history, _YEAR, at, _YEAR - self.protocol.horizon_days)
            if self.has_last_year
            else np.full(len(pairs.last), np.nan)
        )
        columns["bad_since_last"] = (history.since_bad[pairs.customer] < pairs.last).astype(float)
        columns["returned"] = read_cells(history.returned, *at).astype(float)
        columns["returned_days"] = read_cells(history.returned_age, *at).astype(float)
        return columns

    def _describe_intervals(self, pairs: Intervals) -> dict[str, Floats]:
        hazard = self.hazard.read(pairs)
        frequency = 0.5 ** (pairs.last / self.protocol.half_life) * pairs.times
        return {
            "days_since": pairs.last,
            "days_since_first": pairs.first,
            "interval": pairs.days,
            "progress": pairs.progress,
            "usual_interval": pairs.usual,
            "usual_progress": pairs.last / pairs.usual,
            "interval_spread": pairs.spread,
            "hazard": hazard,
            "formula": frequency * hazard,
            "product_came_back": self.came_back[pairs.product],
        }

    def _describe_context(self, history: History, pairs: Intervals) -> dict[str, Floats]:
        customer, product = pairs.customer, pairs.product
        decayed = history.decay(self.protocol.half_life)
        own = read_cells(decayed, customer, product)
        category = self.products.category[product]
        label = customer * (int(category.max()) + 1 if len(category) else 1) + category
        _, group = np.unique(label, return_inverse=True)
        together = np.bincount(group, own)[group] if len(group) else own
        spent = sparse.csr_matrix(
            (np.nan_to_num(history.amount), (history.customer, history.product)), shape=history.shape
        )
        amount = read_cells(spent, customer, product)
        recently = history.decay(self.protocol.horizon_days)
        return {
            "category_decayed": together,
            "category_share": own / np.maximum(together, 1e-9),
            "amount": np.log1p(amount / np.maximum(pairs.times, 1)),
            "alike": _read_product(recently, self.cosine, customer, product),
        }


def compute_formula(candidates: Candidates) -> Floats:
    """Return a score without training: decayed frequency times the hazard of the own interval."""
    return candidates.read("formula").astype(np.float64)


def _look_back(history: History, horizon: float, usual: Floats) -> tuple[Intervals, Floats]:
    """Return the pairs known a horizon before the as-of date, and whether each was bought since."""
    earlier = history.look_back(horizon)
    pairs = Intervals.measure(earlier, usual)
    bought = history.mark_window(0, horizon)
    return pairs, read_cells(bought, pairs.customer, pairs.product).astype(np.float64)


def _count_window(history: History, oldest: float, at: tuple[Ints, Ints], youngest: float = 0.0) -> Floats:
    return read_cells(history.count_window(youngest, oldest), *at).astype(np.float64)


def _describe_share(history: History, pairs: Intervals) -> dict[str, Floats]:
    """Return the share of the customer's baskets with the product: ever, since its first and since its last."""
    _, first = np.unique(history.order, return_index=True)
    owner, age = history.customer[first], history.age[first]
    order = np.lexsort((age, owner))
    owner, age = owner[order], age[order]
    span = (age.max() if len(age) else 0.0) + 2.0
    starts = np.searchsorted(owner, np.arange(history.shape[0]))
    total = np.bincount(owner, minlength=history.shape[0])[pairs.customer]
    line = owner * span + age
    base = pairs.customer * span
    since = np.searchsorted(line, base + pairs.last - 1e-6) - starts[pairs.customer]
    from_first = np.searchsorted(line, base + pairs.first + 1e-6) - starts[pairs.customer]
    return {
        "share_of_baskets": pairs.times / np.maximum(total, 1),
        "baskets_since": since.astype(float),
        "baskets_from_first": from_first.astype(float),
        "share_from_first": pairs.times / np.maximum(from_first, 1),
    }


def _read_product(left: sparse.csr_matrix, right: Weights, row: Ints, column: Ints) -> Floats:
    """Return selected cells of the product of a sparse and a dense matrix."""
    return np.asarray((left @ right)[row, column], dtype=np.float64)
