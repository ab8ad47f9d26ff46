"""The holdout: customers whom a campaign contacts in no case, so that there is something to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.worklist.lots import lots

if TYPE_CHECKING:
    import polars as pl


def held_out(customers: pl.Series, campaign_id: str, share: float, key: bytes) -> pl.Series:
    """Say by customer whether the campaign holds them out.

    The answer rests on nothing but customer, campaign and key: it is the same every night of the campaign,
    whatever is on the list, and another in the next campaign. A larger share holds out the same customers and
    more.

    Parameters
    ----------
    share
        Of all customers, at least 0 and below 1.

    Examples
    --------
    >>> import polars as pl
    >>> held_out(pl.Series(["a", "b", "c"]), "retention-2026-11", 0.5, b"lealtad").to_list()
    [False, False, True]
    """
    return (lots(customers, campaign_id, "holdout", key) < share).rename("held_out")
