"""Channels: which ones customers choose, and how often they have to come back or change or try in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features.engine.facts import DAY, divide
from lealtad.examples.features.feature import feature
from lealtad.examples.features.streams.touchpoints import CHANNELS as NAMES
from lealtad.examples.features.streams.touchpoints import OTHER
from lealtad.examples.features.units import BITS, CHANGES, CHANNELS, CONTACTS, DAYS, SHARE

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_WITHIN = 7 * DAY
_SERVICE = pl.col("stage") == "service"
_SWITCHED = (pl.col("on") != pl.col("previous_on")) & (pl.col("wait") <= _WITHIN)
_AGAIN = pl.col("service_wait") <= _WITHIN
_FAILED = pl.col("failed")
_FAILED_ALONE = pl.col("self_service") & _FAILED
_HELPED_ITSELF_FIRST = pl.col("after_self_service") <= DAY


@feature(
    source="own_contacts",
    unit=SHARE,
    about="channels",
    variants=NAMES,
    column="{}_share_182d",
    reads=(182,),
    null="no contact of their own in the last 182 days",
)
def channel_share(facts: Facts, channel: str) -> Matrix:
    """Share of a channel in the contacts of the last 182 days that the customer started (share)."""
    return divide(facts.count(182, where=pl.col("on") == channel), facts.count(182))


@feature(source="own_contacts", unit=BITS, about="channels", windows=(91, 364), null="no contact of their own")
def channel_entropy(facts: Facts, window: int) -> Matrix:
    """Entropy of the channels of the window's own contacts: 0 where one serves for all (bits)."""
    entropy = np.zeros(facts.grid.shape)
    for channel in (*NAMES, OTHER):
        share = divide(facts.count(window, where=pl.col("on") == channel), facts.count(window))
        entropy -= share * np.log2(np.where(share > 0, share, 1.0))
    return entropy


@feature(source="own_contacts", unit=CHANNELS, about="channels", windows=(91, 364))
def channels_used(facts: Facts, window: int) -> Matrix:
    """Different channels of the window's own contacts (count)."""
    used = [facts.count(window, where=pl.col("on") == channel) > 0 for channel in (*NAMES, OTHER)]
    return np.asarray(np.sum(used, axis=0), dtype=np.float64)


@feature(source="own_contacts", unit=CHANGES, about="switches", windows=(91, 364), actionable=True)
def channel_switches(facts: Facts, window: int) -> Matrix:
    """Own contacts of the window on another channel than one at most 7 days before: within a case (count)."""
    return facts.count(window, where=_SWITCHED)


@feature(source="own_contacts", unit=CONTACTS, about="repeats", windows=(91, 364), actionable=True, risk="rises")
def repeat_contacts(facts: Facts, window: int) -> Matrix:
    """Own service contacts of the window at most 7 days after another one (count)."""
    return facts.count(window, where=_AGAIN)


@feature(source="own_contacts", unit=SHARE, about="repeats", windows=(364,), null="no own service contact")
def repeat_share(facts: Facts, window: int) -> Matrix:
    """Share of the window's own service contacts that came at most 7 days after another one (share)."""
    return divide(facts.count(window, where=_AGAIN), facts.count(window, where=_SERVICE))


@feature(source="own_contacts", unit=CONTACTS, about="self-service", windows=(91,))
def self_service(facts: Facts, window: int) -> Matrix:
    """Own contacts of the window with self-service, such as a knowledge base (count)."""
    return facts.count(window, where=pl.col("self_service"))


@feature(source="own_contacts", unit=CONTACTS, about="self-service", windows=(91, 364), actionable=True)
def self_service_before_contact(facts: Facts, window: int) -> Matrix:
    """Own service contacts of the window at most a day after self-service (count)."""
    return facts.count(window, where=_HELPED_ITSELF_FIRST)


@feature(source="own_contacts", unit=DAYS, about="self-service", null="no self-service yet")
def days_since_self_service(facts: Facts) -> Matrix:
    """Time since the newest contact with self-service (days)."""
    return facts.days_since(where=pl.col("self_service"))


@feature(
    source="own_contacts",
    unit=SHARE,
    about="effort",
    windows=(91,),
    needs=("outcome",),
    null="no contact of their own in the window",
    actionable=True,
    risk="rises",
)
def failed_share(facts: Facts, window: int) -> Matrix:
    """Share of the window's own contacts with an outcome that the company declares a failure (share)."""
    return divide(facts.count(window, where=_FAILED), facts.count(window))


@feature(
    source="own_contacts",
    unit=CHANGES,
    about="effort",
    windows=(28, 91),
    needs=("outcome",),
    actionable=True,
    risk="rises",
)
def failed_self_service(facts: Facts, window: int) -> Matrix:
    """Own contacts of the window with self-service and an outcome declared a failure (count)."""
    return facts.count(window, where=_FAILED_ALONE)


@feature(
    source="own_contacts",
    unit=CONTACTS,
    about="effort",
    windows=(28, 56),
    needs=("outcome",),
    actionable=True,
    risk="rises",
)
def recent_failed_self_service(facts: Facts, window: int) -> Matrix:
    """Own self-service with an outcome declared a failure, each halved for every `window` days since (count)."""
    return facts.decaying_sum(window, where=_FAILED_ALONE)
