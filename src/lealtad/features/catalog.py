"""The catalog: every feature, in the order of its columns, and its hash."""

from __future__ import annotations

import hashlib
import inspect

from lealtad.features import (
    asking,
    cells,
    coverage,
    decay,
    facts,
    grid,
    measured,
    money,
    newest,
    ordered,
    outreach,
    purchases,
    reductions,
    rhythm,
    running,
)
from lealtad.features.feature import Feature

ENGINE = (asking, cells, coverage, decay, facts, grid, measured, newest, ordered, reductions, running)
FAMILIES = (rhythm, money, outreach)
CATALOG: tuple[Feature, ...] = tuple(
    member for family in FAMILIES for member in vars(family).values() if isinstance(member, Feature)
)


def catalog_hash() -> str:
    """Return a hash of the families and of the engine, which changes whenever a value may.

    A model is bound to the hash it learned under, so that it never reads a feature which now means something
    else. Whole modules are hashed: a formula rests on the expressions beside it.
    """
    digest = hashlib.sha256()
    for module in (*ENGINE, purchases, *FAMILIES):
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()
