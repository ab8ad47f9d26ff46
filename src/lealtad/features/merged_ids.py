"""Ids that turned out to be the same customer: who belongs together, and whose the rows are at a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    Link = tuple[str, str, datetime]

NO_IDENTITIES = pl.DataFrame(
    schema={"alias": pl.String, "customer_id": pl.String, "valid_from": pl.Datetime("us", "UTC")}
)


def components(identities: pl.DataFrame) -> pl.DataFrame:
    """Return `customer_id, root`: ids that are ever linked have the same root.

    Examples
    --------
    >>> links = pl.DataFrame({"alias": ["w", "x"], "customer_id": ["a", "w"]})
    >>> components(links).sort("customer_id").rows()
    [('a', 'a'), ('w', 'a'), ('x', 'a')]
    """
    above: dict[str, str] = {}
    for alias, customer in identities.select("alias", "customer_id").iter_rows():
        one, other = _top(alias, above), _top(customer, above)
        above[max(one, other)] = min(one, other)
    ids = pl.concat([identities["alias"], identities["customer_id"].rename("alias")]).unique().sort()
    roots = [_top(one, above) for one in ids]
    return pl.DataFrame({"customer_id": ids, "root": pl.Series(roots, dtype=pl.String)})


def homes(identities: pl.DataFrame, dates: Iterable[datetime]) -> pl.DataFrame:
    """Return `customer_id, begins, home`: whose an id's rows are at each date; ids that stand alone are left out.

    A link counts from the first date after its `valid_from`; of several for one alias the newest counts. Links
    are followed on; one that leads back to where it came from ends there.
    """
    links = identities.sort("valid_from", "customer_id").select("alias", "customer_id", "valid_from").rows()
    found = [
        (one, date, home)
        for date in dates
        for one, home in _resolved([link for link in links if link[2] is None or link[2] < date]).items()
    ]
    schema = {"customer_id": pl.String, "begins": pl.Datetime("us", "UTC"), "home": pl.String}
    return pl.DataFrame(found, schema=schema, orient="row")


def _resolved(links: list[Link]) -> dict[str, str]:
    target = {alias: customer for alias, customer, _ in links}
    return {alias: _end(alias, target) for alias in target}


def _end(alias: str, target: dict[str, str]) -> str:
    seen = [alias]
    while (following := target.get(seen[-1])) is not None and following not in seen:
        seen.append(following)
    return seen[-1]


def _top(one: str, above: dict[str, str]) -> str:
    while above.get(one, one) != one:
        one = above[one]
    return one
