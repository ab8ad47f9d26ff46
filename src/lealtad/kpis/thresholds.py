"""Classes of a single answer: promoter, detractor, satisfied."""

from __future__ import annotations

import polars as pl

PROMOTER_FROM, DETRACTOR_TO = 9, 6
_ROUNDING = 1e-12  # share of the scale that binary floats may lose on decimals such as 0.1


def is_satisfied() -> pl.Expr:
    """Return whether an answer is in the upper quarter of its scale, 3/4 included.

    Examples
    --------
    >>> answers = pl.DataFrame({"score": [7.0, 8.0]}).with_columns(scale_min=1.0, scale_max=10.0)
    >>> answers.select(is_satisfied()).to_series().to_list()
    [False, True]
    """
    least, most = pl.col("scale_min"), pl.col("scale_max")
    # without a division, whole numbers stay exact
    return 4 * (pl.col("score") - least) >= (3 - _ROUNDING) * (most - least)
