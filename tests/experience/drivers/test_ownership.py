"""Who owns a driver, or a place where the journey map shows tickets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from lealtad.experience.drivers.ownership import find_owners
from tests.lakes import lake_of

NIGHT = datetime(2026, 6, 30, tzinfo=UTC)


def test_tickets_have_the_owner_who_takes_most_of_them_on_their_channel(tmp_path: Path):
    """On the phone two of three tickets are support's; nobody owns those of the web."""
    rows = [
        ("a", "phone", "billing", "support"),
        ("b", "phone", "billing", "support"),
        ("c", "phone", "x", "store"),
    ]
    rows += [("d", "web", "billing", None)]
    events = pl.DataFrame(rows, schema=("ticket_id", "channel", "category", "owner"), orient="row").with_columns(
        customer_id=pl.lit("k"), occurred_at=pl.lit(NIGHT - timedelta(days=5)), event=pl.lit("created")
    )
    customers = pl.DataFrame({"customer_id": ["k"]})
    lake = lake_of(tmp_path / "lake", {"customers": customers, "ticket_events": events})
    owners = {driver: owner for driver, owner, _ in find_owners(lake, NIGHT).iter_rows()}
    assert owners["touchpoint|service|phone|ticket"] == "support"
    assert owners["touchpoint|service|web|ticket"] is None
    assert owners["ticket|x"] == "store"
    assert owners["moment|first_reply"] == "support"
