"""Repeat listings: a customer on list after list counts once per rest period."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

REST_DAYS = 14  # the rest after a contact, unless the playbook says otherwise


def count_once(listed: pl.DataFrame, rest_days: int = REST_DAYS) -> pl.DataFrame:
    """Return the rows of lists that count as assignments, in their order.

    A customer counts on their first list, and again on the first list after the rest that follows a contact. A
    contacted customer is not listed during the rest, but one who was not reached, or is held out, is on every
    list. So both arms are counted in the same way, and a customer on thirty lists is not thirty customers.

    Parameters
    ----------
    listed
        All lists of the campaigns: `as_of, customer_id, arm` and other columns.
    rest_days
        For how many days a contact by a campaign keeps a customer off the lists.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import UTC, datetime
    >>> nights = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 15, 16)]
    >>> listed = pl.DataFrame({"as_of": nights, "customer_id": "a", "arm": "holdout"})
    >>> [moment.day for moment in count_once(listed)["as_of"]]
    [1, 16]
    """
    rest, whose = timedelta(days=rest_days), ["customer_id", "arm"]
    ordered = listed.with_row_index("row").sort(*whose, "as_of")
    counts, last, before = [], None, None
    for row, who, arm, moment in ordered.select("row", *whose, "as_of").iter_rows():
        if (who, arm) != before or last is None or moment - last > rest:
            counts.append(row)
            last, before = moment, (who, arm)
    return listed[sorted(counts)]
