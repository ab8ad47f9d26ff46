"""The options of a night as a matrix: action × customer, customers in the order of their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError, suggest_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.company.playbook import Playbook

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options:
    """What each customer would gain from each action.

    Attributes
    ----------
    customers
        Ids, ascending; only customers who would gain from some action.
    weight
        Action × customer: the number by which options are compared; minus infinity without an option.
    gain
        Action × customer: the gain of the option, in the company's currency.
    names
        The actions, in the order of the playbook.
    """

    customers: pl.Series
    weight: Floats
    gain: Floats
    names: list[str]

    def list_pairs(self, marked: NDArray[np.bool_]) -> pl.DataFrame:
        """Return the marked cells as `customer_id, action`, in the order of the customers."""
        customer, action = np.nonzero(marked.T)
        actions = pl.Series(self.names, dtype=pl.String).gather(action)
        return pl.DataFrame({"customer_id": self.customers.gather(customer), "action": actions})

    def locate(self, pairs: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cells of pairs `customer_id, action`."""
        action = np.array([self.names.index(name) for name in pairs["action"]], dtype=np.int64)
        return action, self.customers.search_sorted(pairs["customer_id"]).to_numpy().astype(np.int64)


def build_options(rows: pl.DataFrame, playbook: Playbook) -> Options:
    """Arrange the options as a matrix; a row whose weight (else gain) is null or not above 0 is not an option.

    Raises
    ------
    DataError
        If an action is not in the playbook, or a customer has an action twice.
    """
    names = [action.name for action in playbook.actions]
    for name in rows["action"].unique().drop_nulls().sort():
        if name not in names:
            raise DataError(
                table="options",
                column="action",
                expected="actions of the playbook",
                found=f"'{name}'",
                fix=suggest_name(name, names),
            )
    compared = "weight" if "weight" in rows.columns else "gain"
    worth = rows.filter(pl.col("gain").is_finite() & (pl.col(compared) > 0))
    customers = worth["customer_id"].unique().sort()
    places = pl.DataFrame({"customer_id": customers}).with_row_index("place")
    placed = worth.join(places, on="customer_id", how="left", maintain_order="left")
    column = placed["place"].to_numpy()
    row = placed["action"].replace_strict(names, range(len(names)), return_dtype=pl.Int32).to_numpy()
    weight = np.full((len(names), len(customers)), -np.inf)
    gain = np.zeros_like(weight)
    weight[row, column] = placed[compared].to_numpy()
    gain[row, column] = placed["gain"].to_numpy()
    if int(np.isfinite(weight).sum()) != placed.height:
        twice = placed.filter(placed.select("customer_id", "action").is_duplicated()).row(0, named=True)
        raise DataError(
            table="options",
            expected="one row per customer and action",
            found=f"several of {twice['customer_id']} and {twice['action']}",
            fix="Keep one of these rows.",
        )
    return Options(customers, weight, gain, names)


def keep_best(weight: Floats, count: int) -> tuple[NDArray[np.int64], Floats]:
    """Keep for each action the customers with the largest weights; among equal weights, those with lower ids.

    Parameters
    ----------
    weight
        Action × customer; minus infinity where there is no option.
    count
        How many customers to keep for each action.

    Returns
    -------
    Positions of the customers that are kept for some action, ascending, and their weights.

    Examples
    --------
    >>> customers, weights = keep_best(np.array([[5.0, 7.0, 5.0], [1.0, 2.0, 9.0]]), 2)
    >>> customers.tolist(), weights.tolist()
    ([0, 1, 2], [[5.0, 7.0, -inf], [-inf, 2.0, 9.0]])
    """
    best = np.full_like(weight, -np.inf)
    for row, kept_row in zip(weight, best, strict=True):
        places = np.flatnonzero(np.isfinite(row))
        if len(places) > count:
            least = np.partition(row[places], -count)[-count]
            above, equal = places[row[places] > least], places[row[places] == least]
            places = np.concatenate([above, equal[: count - len(above)]])
        kept_row[places] = row[places]
    customers = np.flatnonzero(np.isfinite(best).any(axis=0))
    return customers, best[:, customers]
