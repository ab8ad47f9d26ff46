"""Options as a matrix: action × customer, customers in the order of their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError, suggest_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.company.playbook import Playbook


@dataclass(frozen=True)
class Matrix:
    """What each customer would gain from each action.

    Attributes
    ----------
    customers
        Their ids, ascending; only those who would gain from something.
    weight
        Action × customer, by which options are compared; minus infinity where there is no option.
    gain
        Action × customer, what they bring.
    """

    customers: pl.Series
    weight: NDArray[np.float64]
    gain: NDArray[np.float64]

    def pairs(self, chosen: NDArray[np.bool_], names: list[str]) -> pl.DataFrame:
        """Return the chosen cells as `customer_id, action`, in the order of the customers."""
        customer, action = np.nonzero(chosen.T)
        return pl.DataFrame(
            {"customer_id": self.customers.gather(customer), "action": _name_actions(names, action)}
        )


def build_matrix(options: pl.DataFrame, playbook: Playbook) -> Matrix:
    """Lay the options out; those whose weight (else whose gain) is null or not above 0 are none.

    Raises
    ------
    DataError
        If an action is not in the playbook, or a customer has one twice.
    """
    names = [one.name for one in playbook.actions]
    for name in options["action"].unique().drop_nulls().sort():
        if name not in names:
            raise DataError(
                table="options",
                column="action",
                expected="actions of the playbook",
                found=f"'{name}'",
                fix=suggest_name(name, names),
            )
    by = "weight" if "weight" in options.columns else "gain"
    worth = options.filter(pl.col("gain").is_finite() & (pl.col(by) > 0))
    customers = worth["customer_id"].unique().sort()
    place = pl.DataFrame({"customer_id": customers}).with_row_index("place")
    placed = worth.join(place, on="customer_id", how="left", maintain_order="left")
    column = placed["place"].to_numpy()
    row = placed["action"].replace_strict(names, range(len(names)), return_dtype=pl.Int32).to_numpy()
    weight = np.full((len(names), len(customers)), -np.inf)
    gain = np.zeros_like(weight)
    weight[row, column] = placed[by].to_numpy()
    gain[row, column] = placed["gain"].to_numpy()
    if int(np.isfinite(weight).sum()) != placed.height:
        twice = placed.filter(placed.select("customer_id", "action").is_duplicated()).row(0, named=True)
        raise DataError(
            table="options",
            expected="one row per customer and action",
            found=f"several of {twice['customer_id']} and {twice['action']}",
            fix="Keep one of them.",
        )
    return Matrix(customers, weight, gain)


def _name_actions(names: list[str], codes: NDArray[np.int64]) -> pl.Series:
    return pl.Series(names, dtype=pl.String).gather(codes)
