"""Directions that a model has to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.errors import SettingsError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def monotone(
    directions: Mapping[str, int], columns: Sequence[str], categorical: Collection[str] = ()
) -> tuple[int, ...]:
    """Return the direction of each column: 1 may only raise the probability, -1 only lower it, 0 is free.

    LightGBM ends the interpreter when a category is given a direction; here it is one clear error.

    Raises
    ------
    SettingsError
        If a column is unknown or a category, or a direction is not 1, -1 or 0.

    Examples
    --------
    >>> monotone({"complaints": 1}, ["age", "complaints"])
    (0, 1)
    """
    for name, direction in directions.items():
        if name not in columns:
            raise _refused(name, "a column of the table", "none of this name", nearest(name, columns))
        if name in categorical:
            raise _refused(name, "a number", "a category", "Categories have no order; leave it out.")
        if direction not in (-1, 0, 1):
            raise _refused(
                name, "1, -1 or 0", repr(direction), "1 may only raise the probability, -1 only lower it."
            )
    return tuple(int(directions.get(name, 0)) for name in columns)


def _refused(name: str, expected: str, found: str, mend: str) -> SettingsError:
    return SettingsError(place=f"constraint on '{name}'", expected=expected, found=found, mend=mend)
