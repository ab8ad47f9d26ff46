"""The simulated company as time passes: it delivers facts up to a day, and its team works lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract import get_table
from lealtad.sources.simulated.company import END, simulate
from lealtad.sources.simulated.economy import PUBLISHED
from lealtad.sources.simulated.listed_contacts import REPORTS, ListedContacts
from lealtad.sources.simulated.scenario import Scenario

if TYPE_CHECKING:
    from lealtad.sources.simulated.company import SimulatedCompany

_DAY = timedelta(days=1)
# lists so many days before the end of the data: the last of them has its outcome on the last day
_LISTS_BEFORE_END = (98, 70, 42)
# facts that come true later than they begin: until then these columns are empty
_LATER = {"surveys": ("answered_at", ("score", "comment")), "interventions": ("contacted_at", ("outcome", "cost"))}


@dataclass
class LiveCompany:
    """A simulated company that is followed from list to list.

    Each delivery simulates the company again with the contacts so far. What happened before a list does not depend
    on it, so a row is delivered once and never changes.

    Attributes
    ----------
    customers, months, seed
        As for `simulate`.
    """

    customers: int = 20_000
    months: int = 24
    seed: int = 7
    truth: pl.DataFrame = field(default_factory=pl.DataFrame)
    reports: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPORTS))
    _delivered: dict[str, pl.Series] = field(default_factory=dict)
    _contacts: list[pl.DataFrame] = field(default_factory=list)

    @property
    def nights(self) -> list[datetime]:
        """The nights for which lists are made before the last one, in order."""
        end = datetime.combine(END, datetime.min.time(), UTC)
        return [end - _DAY - timedelta(days=days) for days in _LISTS_BEFORE_END]

    def work_list(self, rows: pl.DataFrame) -> None:
        """Give a list to the team: `customer_id, as_of, channel` of the customers to contact."""
        self._contacts.append(rows.select("customer_id", "as_of", "channel"))

    def deliver(self, night: datetime | None = None) -> dict[str, pl.DataFrame]:
        """Return the rows that became known since the last delivery, by table; None delivers all to the end.

        What the team reports of its contacts is in `reports` afterwards: those not reported before.
        """
        until = datetime.combine(END, datetime.min.time(), UTC) if night is None else night + _DAY
        contacts = ListedContacts.from_rows(pl.concat(self._contacts)) if self._contacts else None
        company = simulate(
            self.customers, self.months, self.seed, scenario=Scenario(economy=PUBLISHED, contacts=contacts)
        )
        self.truth = company.truth
        self.reports = self._take_new("reports", company.reports.filter(pl.col("contacted_at") < until))
        tables = {**company.tables, "identities": company.identities}
        fresh = {name: self._take_new(name, _select_known(name, rows, until)) for name, rows in tables.items()}
        fresh["contacts"] = self._keep_contacts_of_known(fresh, company)
        return {name: rows for name, rows in fresh.items() if not rows.is_empty()}

    def _keep_contacts_of_known(self, fresh: dict[str, pl.DataFrame], company: SimulatedCompany) -> pl.DataFrame:
        """Return the contact details of customers who are delivered for the first time."""
        details = company.tables["contacts"]
        return details.join(fresh["customers"], on="customer_id", how="semi", maintain_order="left")

    def _take_new(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that were not delivered yet, and note them."""
        keys = _hash_keys(name, rows)
        earlier = self._delivered.get(name, pl.Series(dtype=pl.UInt64))
        is_new = ~keys.is_in(earlier.implode())
        self._delivered[name] = pl.concat([earlier, keys.filter(is_new)])
        return rows.filter(is_new)


def _hash_keys(name: str, rows: pl.DataFrame) -> pl.Series:
    """Return a number per row that says which row it is; an answer makes its invitation another row."""
    if name == "reports":
        return rows.select("customer_id", "listed_at").hash_rows(seed=1)
    later = _LATER.get(name)
    key = [*get_table(name).key, *([later[0]] if later else [])]
    return rows.select(column for column in key if column in rows.columns).hash_rows(seed=1)


def _select_known(name: str, rows: pl.DataFrame, until: datetime) -> pl.DataFrame:
    """Return what is known of a table before a moment."""
    table = get_table(name)
    clocks = [clock for clock in (table.event_time or "valid_from", "recorded_at") if clock in rows.columns]
    if name in _LATER:
        moment, columns = _LATER[name]
        is_open = pl.col(moment) >= until
        nothing = [
            pl.when(~is_open.fill_null(value=False)).then(column).alias(column)
            for column in (moment, *columns)
            if column in rows.columns
        ]
        rows = rows.with_columns(nothing)
    if not clocks:
        return rows
    moment_known = pl.max_horizontal(clocks)
    return rows.filter((moment_known < until).fill_null(value=True))
