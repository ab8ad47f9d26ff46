"""The 95 % intervals, and the columns of the tidy frame that holds them."""

from __future__ import annotations

import polars as pl

from lealtad.base.intervals import Z, wilson_expressions

_HITS, _N = pl.col("hits"), pl.col("n")


def add_wilson_interval(groups: pl.DataFrame) -> pl.DataFrame:
    """Turn `hits, n` into `value, low, high` by Wilson's interval; n = 0 gives nulls."""
    share = _HITS / _N
    return _null_where_empty(groups, share, *wilson_expressions(share, _N))


def add_normal_interval(
    groups: pl.DataFrame, least: float | None = None, most: float | None = None
) -> pl.DataFrame:
    """Turn `value, se, n` into `value, low, high`, cut at what is possible; n = 0 gives nulls."""
    value, half = pl.col("value"), Z * pl.col("se")
    return _null_where_empty(groups, value, (value - half).clip(least, most), (value + half).clip(least, most))


def select_figures(groups: pl.DataFrame, keys: tuple[str, ...], definition: str | pl.Expr) -> pl.DataFrame:
    """Select `keys, value, n, low, high, definition` in their types."""
    numbers = [pl.col(name).cast(pl.Float64) for name in ("value", "low", "high")]
    label = pl.lit(definition) if isinstance(definition, str) else definition
    return groups.select(
        *keys, numbers[0], _N.cast(pl.Int64), *numbers[1:], label.cast(pl.String).alias("definition")
    )


def withhold_figures(figures: pl.DataFrame, reason: str) -> pl.DataFrame:
    """Blank value and interval where the column `reason` is not null; `definition` then states the reason.

    The column is dropped.

    Examples
    --------
    >>> row = {"value": 1.0, "low": 0.5, "high": 1.0, "definition": "csat@2", "why": "several kind"}
    >>> withhold_figures(pl.DataFrame([row]), "why").select("value", "definition").row(0)
    (None, 'csat@2: not computed, several kind')
    """
    stands = pl.col(reason).is_null()
    numbers = [pl.when(stands).then(pl.col(name)).alias(name) for name in ("value", "low", "high")]
    name = pl.col("definition").str.split(":").list.first()
    stated = pl.coalesce(pl.format("{}: not computed, {}", name, reason), "definition").alias("definition")
    return figures.with_columns(*numbers, stated).drop(reason)


def _null_where_empty(groups: pl.DataFrame, value: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.DataFrame:
    numbers = {"value": value, "low": low, "high": high}
    return groups.with_columns(
        pl.when(_N > 0).then(number.fill_nan(None)).alias(name) for name, number in numbers.items()
    )
