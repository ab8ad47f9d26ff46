"""Identities: ids that turned out to be one person, as of a date and permanently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from numpy.typing import NDArray

IDENTITIES = "identities"
SCHEMA = pl.Schema({"alias": pl.String(), "customer_id": pl.String(), "valid_from": INSTANT})
NO_IDENTITIES = pl.DataFrame(schema=SCHEMA)
_NAMED = 5  # ids that a message lists


def find_homes(identities: pl.DataFrame) -> pl.DataFrame:
    """Return where the rows of a merged person are stored, one row per id that any identity names.

    The dates of merges do not matter: the home decides the bucket, which must hold the whole person at every date.

    Returns
    -------
    `id, home`: the home is the smallest of all linked ids.

    Examples
    --------
    >>> chain = pl.DataFrame({"alias": ["c", "b"], "customer_id": ["b", "a"]})
    >>> find_homes(chain).rows()
    [('a', 'a'), ('b', 'a'), ('c', 'a')]
    """
    ids, alias, customer = _encode_ids(identities)
    part = _find_components(alias, customer, ids.len(), "weak")
    tied = pl.DataFrame({"id": ids, "part": part})
    return tied.select("id", pl.col("id").min().over("part").alias("home"))


def resolve_aliases(identities: pl.DataFrame) -> pl.DataFrame:
    """Return the customer that each alias stands for, chains followed to their end, one row per alias.

    Parameters
    ----------
    identities
        Those in force at one moment: `alias, customer_id, valid_from`. If one alias has several, the latest
        counts. Links that were taken back since may form a circle: then the latest link is left out.

    Examples
    --------
    >>> chain = pl.DataFrame({"alias": ["c", "b"], "customer_id": ["b", "a"], "valid_from": [1, 2]})
    >>> resolve_aliases(chain).rows()
    [('b', 'a'), ('c', 'a')]
    """
    latest = identities.sort("valid_from", "alias", "customer_id").unique(
        "alias", keep="last", maintain_order=True
    )
    circle = _find_circles(latest)
    links = latest.filter(circle.is_null() | ~circle.is_last_distinct())
    ids, alias, customer = _encode_ids(links)
    root = np.arange(ids.len())
    root[alias] = customer
    for _ in range(ids.len().bit_length()):
        root = root[root]
    return links.select("alias", pl.Series("customer_id", ids.gather(root[alias]))).sort("alias")


def refuse_circles(identities: pl.DataFrame) -> None:
    """Refuse identities in force that form a circle, whatever their dates.

    Raises
    ------
    DataError
        If they form a circle; the message names the ids.
    """
    circle = _find_circles(identities)
    if circle.null_count() == circle.len():
        return
    links = identities.filter(circle == circle.drop_nulls()[0])
    ids = sorted({*links["alias"], *links["customer_id"]})
    raise DataError(
        table=IDENTITIES,
        column="customer_id",
        expected="every alias to lead to one customer",
        found=f"a circle of {', '.join(ids[:_NAMED])}{' and more' if len(ids) > _NAMED else ''}",
        fix="Remove the row that points back.",
    )


def _find_circles(identities: pl.DataFrame) -> pl.Series:
    """Return the number of the circle that each link is part of; null if it is part of none."""
    ids, alias, customer = _encode_ids(identities)
    part = _find_components(alias, customer, ids.len(), "strong")
    return pl.select(pl.when(pl.Series(part[alias] == part[customer])).then(pl.Series(part[alias]))).to_series()


def _encode_ids(identities: pl.DataFrame) -> tuple[pl.Series, NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids, sorted, and each row's alias and customer as positions in them."""
    both = pl.concat([identities["alias"], identities["customer_id"]])
    ids = both.unique().sort().alias("id")
    codes = ids.search_sorted(both).to_numpy().astype(np.int64)
    return ids, codes[: identities.height], codes[identities.height :]


def _find_components(
    alias: NDArray[np.int64], customer: NDArray[np.int64], ids: int, connection: Literal["weak", "strong"]
) -> NDArray[np.int32]:
    """Return the number of the component that each id is in."""
    if not ids:
        return np.empty(0, dtype=np.int32)
    links = coo_array((np.ones(len(alias), dtype=np.int8), (alias, customer)), shape=(ids, ids))
    part: NDArray[np.int32] = connected_components(links, directed=True, connection=connection)[1]
    return part
