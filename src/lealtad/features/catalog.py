"""The catalog: every feature, in the order of its columns, and its hash."""

from __future__ import annotations

import hashlib
import inspect
from typing import TYPE_CHECKING

from lealtad.features import money, outreach, rhythm
from lealtad.features.feature import Feature

if TYPE_CHECKING:
    from collections.abc import Iterable

FAMILIES = (rhythm, money, outreach)
CATALOG: tuple[Feature, ...] = tuple(
    member for family in FAMILIES for member in vars(family).values() if isinstance(member, Feature)
)


def catalog_hash(catalog: Iterable[Feature] = CATALOG) -> str:
    """Return a hash of every definition and formula, which changes when a value may.

    A model is bound to the hash of the catalog it learned from, so that it never reads a feature which now
    means something else.
    """
    digest = hashlib.sha256()
    for one in catalog:
        digest.update(repr((tuple(one.columns), one.source, one.needs)).encode())
        digest.update(inspect.getsource(one.formula).encode())
    return digest.hexdigest()
