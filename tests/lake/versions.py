"""Random histories of orders that are corrected, and of customers that are merged."""

from datetime import datetime

import polars as pl
from hypothesis import strategies as st

from lealtad.lake import NO_IDENTITIES
from tests.companies import INSTANT, at

SCHEMA = {
    "order_id": pl.String,
    "customer_id": pl.String,
    "ordered_at": INSTANT,
    "amount": pl.Float64,
    "known_at": INSTANT,
    "superseded_at": INSTANT,
}

# of each order: its customer, and when each version became known with which amount
_orders = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.lists(
            st.tuples(st.integers(0, 400), st.integers(0, 99)), min_size=1, max_size=4, unique_by=lambda v: v[0]
        ),
    ),
    max_size=8,
)
_links = st.dictionaries(st.sampled_from("bcdef"), st.tuples(st.sampled_from("abcdef"), st.integers(0, 400)))
moments = st.integers(0, 410).map(at)


@st.composite
def histories(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All versions of some orders, and who turned out to be whom; in any order."""
    rows = []
    for number, (customer, versions) in enumerate(draw(_orders)):
        known = sorted(versions)
        ends = [at(hours) for hours, _ in known[1:]] + [None]
        for (hours, amount), end in zip(known, ends, strict=True):
            rows.append((f"o{number}", customer, at(known[0][0]), float(amount), at(hours), end))
    links = [(alias, to, at(hours)) for alias, (to, hours) in draw(_links).items() if alias > to]
    shuffled = draw(st.permutations(rows))
    return (
        pl.DataFrame(shuffled, schema=SCHEMA, orient="row"),
        pl.DataFrame(links, schema=NO_IDENTITIES.schema, orient="row"),
    )


def seen(orders: pl.DataFrame, identities: pl.DataFrame, as_of: datetime | None) -> set[tuple[str, str, float]]:
    """What a person would read in the books as of a date: order, customer, amount; one row and link at a time."""
    latest: dict[str, tuple[str, float]] = {}
    for row in sorted(orders.to_dicts(), key=lambda row: row["known_at"]):
        if as_of is None or row["known_at"] < as_of:
            latest[row["order_id"]] = (row["customer_id"], row["amount"])
    into = {alias: to for alias, to, start in identities.iter_rows() if as_of is None or start < as_of}
    found = set()
    for order, (customer, amount) in latest.items():
        who = customer
        while who in into:
            who = into[who]
        found.add((order, who, amount))
    return found
