"""When customers without contracts churned: where the first silence of a whole horizon began."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.features.streams.orders import select_purchases
from lealtad.examples.outcomes.inactivity import compute_inactivity
from lealtad.kpis.repeats import drop_repeats
from lealtad.lake import NO_IDENTITIES, express_person, resolve_people, select_as_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Label

_DAY = 86_400e6  # microseconds
_ROW = "_row"


def compute_silence_times(
    orders: pl.DataFrame,
    as_of: Sequence[datetime],
    label: Inactivity,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
) -> pl.DataFrame:
    """Return how long active customers kept buying after each date, one row per (customer_id, as_of).

    Churn is the first silence of `horizon_days` without an order. It is dated by its beginning: by the last order
    before it, or by the date itself. Day 0 is the churn that the model predicts.

    Parameters
    ----------
    orders
        Every version of the orders, with `known_at`, as `Lake.history` returns them.
    as_of
        UTC instants.
    label
        Says who is active, and how long a silence is churn; its lead plays no part.
    end
        The end of the data.
    identities
        Every identity, as `Lake.identity_history` has them.

    Returns
    -------
    `customer_id, as_of, churned_after_days` (null: not while followed), `followed_days`: until the end of the data
    less the silence, since a silence that began later may still be broken.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.company.outcome_definition import Inactivity
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5, 20)]
    >>> orders = pl.DataFrame({"customer_id": ["a"] * 3, "ordered_at": days, "known_at": days})
    >>> asked, end = [datetime(2026, 1, 10, tzinfo=UTC)], datetime(2026, 3, 1, tzinfo=UTC)
    >>> compute_silence_times(orders, asked, Inactivity(horizon_days=28), end).row(0)[2:]
    (10.0, 22.0)
    """
    active = compute_inactivity(orders, as_of, label, end, identities)
    person = express_person(resolve_people(identities)).alias("person")
    rows = active.select("customer_id", "as_of", person).with_row_index(_ROW)
    bought = select_purchases(select_as_of(drop_repeats(orders, "orders"), identities))
    silence = timedelta(days=label.horizon_days)
    begins = _find_silences(rows, bought.select(person="customer_id", at="ordered_at"), silence, end)
    followed = pl.lit(end - silence) - pl.col("as_of")
    return rows.join(begins, on=_ROW, how="left", maintain_order="left").select(
        "customer_id",
        "as_of",
        ((pl.col("silent_from") - pl.col("as_of")).dt.total_microseconds() / _DAY).alias("churned_after_days"),
        (followed.dt.total_microseconds() / _DAY).clip(0).alias("followed_days"),
    )


def find_silence(label: Label) -> int | None:
    """Return how many days of silence count as churn; None if contracts end by an event.

    Examples
    --------
    >>> find_silence(Inactivity(horizon_days=28))
    28
    """
    return label.horizon_days if isinstance(label, Inactivity) else None


def _find_silences(rows: pl.DataFrame, bought: pl.DataFrame, silence: timedelta, end: datetime) -> pl.DataFrame:
    """Return by row where its first silence began; rows without one are absent."""
    later = rows.join(bought, on="person").filter(pl.col("at") >= pl.col("as_of"), pl.col("at") < end)
    moments = pl.concat([rows.select(_ROW, at="as_of"), later.select(_ROW, "at")]).sort(_ROW, "at")
    until = pl.col("at").shift(-1).over(_ROW).fill_null(end)
    silent = moments.filter(until - pl.col("at") >= silence)
    return silent.group_by(_ROW).agg(pl.col("at").min().alias("silent_from"))
