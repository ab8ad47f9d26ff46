"""Arms by keyed draws: sizes are exact within each stratum, and nobody can predict them without the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experiments.assignment.random_draws import draw_uniform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def assign_arms(
    units: pl.DataFrame, experiment: str, shares: Mapping[str, float], key: bytes, strata: Sequence[str] = ()
) -> pl.Series:
    """Return the arm of each unit, in their order.

    Parameters
    ----------
    units
        `unit_id` (each once) and the columns of the strata.
    experiment
        Its name; draws of two experiments are independent.
    shares
        By arm its share; together 1.
    key
        Secret key of the draws.
    strata
        Columns within whose groups each arm has its share, to less than one unit.

    Notes
    -----
    Units of a stratum stand in the order of their draws, and the arms divide that order. Where the order begins
    is drawn by stratum, so that small strata do not always round towards the first arm.

    Examples
    --------
    >>> units = pl.DataFrame({"unit_id": ["a", "b", "c", "d"]})
    >>> assign_arms(units, "welcome", {"A": 0.5, "B": 0.5}, b"lealtad").value_counts(sort=True)["count"].to_list()
    [2, 2]
    """
    drawn = draw_uniform(units["unit_id"], experiment, "arm", key)
    if strata:
        stratum = units.select(pl.concat_str([pl.col(name).fill_null("?") for name in strata], separator="\x1f"))
        groups = stratum.to_series().alias("stratum")
    else:
        groups = pl.Series("stratum", [""], dtype=pl.String).new_from_index(0, units.height)
    names = groups.unique().sort()
    begins = pl.DataFrame({"stratum": names, "begin": draw_uniform(names, experiment, "stratum", key)})
    order = (pl.col("lot").rank("ordinal").over("stratum") - 1).cast(pl.Float64)
    place = pl.DataFrame([groups, drawn]).join(begins, on="stratum", how="left", maintain_order="left")
    at = place.select(((order + pl.col("begin")) / pl.len().over("stratum")).alias("at"))["at"].to_numpy()
    ends = np.cumsum(list(shares.values())) / sum(shares.values())
    codes = np.searchsorted(ends[:-1], at % 1.0, side="right").astype(np.uint32)
    return pl.Series("arm", list(shares), dtype=pl.String).gather(codes)


def draw_share(units: pl.Series, occasion: str, share: float, key: bytes) -> pl.Series:
    """Return by unit whether it is among a share of all, the same whenever it is drawn.

    Examples
    --------
    >>> draw_share(pl.Series(["a", "b"]), "global-2026", 1.0, b"lealtad").to_list()
    [True, True]
    """
    return draw_uniform(units, occasion, "share", key) < share
