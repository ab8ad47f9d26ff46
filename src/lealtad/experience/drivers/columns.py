"""The columns of a driver in a model: went well, went badly, and how badly; "did not use" is the base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Grade = Literal["degree", "badly", "touch"]
Role = Literal["well", "badly", "amount"]
_LEAST_SHARE = 0.002


@dataclass(frozen=True)
class DriverColumns:
    """Columns of drivers.

    Attributes
    ----------
    values
        Examples × columns.
    driver, role
        By column, the number of its driver, and what it says.
    """

    values: NDArray[np.float64]
    driver: tuple[int, ...]
    role: tuple[Role, ...]


def build_columns(
    touched: NDArray[np.bool_], bad: NDArray[np.float32], grades: Sequence[Grade] | None = None
) -> DriverColumns:
    """Build the columns of drivers, without columns that hardly vary.

    Parameters
    ----------
    touched, bad
        Examples × drivers.
    grades
        By driver, what counts; None: degree for all. `degree`: that it went badly, and how badly. `badly`: that it
        went badly. `touch`: that it happened at all, such as a ticket.

    Examples
    --------
    >>> touched = np.array([[True], [True], [False], [True]])
    >>> build_columns(touched, np.array([[0.0], [1.0], [0.0], [2.0]], np.float32)).role
    ('well', 'badly', 'amount')
    """
    values, driver, role = list[np.ndarray](), list[int](), list[Role]()
    for number in range(touched.shape[1]):
        grade = grades[number] if grades else "degree"
        for name, column in _list_candidates(touched[:, number], bad[:, number], grade).items():
            if _varies(column) if name != "amount" else column.std() > 0:
                values, driver, role = [*values, column], [*driver, number], [*role, name]
    stacked = np.column_stack(values).astype(np.float64) if values else np.zeros((len(touched), 0))
    return DriverColumns(stacked, tuple(driver), tuple(role))


def _list_candidates(
    touched: NDArray[np.bool_], bad: NDArray[np.float32], grade: Grade
) -> dict[Role, NDArray[np.float32]]:
    if grade == "touch":
        return {"badly": touched.astype(np.float32)}
    went_badly = bad > 0
    candidates: dict[Role, NDArray[np.float32]] = {"well": (touched & ~went_badly).astype(np.float32)}
    if _varies(went_badly):
        candidates["badly"] = went_badly.astype(np.float32)
        first = bad[np.argmax(went_badly)]
        if grade == "badly" or bool((bad[went_badly] == first).all()):
            return candidates
    return candidates | {"amount": bad}


def _varies(flag: NDArray[Any]) -> bool:
    return bool(_LEAST_SHARE <= flag.mean() <= 1 - _LEAST_SHARE)


def centre_by_date(columns: NDArray[np.float64], date: NDArray[np.int64]) -> NDArray[np.float64]:
    """Subtract from every value the mean of its date, so that seasons have no effect."""
    levels = np.arange(int(date.max(initial=-1)) + 1)
    member = (date[:, None] == levels).astype(np.float64)
    means = (member.T @ columns) / np.maximum(member.sum(axis=0), 1)[:, None]
    centred: NDArray[np.float64] = columns - means[date]
    return centred
