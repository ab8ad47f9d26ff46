"""Who is who: aliases that turned out to be one person, as of a date and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lealtad.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

IDENTITIES = "identities"
SCHEMA = pl.Schema({"alias": pl.String(), "customer_id": pl.String(), "valid_from": pl.Datetime("us", "UTC")})
_NAMED = 5  # ids that a message lists


def homes(identities: pl.DataFrame) -> pl.DataFrame:
    """Return where the rows of a merged person live, one row per id that any identity names.

    Whatever the dates of the merges: the home decides the bucket, which must hold the whole person at every date.

    Returns
    -------
    `id, home`: the home is the smallest id of all that are tied together.

    Examples
    --------
    >>> chain = pl.DataFrame({"alias": ["c", "b"], "customer_id": ["b", "a"]})
    >>> homes(chain).rows()
    [('a', 'a'), ('b', 'a'), ('c', 'a')]
    """
    ids, alias, customer = _coded(identities)
    _, part = connected_components(_graph(alias, customer, ids.len()), directed=False)
    tied = pl.DataFrame({"id": ids, "part": part})
    return tied.select("id", pl.col("id").min().over("part").alias("home"))


def roots(identities: pl.DataFrame) -> pl.DataFrame:
    """Return whom each alias stands for, chains followed to their end, one row per alias.

    Parameters
    ----------
    identities
        The rows in force: `alias, customer_id, valid_from`. Of several with one alias the latest counts.

    Examples
    --------
    >>> chain = pl.DataFrame({"alias": ["c", "b"], "customer_id": ["b", "a"], "valid_from": [1, 2]})
    >>> roots(chain).rows()
    [('b', 'a'), ('c', 'a')]
    """
    latest = identities.sort("valid_from", "customer_id").unique("alias", keep="last").sort("alias")
    ids, alias, customer = _coded(latest)
    root = np.arange(ids.len())
    root[alias] = customer
    for _ in range(ids.len().bit_length()):
        root = root[root]
    return latest.select("alias", pl.Series("customer_id", ids.gather(root[alias])))


def refuse_circles(identities: pl.DataFrame) -> None:
    """Refuse identities that lead back to where they started, whatever their dates.

    Raises
    ------
    DataError
        If they do; it names the ids.
    """
    ids, alias, customer = _coded(identities)
    _, part = connected_components(_graph(alias, customer, ids.len()), directed=True, connection="strong")
    inside = part[alias] == part[customer]
    if not inside.any():
        return
    circle = sorted(ids.filter(pl.Series(part == part[alias[inside][0]])))
    raise DataError(
        table="identities",
        column="customer_id",
        expected="every alias to lead to one customer",
        found=f"a circle of {', '.join(circle[:_NAMED])}{' and more' if len(circle) > _NAMED else ''}",
        mend="Remove the row that points back.",
    )


def _coded(identities: pl.DataFrame) -> tuple[pl.Series, NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids, sorted, and each row's alias and customer as positions in them."""
    both = pl.concat([identities["alias"], identities["customer_id"]])
    ids = both.unique().sort().alias("id")
    codes = both.replace_strict(ids, pl.int_range(ids.len(), eager=True), return_dtype=pl.Int64).to_numpy()
    return ids, codes[: identities.height], codes[identities.height :]


def _graph(alias: NDArray[np.int64], customer: NDArray[np.int64], ids: int) -> coo_array:
    return coo_array((np.ones(len(alias), dtype=np.int8), (alias, customer)), shape=(ids, ids))
