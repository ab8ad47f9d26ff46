"""Recommenders of `implicit` and `cornac` on the same history, with their defaults where nothing was tuned.

Both are optional: `pip install implicit cornac powerlaw`. A package that is not installed is left out.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lealtad.recommending.history import History
    from lealtad.recommending.protocol import Protocol

    Scores = NDArray[np.floating]

FACTORS, SEED = 128, 1


def score_peers(history: History, protocol: Protocol) -> dict[str, dict[str, Scores]]:
    """Return scores, customer × product, by recommender: those for `new` products and those for `all`."""
    scores: dict[str, dict[str, Scores]] = {"new": {}, "all": {}}
    for package, score in (("implicit", _score_implicit), ("cornac", _score_cornac)):
        if find_spec(package) is None:
            print(f"left out: {package} is not installed")
            continue
        for kind, rules in score(history, protocol).items():
            scores[kind] |= rules
    return scores


def _score_implicit(history: History, _: Protocol) -> dict[str, dict[str, Scores]]:
    from implicit.als import AlternatingLeastSquares
    from implicit.bpr import BayesianPersonalizedRanking

    bought = history.bought.tocsr()
    rules: dict[str, Scores] = {}
    for name, model in (
        ("implicit ALS", AlternatingLeastSquares(FACTORS, alpha=10.0, random_state=SEED, num_threads=1)),
        ("implicit BPR", BayesianPersonalizedRanking(FACTORS, random_state=SEED, num_threads=1)),
    ):
        model.fit(bought, show_progress=False)
        rules[name] = model.user_factors @ model.item_factors.T
    return {"new": rules, "all": {"implicit ALS": rules["implicit ALS"]}}


def _score_cornac(history: History, protocol: Protocol) -> dict[str, dict[str, Scores]]:
    from cornac.data import BasketDataset, Dataset
    from cornac.models import BPR, EASE, TIFUKNN

    cells, shape = history.bought.tocoo(), history.shape
    pairs = Dataset.from_uir(list(zip(cells.row.tolist(), cells.col.tolist(), cells.data.tolist(), strict=True)))
    ease = EASE(lamb=protocol.penalty, posB=False, verbose=False, seed=SEED).fit(pairs)
    bpr = BPR(k=FACTORS, seed=SEED).fit(pairs)
    # entries and baskets are sorted by customer, oldest first
    lines = zip(history.customer.tolist(), history.order.tolist(), history.product.tolist(), strict=True)
    baskets = BasketDataset.from_ubi(list(lines))
    nearest = TIFUKNN().fit(baskets)
    past = {user: own for [user], _, [own] in baskets.ubi_iter(batch_size=1, shuffle=False)}
    return {
        "new": {
            "cornac EASE": _collect(ease.score, pairs, shape),
            "cornac BPR": _collect(bpr.score, pairs, shape),
        },
        "all": {"cornac TIFU-kNN": _collect(lambda user: nearest.score(user, past[user]), baskets, shape)},
    }


def _collect(score: Callable[[int], Any], numbers: Any, shape: tuple[int, int]) -> Scores:
    """Return customer × product of a model that scores one customer at a time, in the model's own numbering."""
    scores = np.full(shape, -np.inf, dtype=np.float32)
    products, items = (np.array(part) for part in zip(*numbers.iid_map.items(), strict=True))
    for customer, user in numbers.uid_map.items():
        scores[customer, products] = np.asarray(score(user), dtype=np.float32).ravel()[items]
    return scores
