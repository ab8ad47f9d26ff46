"""Examples for drivers: customers' experiences before a date, and their outcomes after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.experience.drivers.answers_and_contracts import list_answers, list_contracts
from lealtad.experience.drivers.contacts import list_contacts, list_silent
from lealtad.experience.drivers.known_facts import BAD, DRIVER, EXPERIENCES, WINDOW_DAYS, KnownFacts
from lealtad.experience.drivers.outcomes import HORIZON_DAYS, OUTCOMES, list_outcomes, list_spells
from lealtad.experience.drivers.past import PAST, describe_past
from lealtad.experience.drivers.tickets import list_tickets
from lealtad.kpis.segments import find_segments
from lealtad.lake import replace_aliases, resolve_people, select_as_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.company.settings import Settings
    from lealtad.lake import Lake

STEP_DAYS = 28
DATES = 24
MOST_EXAMPLES = 600_000
LEAST_CUSTOMERS = 100_000  # of a larger lake, whole buckets are read until there are that many
LEAST_REACH, MOST_DRIVERS = 0.01, 60
# by table, the columns that drivers, outcomes and the past are computed from
_READ = {
    "touchpoints": ("touchpoint_id", "occurred_at", "stage", "channel", "touchpoint", "initiated_by", "outcome"),
    "surveys": (
        *("survey_id", "metric", "question", "kind", "sent_at", "answered_at", "score", "scale_min", "scale_max"),
        "higher_is_easier",
    ),
    "ticket_events": (
        *("ticket_id", "occurred_at", "event", "category", "public", "opened_by", "merged_into", "excluded_as"),
        "source_zone",
    ),
    "subscriptions": ("subscription_id", "occurred_at", "event", "amount_monthly", "term_end", "voluntary"),
    "orders": ("order_id", "ordered_at", "amount", "margin", "is_return"),
    "interventions": ("campaign_id", "assigned_at", "contacted_at"),
}
# by table, the longest window; older facts are not used
_REACH_DAYS = {"touchpoints": ("occurred_at", WINDOW_DAYS), "surveys": ("sent_at", 4 * WINDOW_DAYS)}
_LEAST = 30


@dataclass(frozen=True)
class DriverExamples:
    """Examples of a lake, one row per active customer and date.

    Attributes
    ----------
    rows
        `customer_id, as_of, segment, asked`, the outcomes `nps, churn, margin`, and the past.
    drivers
        The keys of the drivers, in the order of the columns of `touched` and `bad`.
    touched, bad
        Examples × drivers: whether the driver touched the customer in the window, and how badly it went (0: well).
    customers_read, customers_all
        Customers read of the lake, and all.
    """

    rows: pl.DataFrame
    drivers: tuple[str, ...]
    touched: NDArray[np.bool_]
    bad: NDArray[np.float32]
    buckets_read: int
    buckets_all: int

    @property
    def customer(self) -> NDArray[np.int64]:
        """The number of each example's customer."""
        return self.rows["customer_id"].rank("dense").to_numpy().astype(np.int64) - 1

    def select(self, keep: NDArray[np.bool_]) -> DriverExamples:
        """Return some of the examples."""
        return replace(
            self, rows=self.rows.filter(pl.Series(keep)), touched=self.touched[keep], bad=self.bad[keep]
        )


def list_dates(end: datetime, count: int = DATES) -> list[datetime]:
    """Return the dates, 28 days apart, oldest first; outcomes of the newest are known by the end.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> [f"{date:%m-%d}" for date in list_dates(datetime(2026, 1, 1, tzinfo=UTC), 2)]
    ['11-06', '12-04']
    """
    newest = end - timedelta(days=HORIZON_DAYS["churn"])
    return [newest - timedelta(days=STEP_DAYS * k) for k in reversed(range(count))]


def build_driver_examples(
    lake: Lake, settings: Settings, end: datetime, margin_rate: float, dates: Sequence[datetime] | None = None
) -> DriverExamples:
    """Build the examples of a lake, bucket by bucket; memory holds one bucket and the examples.

    Parameters
    ----------
    end
        Outcomes known before it are used.
    margin_rate
        Margin as a share of the amount, for orders without a margin.
    dates
        As-of dates; None: 24 dates, 28 days apart, as far as the data reach back.

    Raises
    ------
    TooLittleDataError
        If fewer than 30 customers were active at these dates, or nothing that could drive loyalty reached them.
    """
    parts, experiences, read, people = list[pl.DataFrame](), list[pl.DataFrame](), 0, set[str]()
    chosen = list(dates) if dates is not None else list_dates(end)
    for bucket in lake.buckets:
        rows, long = _build_bucket(lake, bucket, settings, end, margin_rate, chosen)
        parts, experiences, read = [*parts, *rows], [*experiences, *long], read + 1
        people.update(*(part["customer_id"] for part in rows))
        if len(people) >= LEAST_CUSTOMERS:
            break
    if len(people) < _LEAST:
        raise TooLittleDataError(
            what="active customers in the examples of drivers",
            needed=_LEAST,
            found=len(people),
            fix="Load contracts or orders over at least four months: lealtad ingest --data FOLDER.",
        )
    return _assemble(pl.concat(parts), pl.concat(experiences), (read, len(lake.buckets)))


