"""Details of a listed customer for the team, besides the score, as of the date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features import find_available, read_company
from lealtad.examples.features.building import compute_values, find_stream, lay_out_facts
from lealtad.examples.features.families import attributes, contract, outreach, surveys, tickets
from lealtad.examples.features.history.identities import find_components
from lealtad.examples.features.history.placing import place_tables
from lealtad.kpis.segments import describe_customers
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.examples.features import Feature
    from lealtad.lake import Lake

_DAY_SECONDS = 24 * 60 * 60
_SHOWN: tuple[Feature, ...] = (
    attributes.consents,
    outreach.days_since_company_contact,
    outreach.days_since_retention_contact,
    tickets.open_tickets,
    tickets.oldest_open_ticket_days,
    surveys.last_nps,
    surveys.last_csat,
    contract.term_left_days,
)
_GROUPS = ("segment", "language", "country", "account_id")
DETAILS = {
    **dict.fromkeys(_GROUPS, pl.String()),
    "consent": pl.Boolean(),
    "last_contact_at": INSTANT,
    "open_tickets": pl.Int64(),
    "oldest_open_ticket_hours": pl.Float64(),
    "last_nps": pl.Int64(),
    "last_csat": pl.Float64(),
    "renewal_date": INSTANT,
}


def read_details(lake: Lake, as_of: datetime, customers: Sequence[str]) -> pl.DataFrame:
    """Return what is known about customers just before a date, one row per customer, in the given order.

    The numbers use the formulas of the features of the same name. Only the rows of these customers are read.

    Parameters
    ----------
    as_of
        UTC instant: nothing known later counts.
    customers
        Customer ids as of the date.

    Returns
    -------
    `customer_id`; `segment, language, country, account_id` (last version that was valid); `consent` (last that was
    stated); `last_contact_at` (by the company, a retention campaign included); `open_tickets`,
    `oldest_open_ticket_hours`; `last_nps` (0 to 10), `last_csat` (share of full marks); `renewal_date` (end of the
    term that ends first, of active contracts). Null if unknown, or if the lake lacks the table; if the lake has
    tickets, `open_tickets` is 0 for customers without any.
    """
    asked = pl.DataFrame({"customer_id": pl.Series(customers, dtype=pl.String)})
    parts = [_read_bucket(lake, as_of, *group) for group in _group_by_bucket(lake, asked["customer_id"])]
    nobody = pl.DataFrame(schema={"customer_id": pl.String(), **DETAILS})
    details = pl.concat([nobody, *parts]).unique("customer_id", keep="first", maintain_order=True)
    rows = asked.join(details, on="customer_id", how="left", maintain_order="left")
    if lake.has("ticket_events"):
        rows = rows.with_columns(pl.col("open_tickets").fill_null(0))
    return rows


def _group_by_bucket(lake: Lake, customers: pl.Series) -> list[tuple[int, list[str]]]:
    """Return each bucket of the customers, with all ids that were ever linked to them."""
    roots = dict(find_components(lake.identity_history).select("customer_id", "root").rows())
    wanted = {roots.get(customer, customer) for customer in customers}
    ids = sorted({*customers, *(customer for customer, root in roots.items() if root in wanted)})
    places = pl.DataFrame({"id": ids, "bucket": lake.bucket_of(pl.Series(ids, dtype=pl.String))})
    return [
        (int(key[0]), rows["id"].to_list())
        for key, rows in places.sort("id").group_by("bucket", maintain_order=True)
    ]


def _read_bucket(lake: Lake, as_of: datetime, bucket: int, ids: list[str]) -> pl.DataFrame:
    of_customers = pl.col("customer_id").is_in(ids)
    columns = {table.name: lake.columns(table.name) for table in TABLES if lake.has(table.name)}
    wanted = find_available(columns, _SHOWN)
    read = {
        name for feature in wanted for name in (*find_stream(feature).tables, *find_stream(feature).beside)
    } | {"customers"}
    tables = {name: lake.history(name, bucket, where=of_customers) for name in columns if name in read}
    here = place_tables(
        {**tables, "identities": lake.identity_history}, pl.Series("as_of", [as_of], dtype=INSTANT)
    )
    values = here.index().select("customer_id")
    for facts, own in lay_out_facts(here, wanted, read_company(lake)):
        for feature in own:
            [matrix] = compute_values(feature, facts).values()
            values = values.with_columns(pl.Series(feature.name, matrix.ravel()[here.rows], nan_to_null=True))
    return (
        _read_groups(lake, as_of, bucket, ids)
        .join(_convert_units(values, as_of), on="customer_id", how="full", coalesce=True)
        .select("customer_id", *(pl.col(name).cast(kind) for name, kind in DETAILS.items()))
    )


def _read_groups(lake: Lake, as_of: datetime, bucket: int, ids: list[str]) -> pl.DataFrame:
    """Return the groups each customer belongs to at the date."""
    people = lake.read("customers", bucket, where=pl.col("customer_id").is_in(ids), as_of=as_of)
    return describe_customers(people, as_of, _GROUPS)


def _convert_units(details: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Turn days before or after the date into moments, and flags into booleans."""
    absent = [
        pl.lit(None, pl.Float64).alias(feature.name) for feature in _SHOWN if feature.name not in details.columns
    ]
    rows = details.with_columns(absent)
    contact = pl.min_horizontal("days_since_company_contact", "days_since_retention_contact")
    return rows.select(
        "customer_id",
        (pl.col("consents") > 0).alias("consent"),
        _shift_moment(as_of, -contact).alias("last_contact_at"),
        pl.col("open_tickets").cast(pl.Int64),
        (pl.col("oldest_open_ticket_days") * 24).alias("oldest_open_ticket_hours"),
        "last_nps",
        "last_csat",
        _shift_moment(as_of, pl.col("term_left_days")).alias("renewal_date"),
    )


def _shift_moment(as_of: datetime, days: pl.Expr) -> pl.Expr:
    # days from a formula are exact to well below the second restored here
    seconds = (days * _DAY_SECONDS).round().cast(pl.Int64)
    return pl.lit(as_of).cast(INSTANT) + pl.duration(seconds=seconds)
