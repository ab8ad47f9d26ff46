"""Draws that belong to what they are drawn for: a later order changes none of an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats, Ints

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


@dataclass(frozen=True)
class KeyedDraws:
    """Random numbers by key, under a salt.

    References
    ----------
    Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators. OOPSLA.
    """

    salt: int

    @classmethod
    def start(cls, rng: np.random.Generator) -> KeyedDraws:
        """Draw the salt."""
        return cls(int(rng.integers(2**63)))

    def draw_uniform(self, keys: Ints, purpose: int) -> Floats:
        """Draw a number from 0 to below 1 for each key; another purpose draws others.

        Examples
        --------
        >>> draws = KeyedDraws(7)
        >>> one, both = draws.draw_uniform(np.array([5]), 0), draws.draw_uniform(np.array([4, 5]), 0)
        >>> bool(one[0] == both[1])
        True
        """
        with np.errstate(over="ignore"):
            bits = (keys.astype(np.uint64) + np.uint64(1)) * _STEP + np.uint64(self.salt)
            bits = _mix(bits + np.uint64(purpose) * _STEP)
        return np.asarray((_mix(bits) >> np.uint64(11)).astype(np.float64) * 2.0**-53)

    def draw_integers(self, count: int, keys: Ints, purpose: int) -> Ints:
        """Draw a whole number from 0 to below `count` for each key."""
        return np.asarray((self.draw_uniform(keys, purpose) * count).astype(np.int64))


def _mix(
    bits: np.ndarray[tuple[int, ...], np.dtype[np.uint64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    with np.errstate(over="ignore"):
        for shift, factor in _MIXERS:
            bits = (bits ^ (bits >> np.uint64(shift))) * factor
        return bits ^ (bits >> np.uint64(31))