def _build_bucket(  # noqa: PLR0913, PLR0917 - what a bucket is read for
    lake: Lake, bucket: int, settings: Settings, end: datetime, margin_rate: float, dates: Sequence[datetime]
) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
    identities = lake.identity_history
    history = {
        name: lake.history(name, bucket, columns=["customer_id", *columns])
        for name, columns in _READ.items()
        if lake.has(name)
    }
    final = {name: select_as_of(rows, identities, end) for name, rows in history.items()}
    spells = list_spells(final, end)
    first = _find_first(final)
    parts, experiences = list[pl.DataFrame](), list[pl.DataFrame]()
    for as_of in dates:
        # a window that the data do not fully cover would look like silence
        if first is None or as_of < first + timedelta(days=STEP_DAYS):
            continue
        facts_then = {
            name: select_as_of(_cut(name, rows, as_of), identities, as_of) for name, rows in history.items()
        }
        facts = KnownFacts(as_of, facts_then, settings)
        # outcomes have the ids as of the end, facts those as of the date
        now = resolve_people(identities, end)
        outcomes = list_outcomes(final, spells, as_of, end, margin_rate)
        stamp = pl.lit(as_of).alias("as_of")
        long = [*list_contacts(facts), *list_tickets(facts), *list_answers(facts), *list_contracts(facts)]
        everyone = outcomes.select("customer_id")
        joined = replace_aliases(pl.concat([EXPERIENCES.to_frame(), *long]), now).join(
            everyone, on="customer_id", how="semi"
        )
        joined = pl.concat([joined, *list_silent(facts, joined, everyone)])
        past = replace_aliases(_describe_all(facts, facts_then), now).unique("customer_id", keep="first")
        rows = outcomes.join(past, on="customer_id", how="left").with_columns(stamp, pl.col(PAST).fill_null(0.0))
        parts.append(rows)
        experiences.append(joined.with_columns(stamp))
    return parts, experiences


def _cut(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Leave out facts that are too old for a date, or later than it."""
    if name not in _REACH_DAYS:
        return rows
    clock, days = _REACH_DAYS[name]
    return rows.filter(pl.col(clock) >= as_of - timedelta(days=days), pl.col(clock) < as_of)


def _describe_all(facts: KnownFacts, known: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    ids = [rows.select("customer_id") for rows in known.values() if "customer_id" in rows.columns]
    return describe_past(facts, pl.concat(ids).unique().sort("customer_id"))


def _find_first(tables: Mapping[str, pl.DataFrame]) -> datetime | None:
    clocks = {"touchpoints": "occurred_at", "orders": "ordered_at", "surveys": "sent_at"}
    clocks["ticket_events"] = "occurred_at"
    moments = (tables[name][clock].min() for name, clock in clocks.items() if name in tables)
    return min((moment for moment in moments if isinstance(moment, datetime)), default=None)


def _assemble(rows: pl.DataFrame, experiences: pl.DataFrame, buckets: tuple[int, int]) -> DriverExamples:
    """Arrange experiences as matrices, without drivers that touch fewer than 1 % of the examples."""
    dated = _thin_dates(rows.sort("as_of", "customer_id")).with_row_index("row")
    placed = experiences.group_by("customer_id", "as_of", DRIVER).agg(pl.col(BAD).sort().sum())
    placed = placed.join(dated.select("row", "customer_id", "as_of"), on=["customer_id", "as_of"])
    reach = placed.group_by(DRIVER).len().with_columns((pl.col("len") / max(dated.height, 1)).alias("reach"))
    wide = reach.filter(pl.col("reach") >= LEAST_REACH).sort("reach", DRIVER, descending=[True, False])
    drivers = tuple(sorted(wide.head(MOST_DRIVERS)[DRIVER].to_list()))
    if not drivers:
        raise TooLittleDataError(
            what="touchpoints, tickets, contracts or effort surveys that reach 1 % of the active customers",
            needed=1,
            found=0,
            fix="Load one of these tables, or more of its history: lealtad ingest --data FOLDER.",
        )
    position = {name: k for k, name in enumerate(drivers)}
    touched = np.zeros((dated.height, len(drivers)), dtype=bool)
    bad = np.zeros((dated.height, len(drivers)), dtype=np.float32)
    used = placed.filter(pl.col(DRIVER).is_in(drivers))
    at = used["row"].to_numpy(), used[DRIVER].replace_strict(position, return_dtype=pl.Int64).to_numpy()
    touched[at] = True
    bad[at] = used[BAD].to_numpy()
    return DriverExamples(dated.drop("row"), drivers, touched, bad, *buckets)


def _thin_dates(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep only as many dates as the bound of examples allows: the newest, and others spread over time."""
    dates = rows["as_of"].unique().sort(descending=True)
    step = -(-rows.height // MOST_EXAMPLES)
    return rows if step <= 1 else rows.filter(pl.col("as_of").is_in(dates.gather_every(step).implode()))


def add_segments(lake: Lake, examples: DriverExamples) -> DriverExamples:
    """Add the segment of each customer as of the date of the example; null if it is not stated."""
    if not lake.has("customers"):
        return replace(examples, rows=examples.rows.with_columns(pl.lit(None, pl.String).alias("segment")))
    segments = find_segments(lake, examples.rows.select("customer_id", "as_of")).alias("segment")
    return replace(examples, rows=examples.rows.with_columns(segments))


__all__ = ["OUTCOMES", "DriverExamples", "add_segments", "build_driver_examples", "list_dates"]
