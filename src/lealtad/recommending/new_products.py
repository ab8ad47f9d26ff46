"""The task *goes with it*: candidates among products that are new to a customer, with their features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from lealtad.recommending.candidates import Candidates
from lealtad.recommending.facts import CustomerFacts, ProductFacts, cross_categories
from lealtad.recommending.history import read_cells
from lealtad.recommending.similarity import fit_cosine, fit_ease, fit_next_products, weigh_bm25

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from lealtad.recommending.history import History
    from lealtad.recommending.protocol import Protocol
    from lealtad.recommending.purchases import Floats, Ints
    from lealtad.recommending.similarity import Weights

    Scores = NDArray[np.float32]

# number of candidates from each score
_BRINGS = {"ease": 100, "next": 100, "bm25": 30, "alike": 40, "ease_lately": 40}
_POPULAR, _RANKED = 20, ("ease", "next", "alike")
_ALIKE, _REFERENCE, _LATELY = 100, 5000, 90.0
_BONUS = np.float32(1e-6)
_NEIGHBOURS = {"bm25": 100, "cosine": 50}


@dataclass(frozen=True)
class NewProducts:
    """Selects and describes candidates; fitted on one history.

    Attributes
    ----------
    weights
        Product × product, by score; sparse where a product keeps its nearest alone.
    reference
        Customers (at most 5,000) with whom others are compared: their decayed purchases, each of length 1.
    reference_lately
        What they bought in the last 90 days.
    """

    protocol: Protocol
    products: ProductFacts
    weights: dict[str, Weights | sparse.csr_matrix]
    reference: sparse.csr_matrix
    reference_ids: pl.Series
    reference_lately: sparse.csr_matrix

    @classmethod
    def fit(cls, history: History, categories: Ints, protocol: Protocol) -> NewProducts:
        """Fit the item-to-item weights and the facts of a history."""
        bought, penalty = history.bought, protocol.penalty
        products = ProductFacts.compute(history, categories, protocol.horizon_days)
        weights = {
            "ease": fit_ease(bought, penalty),
            "next": fit_next_products(
                history, protocol.horizon_days, protocol.step_days, protocol.next_dates, penalty / 4
            ),
            "bm25": sparse.csr_matrix(fit_cosine(weigh_bm25(bought), _NEIGHBOURS["bm25"])),
            "cosine": sparse.csr_matrix(fit_cosine(bought, _NEIGHBOURS["cosine"])),
        }
        rows = np.arange(history.shape[0])
        if len(rows) > _REFERENCE:
            rows = np.sort(np.random.default_rng(0).choice(rows, _REFERENCE, replace=False))
        return cls(
            protocol,
            products,
            weights,
            _normalise(history.decay(protocol.half_life)[rows]),
            history.ids.gather(rows),
            history.mark_window(0, _LATELY)[rows],
        )

    def list_candidates(self, history: History) -> Candidates:
        """Return the candidates of the customers of a history, by customer, with their features.

        Parameters
        ----------
        history
            A few thousand customers at most, with the products that this was fitted on.
        """
        owned = history.bought.tocoo()
        scores = self._score(history)
        for name in _BRINGS:  # own purchases are not candidates, and count in no rank
            scores[name][owned.row, owned.col] = -np.inf
        customer, product = np.nonzero(self._choose(scores, owned))
        columns: dict[str, Floats] = {name: values[customer, product] for name, values in scores.items()}
        recently = self.products.columns["buyers_182d"][product] + 1e-4
        for name in _RANKED:
            columns[f"{name}_rank"] = _rank(scores[name], customer, product)
            columns[f"{name}_lift"] = columns[name] / recently
        columns |= {f"product_{name}": values[product] for name, values in self.products.columns.items()}
        facts = CustomerFacts.compute(history, self.products, self.protocol.horizon_days)
        columns |= {f"customer_{name}": values[customer] for name, values in facts.columns.items()}
        columns["price_above_own"] = self.products.price[product] - facts.price[customer]
        columns |= self._describe_categories(history, customer, product)
        columns["category_share"] = columns["category_products"] / columns["customer_products"]
        values = np.column_stack([np.asarray(value, dtype=np.float32) for value in columns.values()])
        return Candidates(customer, product, values, tuple(columns))

    def _score(self, history: History) -> dict[str, Scores]:
        bought, half_life = history.bought, self.protocol.half_life
        recently, decayed = history.mark_window(0, half_life), history.decay(half_life).minimum(1.0)
        weights = self.weights
        return {
            "ease": bought @ weights["ease"],
            "ease_lately": recently @ weights["ease"],
            "ease_decayed": decayed @ weights["ease"],
            "next": bought @ weights["next"],
            "bm25": (bought @ weights["bm25"]).toarray(),
            "cosine": (bought @ weights["cosine"]).toarray(),
            "cosine_lately": (recently @ weights["cosine"]).toarray(),
            "alike": self._ask_alike(history),
        }

    def _ask_alike(self, history: History) -> Scores:
        """Score products by recent purchases of the most similar customers."""
        own = _normalise(history.decay(self.protocol.half_life))
        alike = (own @ self.reference.T).toarray()
        at = np.minimum(self.reference_ids.search_sorted(history.ids).to_numpy(), len(self.reference_ids) - 1)
        is_own = (self.reference_ids.gather(at) == history.ids).to_numpy()
        alike[np.flatnonzero(is_own), at[is_own]] = 0.0
        # include ties with the last neighbour: customers with a single product have many equally similar ones
        least = np.sort(alike, axis=1)[:, max(0, alike.shape[1] - _ALIKE - 1), None]
        row, column = np.nonzero((alike >= least) & (alike > 0))
        near = sparse.csr_matrix((alike[row, column], (row, column)), shape=alike.shape)
        total = np.maximum(np.asarray(near.sum(axis=1)), 1e-9)
        scores: Scores = (near @ self.reference_lately).toarray() / total
        return scores

    def _choose(self, scores: dict[str, Scores], owned: sparse.coo_matrix) -> NDArray[np.bool_]:
        """Mark the products that any score selects; own purchases have the score -inf."""
        chosen = np.zeros(owned.shape, dtype=bool)
        recently = self.products.recently.astype(np.float32)
        popular = np.repeat(recently[None], owned.shape[0], axis=0)
        popular[owned.row, owned.col] = -np.inf
        # ties go to the popular products; all products tie for customers without recent purchases
        bonus = _BONUS * recently / max(recently.max(initial=0.0), 1.0)
        bring: list[tuple[Scores, int]] = [(scores[name], count) for name, count in _BRINGS.items()]
        for values, count in [*bring, (popular, _POPULAR)]:
            chosen |= _mark_largest(values + bonus, count)
        chosen[owned.row, owned.col] = False
        return chosen

    def _describe_categories(self, history: History, customer: Ints, product: Ints) -> dict[str, Floats]:
        """Return the customer's affinity to a candidate's category, from own purchases in it."""
        category = self.products.category
        own, at = cross_categories(history.bought, category), category[product]
        decayed = cross_categories(history.decay(self.protocol.half_life), category)
        adder, added, age = history.firsts
        weight = 0.5 ** (age / self.protocol.half_life)
        firsts = sparse.csr_matrix((weight, (adder, category[added])), shape=own.shape)
        owned = read_cells(own, customer, at)
        return {
            "category_products": owned,
            "category_covered": owned / self.products.columns["category_size"][product],
            "category_decayed": read_cells(decayed, customer, at),
            "category_added": read_cells(firsts, customer, at),
        }


def _normalise(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags((1 / np.maximum(norm, 1e-9)).astype(np.float32)) @ matrix).tocsr()


def _mark_largest(values: Scores, count: int) -> NDArray[np.bool_]:
    """Mark the largest values of each row; ties at the end go to the first."""
    if count >= values.shape[1]:
        return np.ones(values.shape, dtype=bool)
    # sorting is faster than a partition, which ties slow down
    least = np.sort(values, axis=1)[:, values.shape[1] - count, None]
    marked: NDArray[np.bool_] = values >= least
    tied = np.flatnonzero(np.count_nonzero(marked, axis=1) > count)
    equal = values[tied] == least[tied]
    room = count - np.count_nonzero(values[tied] > least[tied], axis=1)
    marked[tied] &= ~equal | (np.cumsum(equal, axis=1) <= room[:, None])
    return marked


def _rank(scores: Scores, customer: Ints, product: Ints) -> Floats:
    """Return for each candidate the number of its customer's products with a higher score."""
    ordered = np.sort(-scores, axis=1)  # sorting values is much faster than argsort
    own = -scores[customer, product]
    ends = np.searchsorted(customer, np.arange(len(scores) + 1))
    ranks = [
        np.searchsorted(row, own[first:last])
        for row, first, last in zip(ordered, ends[:-1], ends[1:], strict=True)
    ]
    return np.concatenate(ranks) if ranks else np.zeros(0)
