"""`[keep]` of `lealtad.toml`: how long past states of the lake and rows of its tables stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, field_validator

from lealtad.base.errors import suggest_name
from lealtad.base.toml_file import Section
from lealtad.lake.erasing.thinning import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping


class KeepSettings(Section):
    """How long the lake keeps what; each night removes what is older.

    Attributes
    ----------
    commits
        Days that past commits can be opened; None keeps all.
    tables
        By table, the days that its rows stay, counted back from the end of the data. A table that is not
        named keeps all. Facts should stay as long as training dates and their windows reach.
    """

    commits: float | None = Field(default=None, ge=0)
    tables: dict[str, float] = Field(default_factory=dict)

    @field_validator("tables")
    @classmethod
    def _check_tables(cls, days: Mapping[str, float]) -> Mapping[str, float]:
        for name, number in days.items():
            if name not in CLOCKS:
                raise ValueError(f"expected a table with a clock, found '{name}'. {suggest_name(name, CLOCKS)}")
            if number <= 0:
                raise ValueError(f"expected more than 0 days for '{name}', found {number:g}")
        return days
