"""The engine: measures of facts at every customer and as-of date at once, exact on both clocks.

In: facts with `customer_id`, `known_at` and a clock, and a grid. Out: matrices, customers × as-of dates. Knows no
table and no company.
"""

from lealtad.examples.features.engine.facts import Facts
from lealtad.examples.features.engine.grid import Grid

__all__ = ["Facts", "Grid"]
