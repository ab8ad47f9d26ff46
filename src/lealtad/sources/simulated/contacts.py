"""Names, phones and e-mail addresses of customers, none of whom exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.simulated.customers import list_people

if TYPE_CHECKING:
    import numpy as np

_FIRST = (
    "Lucía", "Mateo", "Sofía", "Hugo", "Valentina", "Diego", "Emma", "James", "Olivia", "Noah", "Inês", "Tiago",
)  # fmt: skip
_LAST = (
    "García", "Rojas", "Navarro", "Molina", "Vega", "Campos", "Smith", "Brown", "Silva", "Costa", "Ortiz",
    "Reyes",
)  # fmt: skip
_PREFIX = {"ES": "+34 600", "PT": "+351 900", "MX": "+52 55 5000", "CO": "+57 300", "US": "+1 202 555"}


def draw_contacts(rng: np.random.Generator, customers: pl.DataFrame) -> pl.DataFrame:
    """Return `customer_id, name, phone, email`, one row per customer; nobody has the addresses."""
    people = list_people(customers)
    first, last = (_draw_names(rng, names, people.height) for names in (_FIRST, _LAST))
    number = people["customer_id"].str.slice(1)
    prefix = people["country"].replace_strict(_PREFIX, default="+34 600")
    return people.select("customer_id").with_columns(
        pl.Series("name", first + " " + last),
        pl.Series("phone", prefix + " " + number.str.tail(4)),
        pl.Series("email", "cliente" + number.str.strip_chars_start("0") + "@example.com"),
    )


def _draw_names(rng: np.random.Generator, names: tuple[str, ...], size: int) -> pl.Series:
    return pl.Series(names).gather(rng.integers(0, len(names), size))
