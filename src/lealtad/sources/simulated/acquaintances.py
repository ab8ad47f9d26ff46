"""How to reach the customers, none of whom exists, and who brought whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Ints

_FIRST = (
    "Lucía",
    "Mateo",
    "Sofía",
    "Hugo",
    "Valentina",
    "Diego",
    "Emma",
    "James",
    "Olivia",
    "Noah",
    "Inês",
    "Tiago",
)
_LAST = (
    "García",
    "Rojas",
    "Navarro",
    "Molina",
    "Vega",
    "Campos",
    "Smith",
    "Brown",
    "Silva",
    "Costa",
    "Ortiz",
    "Reyes",
)
_PREFIX = {"ES": "+34 600", "PT": "+351 900", "MX": "+52 55 5000", "CO": "+57 300", "US": "+1 202 555"}


def draw_contacts(rng: np.random.Generator, customers: pl.DataFrame) -> pl.DataFrame:
    """Return `customer_id, name, phone, email`, one row per customer; nobody has the addresses."""
    people = _list_people(customers)
    first, last = (_draw_names(rng, names, people.height) for names in (_FIRST, _LAST))
    number = people["customer_id"].str.slice(1)
    prefix = people["country"].replace_strict(_PREFIX, default="+34 600")
    return people.select("customer_id").with_columns(
        pl.Series("name", first + " " + last),
        pl.Series("phone", prefix + " " + number.str.tail(4)),
        pl.Series("email", "cliente" + number.str.strip_chars_start("0") + "@example.com"),
    )


def add_referrals(rng: np.random.Generator, customers: pl.DataFrame) -> pl.DataFrame:
    """Add `referred_by`: of those who came by referral, a customer who was there before them; else null."""
    people = _list_people(customers).sort("first_contact_at", "customer_id")
    earlier: Ints = np.floor(rng.random(people.height) * np.arange(people.height)).astype(np.int64)
    by = people["customer_id"].gather(earlier)
    known = (people["attr_source"] == "referral") & (by != people["customer_id"])
    referred = people.select("customer_id", referred_by=pl.select(pl.when(known).then(by)).to_series())
    return customers.join(referred, on="customer_id", how="left", maintain_order="left")


def _list_people(customers: pl.DataFrame) -> pl.DataFrame:
    """Return each customer once; aliases are no people of their own."""
    own = customers.filter(pl.col("customer_id").str.starts_with("C"))
    return own.unique("customer_id", keep="first", maintain_order=True)


def _draw_names(rng: np.random.Generator, names: tuple[str, ...], size: int) -> pl.Series:
    return pl.Series(names).gather(rng.integers(0, len(names), size))
