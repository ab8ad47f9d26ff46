"""The arrays of the simulation, and facts: columns of equal length."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# the name of a column determines the kind of its numbers
AnyArray = npt.NDArray[Any]
Facts = dict[str, AnyArray]


def join_facts(parts: list[Facts]) -> Facts:
    """Concatenate the facts of several weeks."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def filter_facts(facts: Facts, keep: Flags) -> Facts:
    """Keep the facts where `keep` is true."""
    return {name: column[keep] for name, column in facts.items()}


def find_positions(flags: Flags) -> Ints:
    """Return the positions where `flags` is true."""
    return np.flatnonzero(flags).astype(np.int64)


def logistic(log_odds: Floats) -> Floats:
    """Turn log odds into probabilities."""
    probability: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return probability
