"""The owner of a driver, and whether an experiment runs on it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.known_facts import PARTED, WINDOW_DAYS
from lealtad.experience.journey.places import NO_CHANNEL, TICKET
from lealtad.experience.journey.volume import compute_volume

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_OF_TICKETS = ("moment|first_reply", "moment|open_ticket", "moment|reopened", "moment|first_month")
_PLACE = ("stage", "channel", "touchpoint")
_PLACE_OF_TICKETS = f"touchpoint{PARTED}service"  # the place of tickets without a touchpoint on the journey map
OWNERS = pl.Schema({"driver": pl.String, "owner": pl.String, "tested": pl.Boolean})


def find_owners(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return `driver, owner` (null: nobody), `tested` (an A/B test runs on it), in the window before a date."""
    return pl.concat([OWNERS.to_frame(), *_list_contact_owners(lake, as_of), *_list_ticket_owners(lake, as_of)])


def _list_contact_owners(lake: Lake, as_of: datetime) -> list[pl.DataFrame]:
    if not lake.has("touchpoints"):
        return []
    recent = (pl.col("occurred_at") >= as_of - timedelta(days=WINDOW_DAYS)) & (pl.col("occurred_at") < as_of)
    contacts = lake.read(
        "touchpoints",
        columns=[*_PLACE, "customer_id", "initiated_by", "owner", "variant"],
        where=recent,
        as_of=as_of,
    )
    absent = [pl.lit(None, pl.String).alias(name) for name in ("owner", "variant") if name not in contacts.columns]
    contacts = contacts.with_columns(absent)
    tests = contacts.group_by(_PLACE).agg(pl.col("variant").n_unique().gt(1).alias("tested"))
    owned = compute_volume(contacts, _PLACE).join(tests, on=_PLACE)
    key = pl.concat_str(pl.lit("touchpoint"), *_PLACE, separator=PARTED)
    return [owned.select(key.alias("driver"), pl.col("owner").str.split(", ").list.first(), "tested")]


def _list_ticket_owners(lake: Lake, as_of: datetime) -> list[pl.DataFrame]:
    if not lake.has("ticket_events") or "owner" not in lake.columns("ticket_events"):
        return []
    recent = (pl.col("occurred_at") >= as_of - timedelta(days=WINDOW_DAYS)) & (pl.col("occurred_at") < as_of)
    events = lake.read(
        "ticket_events", columns=["event", "category", "channel", "owner"], where=recent, as_of=as_of
    )
    created = events.filter(pl.col("event") == "created")
    absent = [name for name in ("category", "channel") if name not in created.columns]
    created = created.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    kinds = pl.concat_str(pl.lit("ticket"), pl.col("category").fill_null("other"), separator=PARTED)
    owned = created.group_by(kinds.alias("driver")).agg(_find_most_frequent().alias("owner"))
    most = created.select(_find_most_frequent().alias("owner")).item() if created.height else None
    moments = pl.DataFrame(
        {"driver": _OF_TICKETS, "owner": [most] * len(_OF_TICKETS)}, schema_overrides={"owner": pl.String}
    )
    place = pl.concat_str(
        pl.lit(_PLACE_OF_TICKETS), pl.col("channel").fill_null(NO_CHANNEL), pl.lit(TICKET), separator=PARTED
    )
    placed = created.group_by(place.alias("driver")).agg(_find_most_frequent().alias("owner"))
    return [pl.concat([owned, placed, moments]).with_columns(pl.lit(value=False).alias("tested"))]


def _find_most_frequent() -> pl.Expr:
    return pl.col("owner").drop_nulls().mode().sort().first()
