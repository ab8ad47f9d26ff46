"""Purchases as arrays: one entry per basket and product."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.recommending.experiences import Experiences

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.lake import Lake

    Ints = NDArray[np.int64]
    Floats = NDArray[Any]
    Flags = NDArray[np.bool_]

_DAY = 86_400_000_000  # microseconds
_COLUMNS = ("order_id", "customer_id", "ordered_at", "product_id", "quantity", "amount", "is_return", "known_at")


@dataclass(frozen=True)
class Purchases:
    """The purchases and returns of customers, one entry per basket and product, oldest first.

    Attributes
    ----------
    customers, products
        Their ids, ascending; entries point into them.
    customer, product, order
        Positions of an entry.
    day, known
        When it happened and was known, in days since 1970 (UTC).
    amount, units
        Money and pieces, never negative; an unknown amount is NaN.
    is_return
        Whether it is a return.
    experiences
        Bad experiences of the customers, on all days.
    """

    customers: pl.Series
    products: pl.Series
    customer: Ints
    product: Ints
    order: Ints
    day: Floats
    known: Floats
    amount: Floats
    units: Floats
    is_return: Flags
    experiences: Experiences = field(default_factory=Experiences.none)

    @classmethod
    def from_lines(
        cls, lines: pl.DataFrame, products: pl.Series | None = None, experiences: pl.DataFrame | None = None
    ) -> Purchases:
        """Read the lines of orders.

        Parameters
        ----------
        lines
            `order_id, customer_id, ordered_at, product_id, quantity` and, where known, `amount, is_return,
            known_at`. A negative quantity is a return; a quantity of 0 is not a purchase and is left out.
        products
            The ids of the products, ascending; lines of others are left out. None: those of the lines.
        experiences
            As `read_bad_experiences` returns them; None: none are known.

        Examples
        --------
        >>> from datetime import UTC, datetime
        >>> day = datetime(2026, 1, 1, tzinfo=UTC)
        >>> lines = pl.DataFrame({"order_id": ["o1", "o1"], "customer_id": ["c", "c"], "ordered_at": [day, day],
        ...                       "product_id": ["tea", "tea"], "quantity": [1.0, 2.0]})
        >>> Purchases.from_lines(lines).units
        array([3.])
        """
        rows = _complete_columns(lines)
        if products is not None:
            rows = rows.filter(pl.col("product_id").is_in(products.implode()))
        entries = (
            rows.group_by("order_id", "customer_id", "product_id", "is_return")
            .agg(
                pl.col("ordered_at").min(),
                pl.col("known_at").max(),
                pl.col("amount").abs().sum(),
                pl.col("quantity").abs().sum(),
            )
            .sort("ordered_at", "customer_id", "order_id", "product_id", "is_return")
        )
        customers, customer = _number(entries["customer_id"])
        products, product = _number(entries["product_id"], products)
        # an order id of two customers is two orders
        order = np.unique(
            _number(entries["order_id"])[1] * max(len(customers), 1) + customer, return_inverse=True
        )[1]
        return cls(
            customers,
            products,
            customer,
            product,
            order,
            _count_days(entries["ordered_at"]),
            _count_days(entries["known_at"]),
            entries["amount"].to_numpy().astype(np.float64),
            entries["quantity"].to_numpy().astype(np.float64),
            entries["is_return"].to_numpy(),
            Experiences.none() if experiences is None else Experiences.number(experiences, customers),
        )

    def select(self, chosen: Flags | Ints) -> Purchases:
        """Return the chosen entries."""
        arrays: dict[str, Any] = {
            each.name: getattr(self, each.name)[chosen]
            for each in fields(self)
            if each.name not in ("customers", "products", "experiences")
        }
        return replace(self, **arrays)

    def before(self, day: float) -> Purchases:
        """Return the entries that had happened and were known before a day."""
        return self.select((self.day < day) & (self.known < day))

    def between(self, first: float, end: float) -> Purchases:
        """Return the entries from `first` on and before `end`, whenever they became known."""
        return self.select((self.day >= first) & (self.day < end))

    @property
    def first_day(self) -> float:
        """The day of the oldest entry; infinite where there is none."""
        return float(self.day.min()) if self.day.size else np.inf


def read_purchases(lake: Lake, as_of: datetime) -> Purchases:
    """Read the purchases that were known before an instant.

    Parameters
    ----------
    lake
        Its table `order_lines` is read, with the ids and versions of that time.
    as_of
        Lines known at or after it are ignored.

    Returns
    -------
    The purchases by customer and product; see `Purchases`.
    """
    present = [name for name in _COLUMNS if name in lake.columns("order_lines")]
    return Purchases.from_lines(lake.read("order_lines", columns=present, as_of=as_of))


def count_days(instant: datetime) -> float:
    """Return the days from 1970 to an instant.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> count_days(datetime(1970, 1, 2, 12, tzinfo=UTC))
    1.5
    """
    return instant.timestamp() / (_DAY / 1e6)


def _complete_columns(lines: pl.DataFrame) -> pl.DataFrame:
    absent = {
        "amount": pl.lit(None, pl.Float64),
        "is_return": pl.lit(None, pl.Boolean),
        "known_at": pl.col("ordered_at"),
    }
    rows = lines.with_columns(
        **{name: value for name, value in absent.items() if name not in lines.columns},
    ).drop_nulls(["order_id", "customer_id", "ordered_at", "product_id", "quantity"])
    came_back = pl.col("is_return").fill_null(value=False) | (pl.col("quantity") < 0)
    return rows.filter(pl.col("quantity") != 0).with_columns(
        pl.col("order_id", "customer_id", "product_id").cast(pl.String),
        pl.col("ordered_at").cast(INSTANT),
        pl.max_horizontal("known_at", "ordered_at").cast(INSTANT),
        is_return=came_back,
    )


def _number(ids: pl.Series, names: pl.Series | None = None) -> tuple[pl.Series, Ints]:
    """Return the distinct ids, ascending, and the position of each."""
    names = ids.unique().sort() if names is None else names
    places = pl.DataFrame({"id": ids}).join(
        pl.DataFrame({"id": names}).with_row_index("place"), on="id", how="left", maintain_order="left"
    )
    return names, places["place"].to_numpy().astype(np.int64)


def _count_days(moments: pl.Series) -> Floats:
    return moments.dt.epoch("us").to_numpy().astype(np.float64) / _DAY
