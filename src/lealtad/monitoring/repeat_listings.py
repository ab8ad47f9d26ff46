"""A customer who stands on list after list counts once in the time that a contact lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

REST_DAYS = 14  # as long as a playbook leaves alone whom a campaign contacted, unless it says otherwise


def count_once(listed: pl.DataFrame, rest_days: int = REST_DAYS) -> pl.DataFrame:
    """Return the rows of lists that count as an assignment, in their order.

    A customer counts on the first list they stand on, and again on the first list after the rest that a contact
    brings. Who was contacted is not listed meanwhile. Who was not reached, and who is held out, stands on every
    list: so both arms count alike, and a customer on thirty lists is no thirty customers.

    Parameters
    ----------
    listed
        `as_of, customer_id, arm` and others, all lists of the campaigns.
    rest_days
        How long a campaign leaves alone whom it contacted.

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
