"""Touchpoints as drivers: use, failed contacts, silence, and the number of channels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.known_facts import BAD, DRIVER, PARTED, WEIGHT, name_driver, sum_experiences

if TYPE_CHECKING:
    from lealtad.company.settings import Settings
    from lealtad.experience.drivers.known_facts import KnownFacts

_OWN = pl.col("initiated_by") == "customer"
_SILENT_DAYS, _MOST_SILENCE = 28, 2.0
_CHANNELS, _CHANNEL_DAYS = 3, 84
_NEEDED = ("stage", "channel", "touchpoint", "initiated_by")


def list_contacts(facts: KnownFacts) -> list[pl.DataFrame]:
    """Return customers' experiences at touchpoints of the window, and how long they have been silent."""
    contacts = facts.find("touchpoints", "occurred_at", *_NEEDED)
    if contacts is None:
        return []
    # recommending is a result of loyalty, not a cause
    in_window = contacts.filter(pl.col("occurred_at") >= facts.window_start, pl.col("stage") != "advocacy")
    recent = in_window.with_columns(facts.weigh("occurred_at"))
    key = pl.concat_str(pl.lit("touchpoint"), "stage", "channel", "touchpoint", separator=PARTED)
    return [sum_experiences(recent, key, _failed(facts) * pl.col(WEIGHT)), *_list_habits(facts, contacts)]


def list_silent(facts: KnownFacts, in_window: pl.DataFrame, customers: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the customers who started no contact in the window, as silent for the whole window."""
    if facts.tables.get("touchpoints") is None:
        return []
    parts = []
    for name, most in (("silence", _MOST_SILENCE), ("few_channels", float(_CHANNELS))):
        key = name_driver("moment", name)
        silent = customers.join(in_window.filter(pl.col(DRIVER) == key), on="customer_id", how="anti")
        parts.append(silent.select("customer_id", pl.lit(key).alias(DRIVER), pl.lit(most).alias(BAD)))
    return parts


def is_failed(settings: Settings) -> pl.Expr:
    """Express whether a contact started by the customer ended in one of the company's failed outcomes."""
    failing = [word.casefold() for word in settings.features.failed_outcomes]
    failed = _OWN & pl.col("outcome").str.to_lowercase().is_in(failing)
    return failed.fill_null(value=False)


def _failed(facts: KnownFacts) -> pl.Expr:
    if "outcome" not in facts.tables["touchpoints"].columns:
        return pl.lit(0.0)
    return is_failed(facts.settings).cast(pl.Float64)


def _list_habits(facts: KnownFacts, contacts: pl.DataFrame) -> list[pl.DataFrame]:
    own = contacts.filter(_OWN)
    recent = pl.col("occurred_at") >= facts.as_of - timedelta(days=_CHANNEL_DAYS)
    habits = own.group_by("customer_id").agg(
        pl.col("occurred_at").max().alias("last"),
        pl.col("channel").filter(recent).n_unique().alias("channels"),
    )
    # four weeks without a contact are normal; a longer silence counts as bad
    silent = (pl.lit(facts.as_of) - pl.col("last")).dt.total_seconds() / 86_400 / _SILENT_DAYS - 1
    return [
        sum_experiences(habits, pl.lit(name_driver("moment", "silence")), silent.clip(0, _MOST_SILENCE)),
        sum_experiences(
            habits,
            pl.lit(name_driver("moment", "few_channels")),
            (_CHANNELS - pl.col("channels").cast(pl.Int64)).clip(0, _CHANNELS),
        ),
    ]
