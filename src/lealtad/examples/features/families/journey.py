"""Journey: how far a customer came, on which stages, and who started the contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features.engine.facts import DAY, divide
from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import AS_OFTEN, CHANGES, CONTACTS, DAYS, SHARE, STAGE
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

BY_COMPANY = pl.col("initiated_by") == "company"
FIRST_MONTH = pl.col("days_as_customer").is_between(0, 30, closed="left")
_RANK, _BEFORE = pl.col("rank"), pl.col("previous_rank")


@feature(source="touchpoints", unit=CONTACTS, about="activity", windows=(28, 91, 364))
def touchpoints(facts: Facts, window: int) -> Matrix:
    """Contacts of the window, whoever started them (count)."""
    return facts.count(window)


@feature(source="own_contacts", unit=CHANGES, about="activity", windows=(28, 91, 364), risk="falls")
def own_contacts(facts: Facts, window: int) -> Matrix:
    """Contacts of the window that the customer started (count)."""
    return facts.count(window)


@feature(source="touchpoints", unit=SHARE, about="initiative", windows=(91, 364), null="no contact in the window")
def own_share(facts: Facts, window: int) -> Matrix:
    """Share of the contacts of the window that the customer started (share)."""
    return divide(facts.count(window, where=~BY_COMPANY), facts.count(window))


@feature(source="own_contacts", unit=CONTACTS, about="stages", variants=STAGES, column="own_{}_91d", reads=(91,))
def own_contacts_by_stage(facts: Facts, stage: str) -> Matrix:
    """Contacts of a stage in the last 91 days that the customer started (count)."""
    return facts.count(91, where=pl.col("stage") == stage)


@feature(
    source="own_contacts",
    unit=DAYS,
    about="stages",
    variants=("service", "loyalty", "advocacy"),
    column="days_since_{}",
    null="never in that stage",
)
def days_since_stage(facts: Facts, stage: str) -> Matrix:
    """Time since the newest contact of a stage that the customer started (days)."""
    return facts.days_since(where=pl.col("stage") == stage)


@feature(source="own_contacts", unit=DAYS, about="activity", null="no contact of their own yet", risk="rises")
def days_since_own_contact(facts: Facts) -> Matrix:
    """Time since the newest contact that the customer started (days)."""
    return facts.days_since()


@feature(source="own_contacts", unit=STAGE, about="progress", null="no contact of their own yet")
def furthest_stage(facts: Facts) -> Matrix:
    """Furthest stage of the journey the customer ever reached, from 0 awareness to 5 advocacy (stage)."""
    reached = np.full(facts.grid.shape, np.nan)
    for rank, stage in enumerate(STAGES):
        reached[facts.count(where=pl.col("stage") == stage) > 0] = rank
    return reached


@feature(source="own_contacts", unit=STAGE, about="progress", null="no contact of their own yet")
def current_stage(facts: Facts) -> Matrix:
    """Stage of the newest contact that the customer started, from 0 awareness to 5 advocacy (stage)."""
    return facts.last("rank")


@feature(source="own_contacts", unit=DAYS, about="progress", null="no contact of their own yet")
def days_since_progress(facts: Facts) -> Matrix:
    """Time since the customer first reached the furthest stage so far (days)."""
    return facts.days_since(where=pl.col("furthest"))


@feature(source="own_contacts", unit=CHANGES, about="movement", windows=(91, 364))
def stage_entries(facts: Facts, window: int) -> Matrix:
    """Contacts of the window by which the customer entered another stage than before (count)."""
    return facts.count(window, where=pl.col("entered"))


@feature(source="own_contacts", unit=CHANGES, about="movement", windows=(364,))
def stage_skips(facts: Facts, window: int) -> Matrix:
    """Contacts of the window that left out at least one stage on the way forward (count)."""
    return facts.count(window, where=_RANK > _BEFORE + 1)


@feature(source="own_contacts", unit=CHANGES, about="movement", windows=(91, 364))
def stage_regressions(facts: Facts, window: int) -> Matrix:
    """Contacts of the window in an earlier stage than the one before (count)."""
    return facts.count(window, where=_RANK < _BEFORE)


@feature(source="own_contacts", unit=DAYS, about="movement", null="no contact of their own yet")
def days_in_stage(facts: Facts) -> Matrix:
    """Time since the customer entered the stage of their newest contact (days)."""
    return facts.days_since(where=pl.col("entered"))


@feature(source="own_contacts", unit=DAYS, about="movement", windows=(364,), null="no stage left in the window")
def usual_dwell(facts: Facts, window: int) -> Matrix:
    """Mean time from entering a stage to entering the next one, of entries of the window (days)."""
    return facts.mean("dwell", window) / DAY


@feature(source="own_contacts", unit=CONTACTS, about="drop-off", null="no contact of their own yet")
def contacts_since_purchase(facts: Facts) -> Matrix:
    """Contacts that the customer started since the last one in the purchase stage (count)."""
    return facts.last("since_purchase")


@feature(
    source="touchpoints",
    unit=CONTACTS,
    about="beginning",
    null="never null; 0 where it is unknown since when somebody is a customer",
)
def first_month_contacts(facts: Facts) -> Matrix:
    """Contacts in the first 30 days as a customer, as far as they have passed (count)."""
    return facts.count(where=FIRST_MONTH)


@feature(source="touchpoints", unit=SHARE, about="beginning", null="no contact in the first 30 days")
def first_month_own_share(facts: Facts) -> Matrix:
    """Share of the contacts in the first 30 days as a customer that the customer started (share)."""
    return divide(facts.count(where=FIRST_MONTH & ~BY_COMPANY), facts.count(where=FIRST_MONTH))


@feature(
    source="touchpoints",
    unit=SHARE,
    about="ownership",
    windows=(91, 364),
    needs=("owner",),
    null="no contact in the window",
    actionable=True,
)
def unowned_share(facts: Facts, window: int) -> Matrix:
    """Share of the contacts of the window at touchpoints that nobody owns (share)."""
    return divide(facts.count(window, where=pl.col("owner").is_null()), facts.count(window))


@feature(
    source="own_contacts",
    unit=AS_OFTEN,
    about="activity",
    windows=(28, 91),
    reads=(56, 182),
    null="no contact of their own in the time before",
    risk="falls",
)
def own_contact_trend(facts: Facts, window: int) -> Matrix:
    """Own contacts of the window over those of the equally long time before it (times)."""
    return divide(facts.count(window), facts.count(2 * window) - facts.count(window))
